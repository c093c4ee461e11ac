import { firedText, isOpen } from '../../domain/countdown.ts';
import { type Countdown, type Operation, stepOf } from '../../domain/operation.ts';
import { splitText } from '../../domain/results.ts';
import { beganAt } from '../../domain/timing.ts';
import { triggerText } from '../../domain/trigger.ts';
import { controlButtons } from './control-buttons.ts';
import { type Draft, draft } from './draft.ts';
import { brief, clockText, duration } from './mrkdwn.ts';

/**
 * One reply a countdown, shown in the channel too: an update of an old message reaches nobody in time. It rings for
 * nobody, because nobody must act.
 */
export function countdownReplies(operation: Operation): readonly Draft[] {
  return operation.countdowns.map((countdown, index) => {
    const open = isOpen(countdown) && controlButtons(operation).length > 0;
    return draft({
      key: `countdown-${index + 1}`,
      lines: open ? openLines(countdown, operation) : endedLines(countdown),
      more: open ? controlButtons(operation) : [],
      broadcast: true,
    });
  });
}

function openLines(countdown: Countdown, operation: Operation): readonly string[] {
  const { until, toldAt, percent, triggers } = countdown;
  const left = Math.max(0, Math.round((until - toldAt) / 1_000));
  const now = stepOf(operation, 'shift')?.progress;
  const back = operation.results.candidate?.split ?? operation.results.preflight?.split ?? [];
  return [
    `*Going back in ${left} s*, at ${clockText(until)}: at ${percent} % of the traffic ${firedText(triggers)} went over the limit.`,
    ...firedLines(countdown, operation),
    ...(toldAt > countdown.at && now !== undefined && now !== '' ? [`*Now* ${brief(now)}`] : []),
    `Users go back to ${brief(splitText(back))} unless somebody keeps them where they are. Better numbers do not stop it: a person decides.`,
  ];
}

function firedLines({ at, triggers, percent }: Countdown, { moves }: Operation): readonly string[] {
  const movedAt = moves.findLast((move) => move.percent === percent)?.at ?? at;
  const began = beganAt(triggers, movedAt);
  const after = began > movedAt ? `${duration(began - movedAt)} after the move` : 'with the move';
  return [
    ...triggers.map((trigger) => `*Measured* ${triggerText(trigger)}${trigger.fired ? ': fired' : ''}`),
    `*Began* ${clockText(began)}, ${after}; known ${duration(at - began)} later`,
  ];
}

function endedLines({ at, until, percent, triggers, kept, hurried }: Countdown): readonly string[] {
  const what = firedText(triggers);
  const measured = triggers.map((trigger) => `*Measured* ${triggerText(trigger)}`);
  if (kept !== undefined)
    return [
      `*Kept by ${brief(kept.byName)}* after ${duration(kept.at - at)}: ${what} takes nobody back at ${percent} % any more.`,
      ...measured,
    ];
  return [
    hurried === undefined
      ? `*Going back*: nobody kept it in the ${duration(until - at)} there were. At ${percent} % of the traffic ${what} went over the limit.`
      : `*Going back* at once by ${brief(hurried.byName)}: at ${percent} % of the traffic ${what} went over the limit.`,
    ...measured,
  ];
}
