import { z } from 'zod';
import { type Refusal, refusal } from './reasons.ts';

/** Milliseconds a lock lasts when nobody says how long. */
export const defaultLockMs = 8 * 3_600_000;
/** A lock that is forgotten must end: at most 7 days, at least a minute. */
export const longestLockMs = 7 * 86_400_000;
export const shortestLockMs = 60_000;

const at = z.number().int().nonnegative();

export const lockEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('locked'),
    at,
    by: z.string(),
    byName: z.string(),
    reason: z.string(),
    until: at,
  }),
  z.object({ type: z.literal('unlocked'), at, by: z.string(), byName: z.string() }),
]);
export type LockEvent = z.infer<typeof lockEventSchema>;

/** A person's no-deploys for one environment. */
export interface Lock {
  readonly by: string;
  readonly byName: string;
  readonly reason: string;
  /** Milliseconds since 1970; `at` also names the lock, so that a button acts on no later one. */
  readonly at: number;
  readonly until: number;
}

/** The lock that holds at this time; undefined when none was set, or when it was lifted or has run out. */
export function lockOf(events: readonly LockEvent[], now: number): Lock | undefined {
  const last = events.at(-1);
  if (last?.type !== 'locked' || now >= last.until) return undefined;
  const { type: _, ...lock } = last;
  return lock;
}

export interface LockWish {
  readonly by: string;
  readonly byName: string;
  readonly reason: string;
  readonly lastsMs: number;
  readonly at: number;
}

export type LockDecision =
  | { readonly kind: 'accept'; readonly event: LockEvent }
  | { readonly kind: 'refuse'; readonly refusal: Refusal };

/** A lock may be set anew by whoever set it, with another reason or end; nobody takes it from somebody else. */
export function decideLock(held: Lock | undefined, wish: LockWish): LockDecision {
  if (held !== undefined && held.by !== wish.by)
    return refuse('LOCKED', `${held.byName} has locked it already: “${held.reason}”.`);
  const { by, byName, reason, lastsMs, at: now } = wish;
  return { kind: 'accept', event: { type: 'locked', at: now, by, byName, reason, until: now + lastsMs } };
}

export interface UnlockWish {
  readonly environment: string;
  readonly by: string;
  readonly byName: string;
  readonly at: number;
  /** When the lock was set that the button was drawn for. Absent: whichever lock holds. */
  readonly lockedAt?: number | undefined;
}

export function decideUnlock(held: Lock | undefined, wish: UnlockWish): LockDecision {
  const { environment, by, byName, at: now, lockedAt } = wish;
  if (held === undefined) return refuse('NOT_LOCKED', `${environment} is not locked.`);
  if (lockedAt !== undefined && lockedAt !== held.at)
    return refuse('NOT_LOCKED', `The lock of this button is over; ${held.byName} has set another one since.`);
  return { kind: 'accept', event: { type: 'unlocked', at: now, by, byName } };
}

function refuse(code: Refusal['code'], summary: string): LockDecision {
  return { kind: 'refuse', refusal: refusal(code, summary) };
}
