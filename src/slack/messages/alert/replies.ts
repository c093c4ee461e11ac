import { type Alert, alertOf } from '../../../domain/alert/alert.ts';
import type { AlertEvent, AlertEventOf } from '../../../domain/alert/events.ts';
import { reasons } from '../../../domain/reasons.ts';
import { type Draft, draft } from '../draft.ts';
import { brief, clockText, code, dateText, duration } from '../mrkdwn.ts';
import { chartBlocks } from '../picture.ts';
import { measuredText, percent } from './measured.ts';
import { type AlertFacts, linked } from './root.ts';

/** One reply for each thing that matters, in the order in which they happened; what comes and goes is one of them. */
export function alertReplies(alert: Alert, facts: AlertFacts): readonly Draft[] {
  const drafts = alert.story.flatMap((event, index) => {
    // As it was then: how long it took, and what was told before.
    const before = alertOf(alert.story.slice(0, index));
    return before === undefined ? [] : (replyTo(event, { alert, before, facts }) ?? []);
  });
  // Of those with one name the last counts: it says all that the others said.
  return [...new Map(drafts.map((each) => [each.key, each])).values()];
}

interface Around {
  /** As it is now. */
  readonly alert: Alert;
  readonly before: Alert;
  readonly facts: AlertFacts;
}

function replyTo(event: AlertEvent, around: Around): Draft | undefined {
  const { before, facts } = around;
  const { dryRun } = before;
  const key = `${event.type}-${event.at}`;
  switch (event.type) {
    // Whom it woke is told by the event that did, and the cause by the root.
    case 'paged':
    case 'explained':
      return undefined;
    case 'fired':
      return firedAgain(event, around);
    case 'acknowledged':
      return draft({
        key,
        lines: [
          `*Acknowledged* by ${brief(event.byName)}, ${duration(event.at - before.firedAt)} after it fired`,
        ],
      });
    case 'snoozed':
      return draft({ key, lines: [`*Snoozed* by ${brief(event.byName)} until ${dateText(event.until)}`] });
    case 'woken':
      return draft({
        key,
        lines: [`*The snooze is over* and it is still bad: ${measuredText(event.measured)}`],
        broadcast: true,
      });
    case 'escalated': {
      const waited = duration(event.at - before.firedAt);
      return draft({
        key,
        lines: [`*Escalated* to ${brief(event.team, 60)}: nobody acknowledged within ${waited}`],
      });
    }
    case 'worsened': {
      const was = percent(before.worst.value);
      return draft({ key, lines: [`*Worse* ${measuredText(event.measured)}; it was ${was} at the worst`] });
    }
    case 'rolled-back':
      return draft({
        key,
        lines: [`*Users are taken back* because of it: ${linked(event.operation, facts.links)}`],
      });
    case 'closed':
      return closed(event, before);
    case 'checked':
      return checked(event, facts);
    case 'resolved':
      return resolved(event, { ...around, dryRun });
  }
}

/** In the channel too: the root stands far above by now. */
function firedAgain(event: AlertEventOf<'fired'>, { alert, before }: Around): Draft {
  const now = alertOf(alert.story.slice(0, alert.story.indexOf(event) + 1));
  if (now?.flapping === true) return comesAndGoes(alert);
  const quiet = duration(event.at - (before.resolvedAt ?? event.at));
  const verb = event.dryRun ? 'Would have fired again' : 'Firing again';
  return draft({
    key: `fired-${event.at}`,
    lines: [`*${verb}*, ${quiet} after it was resolved: ${measuredText(event.measured)}`],
    broadcast: !event.dryRun,
  });
}

function resolved(event: AlertEventOf<'resolved'>, around: Around & { readonly dryRun: boolean }): Draft {
  const { alert, before, dryRun } = around;
  if (before.flapping) return comesAndGoes(alert);
  const lasted = duration(event.at - before.since);
  return draft({
    key: `resolved-${event.at}`,
    lines: [
      `*${dryRun ? 'Would have been resolved' : 'Resolved'}* after ${lasted}: now ${measuredText(event.measured)}, ${percent(before.worst.value)} at the worst`,
    ],
  });
}

function closed({ at, reason }: AlertEventOf<'closed'>, { since }: Alert): Draft {
  const { meaning, next } = reasons[reason];
  return draft({
    key: `closed-${at}`,
    lines: [`*Closed* after ${duration(at - since)} ${code(reason)}`, meaning, `*Next* ${next}`],
  });
}

function checked({ at, byName }: AlertEventOf<'checked'>, { checks = {} }: AlertFacts): Draft {
  const charts = Object.hasOwn(checks, at) ? (checks[at] ?? []) : [];
  return draft({
    key: `checked-${at}`,
    lines: [
      `*Checks* at ${clockText(at)}, asked for by ${brief(byName)}`,
      ...charts.map(({ words }) => `• ${brief(words)}`),
    ],
    more: chartBlocks(charts),
  });
}

/** One line that is kept up to date, for whatever more comes of it. */
function comesAndGoes({ firings, phase, resolvedAt = 0 }: Alert): Draft {
  const [first = 0, last = 0] = [firings[0], firings.at(-1)];
  const state = phase === 'resolved' ? `quiet since ${clockText(resolvedAt)}` : 'it goes on';
  return draft({
    key: 'flapping',
    lines: [
      `*Comes and goes* fired ${firings.length} times since ${clockText(first)}, the last time at ${clockText(last)}; ${state}. More of the same changes this message only.`,
    ],
  });
}
