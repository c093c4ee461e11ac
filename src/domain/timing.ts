import { firedOf, interruptedCountdown } from './countdown.ts';
import { type Operation, stepOf } from './operation.ts';
import type { Trigger } from './trigger.ts';

/** How long users met what was wrong, in milliseconds; what is not known is absent. */
export interface Timing {
  /** When it was seen for the first time, or else when users were moved there. Milliseconds since 1970. */
  readonly beganAt?: number;
  /** From then until a trigger fired. */
  readonly detectMs?: number;
  /** What people were given to keep it, as far as it was waited for. */
  readonly countdownMs?: number;
  /** From the decision, which for a rollback is its command, until users were back. */
  readonly restoreMs?: number;
}

/** Pure: from the ledger alone. */
export function timingOf(operation: Operation): Timing {
  const { request, results, moves, requestedAt } = operation;
  const [first] = moves;
  const restoreMs =
    request.kind === 'rollback' && first !== undefined ? first.at - requestedAt : results.restore?.tookMs;
  return {
    ...detectionOf(operation),
    ...(restoreMs === undefined ? {} : { restoreMs: Math.max(0, restoreMs) }),
  };
}

/** When it was decided that users go back: by a hand, the end of a countdown, or the step that failed. */
export function decidedAt(operation: Operation): number | undefined {
  const { failure, cancelled } = operation;
  if (failure === undefined) return undefined;
  if (failure.code === 'CANCELLED') return cancelled?.at;
  const last = failure.code === 'TRIGGER_FIRED' ? operation.countdowns.at(-1) : undefined;
  return last?.hurried?.at ?? last?.overAt ?? stepOf(operation, failure.step)?.finishedAt;
}

/** Since when the triggers that fired were above their limit; else the time of the move. */
export function beganAt(triggers: readonly Trigger[], movedAt: number): number {
  const seen = firedOf(triggers).flatMap(({ since }) => since ?? []);
  return seen.length === 0 ? movedAt : Math.min(...seen);
}

function detectionOf(operation: Operation): Timing {
  const { failure, moves } = operation;
  const move = moves.at(-1);
  const decided = decidedAt(operation);
  if (failure?.code !== 'TRIGGER_FIRED' || move === undefined || decided === undefined) return {};
  const countdown = interruptedCountdown(operation);
  const began = beganAt(countdown?.triggers ?? move.watched ?? [], move.at);
  const firedAt = countdown?.at ?? decided;
  return {
    beganAt: began,
    detectMs: Math.max(0, firedAt - began),
    ...(countdown === undefined ? {} : { countdownMs: Math.max(0, decided - countdown.at) }),
  };
}
