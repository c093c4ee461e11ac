import { z } from 'zod';
import type { Alert } from './alert.ts';

/** More firings than this in one environment within a minute are told together first. */
const mostApart = 5;
const withinMs = 60_000;
/** A digest takes in what fires this long after its last firing: later is another outage, with a digest of its own. */
const goesOnMs = 10 * 60_000;

const member = z.object({
  firedAt: z.number().int(),
  /** As the digest shows it. */
  phase: z.enum(['firing', 'acknowledged', 'snoozed', 'resolved']),
});

/** An outage with many symptoms: what its digest shows. */
export const stormSchema = z.object({
  /** When its first alert fired, milliseconds since 1970. Names it. */
  began: z.number().int(),
  /** When its last one did. */
  last: z.number().int(),
  /** By key of the alert. */
  members: z.record(z.string(), member),
});
export type Storm = z.infer<typeof stormSchema>;

type Firing = Pick<Alert, 'key' | 'firedAt' | 'phase' | 'dryRun'>;

/**
 * The storm of an environment with the alerts that are open there: the one that goes on, or one that begins. Pure.
 * @returns the same object as before when nothing joins it; undefined when there is none.
 */
export function stormOf(before: Storm | undefined, open: readonly Firing[]): Storm | undefined {
  const firings = open.filter(({ dryRun }) => !dryRun).toSorted((a, b) => a.firedAt - b.firedAt);
  const grown = before && joined(before, firings);
  if (grown !== before) return grown;
  const fresh = firings.filter(({ key, firedAt }) => before?.members[key]?.firedAt !== firedAt);
  const first = fresh.findIndex(({ firedAt }, index) => {
    const crowded = fresh[index + mostApart];
    return crowded !== undefined && crowded.firedAt - firedAt <= withinMs;
  });
  const begins = fresh[first];
  if (begins === undefined) return before;
  return joined({ began: begins.firedAt, last: begins.firedAt, members: {} }, fresh.slice(first));
}

/** With all that fired in time, in the order of their firing. */
function joined(storm: Storm, firings: readonly Firing[]): Storm {
  let { last } = storm;
  const fresh: [string, z.infer<typeof member>][] = [];
  for (const { key, firedAt, phase } of firings) {
    const early = firedAt < storm.began - withinMs;
    if (early || firedAt > last + goesOnMs || storm.members[key]?.firedAt === firedAt) continue;
    last = Math.max(last, firedAt);
    fresh.push([key, { firedAt, phase }]);
  }
  return fresh.length === 0
    ? storm
    : { ...storm, last, members: { ...storm.members, ...Object.fromEntries(fresh) } };
}

/** Whether the digest must be drawn for this change of an alert. */
export function changesStorm(
  storm: Storm | undefined,
  { key, phase }: Pick<Alert, 'key' | 'phase'>,
): boolean {
  const known = storm?.members[key];
  return known !== undefined && known.phase !== phase;
}

/** As a digest of these alerts shows it. */
export function shownStorm(storm: Storm, alerts: readonly Firing[]): Storm {
  const phases = new Map(alerts.map(({ key, phase }) => [key, phase]));
  const members = Object.entries(storm.members).map(([key, known]) => {
    return [key, { ...known, phase: phases.get(key) ?? known.phase }] as const;
  });
  return { ...storm, members: Object.fromEntries(members) };
}
