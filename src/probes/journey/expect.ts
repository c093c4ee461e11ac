import { observed } from '../../domain/diagnosis/observed.ts';
import type { Ending } from '../context.ts';
import { hasAtLeast } from '../field.ts';
import type { Message } from './inbox.ts';
import { fill } from './script.ts';
import { capture, type Journey, stepFailed, type StepFailure, type StepPlan, type Talk } from './talk.ts';
import { orStopped } from '../or-stopped.ts';

/** Labels shown of what came instead. */
const mostShown = 10;

/** Waits for the message; others in between are passed over. */
export async function expect(
  step: StepPlan<'expect'>,
  journey: Journey,
  limitMs: number,
): Promise<StepFailure | undefined> {
  const { talk } = journey;
  if (talk === undefined) return stepFailed(journey, step, 'there is no connection to listen on');
  const match = fill(step.match, journey.captured);
  const isWanted = ({ parsed }: Message): boolean => hasAtLeast(parsed, match);
  const since = journey.stepEndedAt;
  const came = await first({ talk, isWanted, limitMs, journey });
  if (came === 'late') return late({ step, journey, talk, since, isWanted, limitMs });
  if ('closeCode' in came) return cut(step, talk, came);
  // From the arrival, not from now: several messages may have come at once.
  journey.stepEndedAt = Math.max(since, came.at);
  const missing = capture(journey, step.capture, came.parsed);
  return missing === undefined ? undefined : stepFailed(journey, step, missing);
}

interface Wait {
  readonly talk: Talk;
  readonly isWanted: (message: Message) => boolean;
  readonly limitMs: number;
  readonly journey: Journey;
}

async function first({ talk, isWanted, limitMs, journey }: Wait): Promise<Message | Ending | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, limitMs, 'late');
  });
  // First in the list: a message that came before the end of its connection still counts.
  const any = Promise.race([talk.inbox.next(isWanted), talk.connection.ended, tooLate]);
  try {
    return await orStopped(any, journey.signal);
  } finally {
    clearTimeout(timer);
    talk.inbox.leave();
  }
}

interface Late extends Wait {
  readonly step: StepPlan<'expect'>;
  readonly since: number;
}

/** Out of order, missing while others came, or silence: each is another fault. */
function late({ step, journey, talk, since, isWanted, limitMs }: Late): StepFailure {
  if (talk.inbox.hadPassed(isWanted)) {
    return stepFailed(journey, step, 'out of order: it came before what the script expects first');
  }
  const instead = talk.inbox.passedSince(since);
  const shown = instead.slice(0, mostShown).join(', ');
  const came = instead.length === 0 ? 'nothing came' : `instead came ${shown}`;
  const failure = stepFailed(journey, step, `missing: ${came} within ${limitMs} ms`);
  const mute = talk.inbox.received === 0;
  return mute ? { ...failure, evidence: { ...failure.evidence, error: observed.silence } } : failure;
}

function cut(step: StepPlan<'expect'>, { connection, inbox }: Talk, ending: Ending): StepFailure {
  const { closeCode, closeReason } = ending;
  const failed = `the connection closed with ${closeCode}${closeReason === '' ? '' : ` ${closeReason}`}`;
  const came = inbox.passedLabels.slice(0, mostShown).join(', ');
  const note = `${step.name}: ${failed}${came === '' ? '' : `; came before: ${came}`}`;
  return { failed, evidence: { phase: 'echo', url: connection.url, ...ending, note } };
}
