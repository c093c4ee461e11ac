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

/** What became of a lock: it ran out, somebody lifted it, or its owner set another one. */
export type LockEnd =
  | { readonly kind: 'expired' }
  | { readonly kind: 'unlocked' | 'replaced'; readonly byName: string };

/** The lock that was set at this time, with its end if it has one; undefined when none was. */
export function pastLock(
  events: readonly LockEvent[],
  lockedAt: number,
  now: number,
): { readonly lock: Lock; readonly end: LockEnd | undefined } | undefined {
  const index = events.findIndex(({ type, at: when }) => type === 'locked' && when === lockedAt);
  const lock = lockOf(events.slice(0, index + 1), lockedAt);
  if (lock === undefined) return undefined;
  const next = events[index + 1];
  if (next === undefined || next.at >= lock.until)
    return { lock, end: now >= lock.until ? { kind: 'expired' } : undefined };
  const kind = next.type === 'unlocked' ? 'unlocked' : 'replaced';
  return { lock, end: { kind, byName: next.byName } };
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
