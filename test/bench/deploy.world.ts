import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { parse, stringify } from 'yaml';
import { type Event, type EventOf, eventSchema } from '../../src/domain/events.ts';
import { keys } from '../../src/ledger/keys.ts';
import { startChild } from '../../src/sandbox/demo/child.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.ts';
import type { LoadReport } from './deploy.load.ts';

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const [developer, channel] = ['U0DEVELOPER', 'C0DEPLOYS'];

export interface WorldOptions extends Pick<SandboxOptions, 'pace' | 'spread'> {
  /** Compiled slipway. */
  readonly program: string;
  /** How users are moved in each environment; nobody is asked for an approval. */
  readonly rollouts: Readonly<Record<string, object>>;
}

/** slipway in a process of its own, with the stand-ins in this one. */
export interface World {
  readonly cloud: Sandbox['cloud'];
  /** Types a command in Slack and waits for the end of its operation. */
  run(command: string): Promise<readonly Event[]>;
  stop(): Promise<void>;
}

export async function startWorld({ program, rollouts, ...options }: WorldOptions): Promise<World> {
  const sandbox = await startSandbox(options);
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-bench-'));
  const config = path.join(folder, 'slipway.yaml');
  writeFileSync(config, configOf(rollouts));
  const logFile = path.join(folder, 'start.log');
  const environment = { ...sandbox.environment, SLIPWAY_CONFIG: config };
  const child = await startChild({ program: [program], verb: 'start', environment, logFile });
  const redis = new Redis(sandbox.redis.url);
  return {
    cloud: sandbox.cloud,
    run: async (command) => {
      const from = Date.now();
      const { outcome } = await sandbox.slack.command({ user: developer, channel, text: command });
      if (outcome !== 'acked') throw new Error(`${command} was not heard: ${outcome}`);
      return endOf(redis, { command, from });
    },
    stop: async () => {
      redis.disconnect();
      await child.killed();
      await sandbox.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Example {
  readonly services: Readonly<
    Record<string, { readonly validation?: Record<'http' | 'websocket', object[]> }>
  >;
  readonly environments: Readonly<Record<string, object>>;
}

/** The example, with nobody to ask and other rollouts. */
function configOf(rollouts: WorldOptions['rollouts']): string {
  const example = parse(readFileSync(here('../../examples/slipway.yaml'), 'utf8')) as Example;
  for (const [name, rollout] of Object.entries(rollouts)) {
    const environment = example.environments[name] ?? {};
    Object.assign(environment, { rollout });
    Reflect.deleteProperty(environment, 'approval');
  }
  // One machine is the service, its users and the prober at once: what is asked is that all works, not how fast.
  for (const { validation } of Object.values(example.services)) {
    for (const check of validation?.http ?? []) Object.assign(check, { within: '5s' });
    for (const check of validation?.websocket ?? []) Object.assign(check, { within: '5s', latency: '5s' });
  }
  return stringify(example);
}

const lookEveryMs = 100;

interface Asked {
  readonly command: string;
  /** When it was typed. */
  readonly from: number;
}

/** The ledger of the operation that a command made, once it is over. One command at a time for one target. */
async function endOf(redis: Redis, { command, from }: Asked): Promise<readonly Event[]> {
  const [, service = '', environment = ''] = command.split(' ');
  for (;;) {
    const number = Number((await redis.get(keys.number(environment))) ?? 0);
    for (let each = number; each > 0; each -= 1) {
      const events = await eventsOf(redis, `${environment}-${each}`);
      const [first] = events;
      if (first?.type !== 'requested' || first.at < from || first.services[0] !== service) continue;
      if (events.at(-1)?.type === 'finished') return events;
    }
    await wait(lookEveryMs);
  }
}

async function eventsOf(redis: Redis, id: string): Promise<readonly Event[]> {
  const lines = await redis.lrange(keys.events(id), 0, -1);
  return lines.map((line) => eventSchema.parse(JSON.parse(line)));
}

/** @throws Error with what went wrong, when the operation ended otherwise. */
export function demandOutcome(events: readonly Event[], command: string, expected: string): void {
  const { outcome } = eventOf(events, 'finished');
  if (outcome === expected) return;
  const failed = events.filter(({ type }) => type === 'step-failed');
  throw new Error(`${command}: ${outcome} instead of ${expected}\n${JSON.stringify(failed, undefined, 1)}`);
}

/** @throws Error when there is none. */
export function eventOf<Type extends Event['type']>(events: readonly Event[], type: Type): EventOf<Type> {
  const found = events.find((event): event is EventOf<Type> => event.type === type);
  if (found === undefined) throw new Error(`No ${type} in ${JSON.stringify(events)}`);
  return found;
}

/** Users of one URL. */
export interface Users {
  /** They go, and tell what they saw. */
  leave(): Promise<LoadReport>;
  kill(): void;
}

export async function usersOf(url: string, rate: number, sockets: number): Promise<Users> {
  const child: ChildProcess = fork(here('deploy.load.ts'), [url, String(rate), String(sockets)]);
  await once(child, 'message');
  return {
    leave: async () => {
      const told = once(child, 'message');
      child.send('stop');
      const [report] = (await told) as [LoadReport];
      return report;
    },
    kill: () => child.kill('SIGKILL'),
  };
}

/** One line of the table. */
export interface Row {
  readonly what: string;
  readonly value: string;
  readonly met: boolean;
}

/** Runs one story in this process and sends its rows to the parent; ends with the parent. */
export async function tell(story: (program: string) => Promise<readonly Row[]>): Promise<void> {
  process.once('disconnect', () => process.exit(1));
  const rows = await story(process.argv[2] ?? '').catch((error: unknown): readonly Row[] => [
    { what: `the story of ${story.name}`, value: String(error), met: false },
  ]);
  process.send?.(rows, () => process.exit(0));
}
