import { setTimeout as wait } from 'node:timers/promises';
import { firedText, interruptedCountdown, isOpen } from '../src/domain/countdown.ts';
import type { Countdown, Operation } from '../src/domain/operation.ts';
import { updateEveryMs } from '../src/domain/pace.ts';
import { beganAt } from '../src/domain/timing.ts';
import { type Trigger, triggerText } from '../src/domain/trigger.ts';
import type { Failed } from './drift.ts';
import { failed, type StepContext } from './step.ts';

/** A person is waited for: their click is in the ledger. */
const askEveryMs = 1_000;
/** A countdown of any length is told about so many times. */
const mostTold = 40;

export interface Fired {
  /** Share of the candidate. */
  readonly percent: number;
  /** All that were measured and still count. */
  readonly seen: readonly Trigger[];
  /** Measures once more, for people who decide. */
  readonly look: () => Promise<readonly Trigger[]>;
  /** Whether there are revisions to go back to: without, there is nothing to count down to. */
  readonly back: boolean;
}

/**
 * Tells people what fired, and gives them the time that is configured to keep the candidate.
 * Twice is safe: when it ends stands in the ledger, and so does who decided first.
 * @returns the failure that takes users back, or undefined when somebody keeps them where they are.
 */
export async function takeBack(fired: Fired, context: StepContext): Promise<Failed | undefined> {
  const { append, now, reload, target } = context;
  const { percent, seen } = fired;
  const { countdownMs } = target.rollout;
  const running = interruptedCountdown(await reload());
  if (running === undefined && (countdownMs === 0 || !fired.back)) return failure(fired, undefined, context);
  if (running === undefined)
    await append({
      type: 'trigger-fired',
      at: now(),
      percent,
      triggers: [...seen],
      until: now() + countdownMs,
    });
  const ended = await waitOut(fired, context);
  return ended.kept === undefined ? failure({ ...fired, seen: ended.triggers }, ended, context) : undefined;
}

/** Waits for a person's word or for the end, whichever is in the ledger first. */
async function waitOut({ look }: Fired, context: StepContext): Promise<Countdown> {
  const { append, now, reload, signal } = context;
  let looking: Promise<void> | undefined;
  let text = '';
  for (;;) {
    const countdown = lastOf(await reload());
    if (!isOpen(countdown)) {
      // Who goes on watching looks again, and two looks at once would count as one.
      if (countdown.kept !== undefined) await looking;
      return countdown;
    }
    const { at, until, toldAt } = countdown;
    if (now() >= until) {
      await append({ type: 'countdown-over', at: now() });
      continue;
    }
    looking ??= look()
      .then((seen) => {
        text = seen.map(triggerText).join(' · ');
      })
      // What cannot be measured now changes nothing: it goes back for what was measured.
      .catch(() => undefined)
      .finally(() => {
        looking = undefined;
      });
    const everyMs = Math.max(updateEveryMs, (until - at) / mostTold);
    if (now() - toldAt >= everyMs) await append({ type: 'step-progressed', at: now(), step: 'shift', text });
    await wait(Math.min(askEveryMs, Math.max(0, until - now())), undefined, { signal });
  }
}

function lastOf({ id, countdowns }: Operation): Countdown {
  const last = countdowns.at(-1);
  if (last === undefined) throw new Error(`${id}: there is no countdown`);
  return last;
}

async function failure(
  { percent, seen }: Pick<Fired, 'percent' | 'seen'>,
  countdown: Countdown | undefined,
  { operation, append, now, reload }: StepContext,
): Promise<Failed> {
  const firedAt = countdown?.at ?? now();
  await append({ type: 'watched', at: now(), percent, triggers: [...seen] });
  const movedAt = (await reload()).moves.at(-1)?.at ?? firedAt;
  const began = beganAt(seen, movedAt);
  return failed('TRIGGER_FIRED', {
    summary: `At ${percent} % of the traffic ${firedText(seen)} went over the limit ${seconds(began - movedAt)} s after the move, which was known ${seconds(firedAt - began)} s later${endText(countdown)}.`,
    evidence: seen.map((trigger) => `${triggerText(trigger)}${trigger.fired ? ': fired' : ''}`),
    advice: `Look at the log of ${operation.results.candidate?.revision ?? 'the revision'} for that time, mend the cause and deploy again.`,
  });
}

function endText(countdown: Countdown | undefined): string {
  if (countdown === undefined) return '';
  const { at, until, hurried } = countdown;
  return hurried === undefined
    ? `; nobody kept it in the ${seconds(until - at)} s there were`
    : `; ${hurried.byName} did not wait for the end of the countdown`;
}

function seconds(ms: number): number {
  return Math.max(0, Math.round(ms / 1_000));
}
