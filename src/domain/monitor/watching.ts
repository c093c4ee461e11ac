import { z } from 'zod';
import type { MonitorPolicy } from './policy.ts';

const at = z.number().int().nonnegative();

/** Somebody said whether an environment is watched. */
export const watchEventSchema = z.object({
  type: z.enum(['started', 'stopped']),
  at,
  by: z.string(),
  byName: z.string(),
  /** From then on it is as the configuration says. Absent: until somebody says otherwise. */
  until: at.optional(),
});
export type WatchEvent = z.infer<typeof watchEventSchema>;

/** Whether an environment is watched now. */
export interface Watching {
  readonly on: boolean;
  /** Milliseconds since 1970: then it is as the configuration says. Absent: until somebody says otherwise. */
  readonly until?: number;
  /** Who said so, and when. Absent: the configuration. */
  readonly by?: string;
  readonly byName?: string;
  readonly at?: number;
}

/** The last word counts until it has run out; then the configuration. */
export function watchingOf(
  events: readonly WatchEvent[],
  policy: Pick<MonitorPolicy, 'on'>,
  now: number,
): Watching {
  const last = events.at(-1);
  if (last === undefined || (last.until !== undefined && now >= last.until)) return { on: policy.on };
  const { type, until, by, byName, at: when } = last;
  return { on: type === 'started', by, byName, at: when, ...(until === undefined ? {} : { until }) };
}
