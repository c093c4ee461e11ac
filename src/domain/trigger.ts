import { z } from 'zod';
import { wilson } from './statistics.ts';
import type { TriggerLimits } from './target.ts';

export const triggerSchema = z.object({
  name: z.enum(['serverErrors', 'handshakeFailures']),
  /** Where the numbers come from: probes of slipway's own, or what Cloud Run counted of users. */
  source: z.enum(['probes', 'users']),
  /** Share that was measured, 0 to 1; absent when nothing was. */
  value: z.number().optional(),
  limit: z.number(),
  samples: z.number().int(),
  failures: z.number().int(),
  fired: z.boolean(),
  /** When the first look above the limit began, among those it is judged by. Milliseconds since 1970. */
  since: z.number().int().optional(),
});
/** A rule that takes users back, with what was measured. */
export type Trigger = z.infer<typeof triggerSchema>;

export const triggerTitles = {
  serverErrors: 'HTTP 5xx',
  handshakeFailures: 'WebSocket handshakes that fail',
} as const satisfies Record<Trigger['name'], string>;

/** One look: how many were asked and how many failed. */
export interface Round {
  readonly samples: number;
  readonly failures: number;
  /** When it began, in milliseconds since 1970. */
  readonly at?: number;
}

/** How many rounds must speak before a rate that is looked at again and again is believed. */
export interface Shape {
  readonly leastFailures: number;
  readonly leastBadRounds: number;
}

/**
 * Before users are taken back. Simulated with rounds of 10 samples at a true 5 % and a limit of 10 %, it fires less than
 * 0.05 times an hour; an outage fires at the third round.
 */
export const strict: Shape = { leastFailures: 5, leastBadRounds: 3 };

/** One-sided 99 %: looked at every few seconds, 95 % would fire by accident. */
const z99 = 2.33;
/** What is older says little of now. */
export const windowRounds = 12;

/**
 * Whether a rate is too high, looked at again and again: over the last 12 rounds its lower Wilson bound is above the
 * limit, enough failed, enough rounds are above it, and the newest is.
 */
export function tooHigh(rounds: readonly Round[], limit: number, shape: Shape = strict): boolean {
  const last = rounds.slice(-windowRounds);
  const { samples, failures } = sumOf(last);
  const newest = last.at(-1);
  return (
    failures >= shape.leastFailures &&
    last.filter((round) => isAbove(round, limit)).length >= shape.leastBadRounds &&
    newest !== undefined &&
    isAbove(newest, limit) &&
    wilson(failures, samples, z99).lower > limit
  );
}

export function isAbove({ samples, failures }: Round, limit: number): boolean {
  return samples > 0 && failures / samples > limit;
}

/** What is older than the window has not made it fire. */
function sinceOf(rounds: readonly Round[], limit: number): { since?: number } {
  const at = rounds.slice(-windowRounds).find((round) => isAbove(round, limit))?.at;
  return at === undefined ? {} : { since: at };
}

export function sumOf(rounds: readonly Round[]): Round {
  return {
    samples: rounds.reduce((sum, { samples }) => sum + samples, 0),
    failures: rounds.reduce((sum, { failures }) => sum + failures, 0),
  };
}

/** What was measured while candidate and stable served side by side. */
export interface Watched {
  /** Share of users on the candidate, 0 to 1. */
  readonly share: number;
  /** Requests of our own the way users come, which meet the candidate by its share, by path: one may fail alone. */
  readonly http: readonly (readonly Round[])[];
  /** WebSocket handshakes of our own with the candidate. */
  readonly handshakes: readonly Round[];
  /** HTTP 5xx of the stable revision before users were moved, 0 to 1. */
  readonly stableErrors: number;
  /** What Cloud Run counted of users since; absent while its metrics have not come. */
  readonly users?: { readonly candidate: Round; readonly stable: Round } | undefined;
}

/** All triggers with what was measured of them. Pure: the same numbers give the same answer. */
export function judgeTriggers(watched: Watched, limits: TriggerLimits): readonly Trigger[] {
  const { share, http, handshakes, stableErrors, users } = watched;
  // Of requests that meet the candidate by its share, only that share can show its fault.
  const mixed = stableErrors + share * limits.serverErrors;
  return [
    ...worst(
      http.map((rounds) => ({
        ...measured('serverErrors', rounds, mixed),
        // Told as the candidate's own rate, which is what the limit is about.
        ...ownRate(sumOf(rounds), { share, stableErrors }),
        limit: limits.serverErrors,
      })),
    ),
    ...(handshakes.length === 0 ? [] : [measured('handshakeFailures', handshakes, limits.handshakeFailures)]),
    ...(users === undefined ? [] : [usersTrigger(users, limits.serverErrors)]),
  ];
}

/** Of several paths the one that says most. */
function worst(triggers: readonly Trigger[]): readonly Trigger[] {
  const rank = ({ fired, value = 0 }: Trigger) => (fired ? 2 : 0) + value;
  return triggers.toSorted((a, b) => rank(b) - rank(a)).slice(0, 1);
}

function measured(name: Trigger['name'], rounds: readonly Round[], limit: number): Trigger {
  const { samples, failures } = sumOf(rounds);
  const value = samples === 0 ? {} : { value: failures / samples };
  const fired = tooHigh(rounds, limit);
  return {
    name,
    source: 'probes',
    ...value,
    limit,
    samples,
    failures,
    fired,
    ...(fired ? sinceOf(rounds, limit) : {}),
  };
}

function ownRate(
  { samples, failures }: Round,
  { share, stableErrors }: { readonly share: number; readonly stableErrors: number },
): { value?: number } {
  if (samples === 0 || share === 0) return {};
  const rate = (failures / samples - (1 - share) * stableErrors) / share;
  return { value: Math.min(1, Math.max(0, rate)) };
}

function usersTrigger(
  { candidate, stable }: { readonly candidate: Round; readonly stable: Round },
  limit: number,
): Trigger {
  const before = stable.samples === 0 ? 0 : stable.failures / stable.samples;
  const { samples, failures } = candidate;
  const value = samples === 0 ? {} : { value: failures / samples - before };
  const fired = failures >= strict.leastFailures && wilson(failures, samples, z99).lower - before > limit;
  return { name: 'serverErrors', source: 'users', ...value, limit, samples, failures, fired };
}

/** `HTTP 5xx of users 34 % above stable (limit 20 %, 120 samples)` */
export function triggerText({ name, source, value, limit, samples }: Trigger): string {
  const where = source === 'users' ? ' of users' : '';
  const rate = value === undefined ? 'not measured' : percentText(value);
  return `${triggerTitles[name]}${where}: ${rate} (limit ${percentText(limit)}, ${samples} samples)`;
}

function percentText(share: number): string {
  return `${Math.round(share * 1_000) / 10} %`;
}
