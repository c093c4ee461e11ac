import { Cron } from 'croner';
import type { Freeze, FreezeRule } from '../domain/policy.ts';

/** The freezes that are on at this time, milliseconds since 1970; the beginning belongs to them, the end does not. */
export function freezesAt(rules: readonly FreezeRule[], now: number): readonly Freeze[] {
  return rules.flatMap(({ cron, zone, lastsMs, reason }) => {
    const schedule = new Cron(cron, { timezone: zone, paused: true, mode: '5-part' });
    // croner looks before the second it is given: the next whole one, or a freeze that is still on would be lost in
    // the last second before it begins again.
    const [begun] = schedule.previousRuns(1, new Date((Math.floor(now / 1_000) + 1) * 1_000));
    const until = begun === undefined ? now : begun.getTime() + lastsMs;
    return begun !== undefined && begun.getTime() <= now && now < until ? [{ reason, until }] : [];
  });
}
