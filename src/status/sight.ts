import { sightRootId } from '../domain/alert/thread.ts';
import { type BlindNow, type Blindness, blindNow } from '../domain/monitor/sight.ts';
import { defaultPolicy, type MonitorPolicy } from '../domain/monitor/policy.ts';
import type { Looked } from '../domain/status/looked.ts';
import { look } from './look.ts';

/** Where it is read whether the prober of an environment sees. */
export interface SightSources {
  readonly sights: {
    /** The last time that nothing was seen; undefined: that never was. */
    of(environment: string): Promise<Blindness | undefined>;
  };
  readonly monitors: {
    /** Whether an environment is watched at this time, milliseconds since 1970. */
    state(
      environment: string,
      policy: Pick<MonitorPolicy, 'on'>,
      now: number,
    ): Promise<{ readonly on: boolean }>;
  };
  /** Address of a thread by the id of its root; undefined where there is none yet, or Slack does not tell. */
  readonly threadOf: (thread: string) => Promise<string | undefined>;
  readonly now: () => number;
}

export interface SightQuestion {
  readonly environment: string;
  /** Absent: that of an environment of which nothing is configured. */
  readonly policy: Pick<MonitorPolicy, 'on'> | undefined;
  readonly signal: AbortSignal;
}

/** Whether the prober of an environment is blind now. Never throws; a thread that is not found is no fault. */
export async function gatherSight(
  { environment, policy = defaultPolicy, signal }: SightQuestion,
  sources: SightSources,
): Promise<Looked<BlindNow | undefined>> {
  const { sights, monitors, now, threadOf } = sources;
  const read = async () => {
    const [known, { on }] = await Promise.all([
      sights.of(environment),
      monitors.state(environment, policy, now()),
    ]);
    return blindNow(known, on);
  };
  const sight = await look('The sight of the prober', read, signal);
  const known = sight.kind === 'seen' ? sight.value : undefined;
  if (known === undefined) return sight;
  const url = await look('Slack', () => threadOf(sightRootId(environment, known.began)), signal);
  return { kind: 'seen', value: { ...known, ...(url.kind === 'seen' ? { url: url.value } : {}) } };
}
