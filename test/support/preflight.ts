import type { Redis } from 'ioredis';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { preflight } from '../../jobs/steps/preflight.ts';
import type { StepContext } from '../../jobs/step.ts';
import { connectGoogle } from '../../src/cloud/clients.ts';
import { cloudOf } from '../../src/cloud/index.ts';
import type { Operation } from '../../src/domain/operation.ts';
import type { Target } from '../../src/domain/target.ts';
import { recordsOf } from '../../src/ledger/records.ts';
import type { ChannelState } from '../../src/slack/channel.ts';
import { startCloudSandbox } from '../../src/sandbox/cloud/index.ts';
import { startDockerSandbox } from '../../src/sandbox/docker/index.ts';
import { alive, backend } from '../cloud/support.ts';
import { began, requested, started, told } from './operations.ts';

export const open: ChannelState = { kind: 'open' };

interface Case {
  readonly target?: Partial<Target>;
  readonly operation?: Operation;
  readonly others?: Readonly<Record<string, Operation>>;
  readonly channel?: (id: string) => ChannelState;
}

/** The step's context on stand-ins that run, and these. */
export async function preflightPlace(redis: Redis) {
  const sandbox = await startCloudSandbox({ pace: 0.02 });
  const docker = await startDockerSandbox({ registry: sandbox.registry, pace: 0.02 });
  const google = connectGoogle(sandbox.endpoint);
  onTestFinished(async () => {
    await google.close();
    await Promise.all([docker.stop(), sandbox.stop()]);
  });
  const cloud = cloudOf(google, { programs: docker.environment, web: sandbox.url });
  const contextOf = ({ target, operation, others = {}, channel = () => open }: Case = {}): StepContext => {
    const whole = operation ?? told(requested({ build: 'local' }), started);
    const wanted = { ...backend, ...target };
    return {
      operation: whole,
      target: wanted,
      targets: [wanted],
      records: recordsOf(redis),
      cloud,
      log: pino({ level: 'silent' }),
      signal: alive,
      now: () => began,
      reload: () => Promise.resolve(whole),
      other: (id) => Promise.resolve(others[id]),
      // A preflight begins none.
      children: {} as never,
      channel: (id) => Promise.resolve(channel(id)),
      append: () => Promise.resolve(),
    };
  };
  return { sandbox, docker, contextOf };
}

export async function outcomeOf(context: StepContext) {
  const outcome = await preflight(context);
  const found = outcome.kind === 'finished' ? outcome.result : undefined;
  const failure = outcome.kind === 'failed' ? outcome.failure : undefined;
  return { found, failure, names: failure?.blockers?.map(({ what }) => what) };
}
