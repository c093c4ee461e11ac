import type { Target } from '../src/domain/target.ts';
import type { Monitors } from '../src/ledger/monitors.ts';
import type { MonitorQueue } from '../src/queue/monitors.ts';
import { policyOf } from './policy-of.ts';

/** BullMQ makes the next round when one begins, so a schedule that is so many rounds behind makes none any more. */
const behind = 2;

export interface ReviveOptions {
  readonly environments: readonly string[];
  readonly targets: (environment: string) => readonly Target[];
  readonly monitors: Pick<Monitors, 'state'>;
  readonly queue: Pick<MonitorQueue, 'schedule' | 'unschedule' | 'scheduled'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Makes the schedules what they should be: one for each environment that is watched, none for others, and a new one
 * where rounds have stopped coming. Every worker does it; doing it twice changes nothing.
 */
export async function reviveMonitors(options: ReviveOptions): Promise<void> {
  const { queue, now } = options;
  const wanted = new Map(await Promise.all(options.environments.map((name) => wish(name, options))));
  const scheduled = await queue.scheduled();
  const fine = new Set<string>();
  for (const { environment, everyMs, nextAt } of scheduled) {
    const every = wanted.get(environment);
    if (every === undefined) await queue.unschedule(environment);
    else if (every === everyMs && nextAt > now() - behind * everyMs) fine.add(environment);
  }
  for (const [environment, every] of wanted)
    if (every !== undefined && !fine.has(environment)) await queue.schedule(environment, every);
}

/** Milliseconds from round to round; undefined where nobody watches. */
async function wish(
  environment: string,
  { targets, monitors, now }: ReviveOptions,
): Promise<readonly [string, number | undefined]> {
  const policy = policyOf(targets(environment));
  const { on } = await monitors.state(environment, policy, now());
  return [environment, on ? policy.everyMs : undefined];
}
