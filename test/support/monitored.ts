import type { ServerResponse } from 'node:http';
import { Redis } from 'ioredis';
import { expect, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import type { Symptom } from '../../src/domain/monitor/round.ts';
import { Series } from '../../src/ledger/series.ts';
import { type Example, withoutValidation } from './example.ts';
import { type Loopback, loopback } from './loopback.ts';
import { patience, type World } from './world.ts';

/** The shortest that the configuration takes. */
export const everyMs = 5_000;

/** What a front does with this request, counted from 0. */
export type Behaviour = (request: number) => 'answer' | 'fail' | 'cut';

/** What stands before a service: users come through it, and so do probes. */
export interface Front extends Loopback {
  behave(as: Behaviour): void;
}

export const always = (deed: ReturnType<Behaviour>) => (): ReturnType<Behaviour> => deed;

export async function startFront(): Promise<Front> {
  let behaviour: Behaviour = always('answer');
  let count = 0;
  const answer = (response: ServerResponse) => {
    const deed = behaviour(count);
    count += 1;
    if (deed === 'cut') response.socket?.destroy();
    else response.writeHead(deed === 'fail' ? 503 : 200).end('{}');
  };
  const server = await loopback((_request, response) => {
    answer(response);
  });
  return {
    ...server,
    behave: (as) => {
      behaviour = as;
    },
  };
}

interface WatchedEnvironment {
  /** Address of the front. */
  readonly url: string;
  /** The rules that are not left out. */
  readonly rules: Partial<Record<Symptom, object>>;
  /** More of `monitors`. */
  readonly monitors?: object;
  /** More of the environment. */
  readonly more?: object;
}

const rulesThere = [
  'connectionFailures',
  'handshakeFailures',
  'serverErrors',
  'timeouts',
  'journeys',
] as const;

/**
 * The example with these environments, like its staging: backend alone, looked at each 5 s when somebody asks, and a
 * team that is paged. One world tells many stories side by side, each in an environment of its own.
 */
export const watching = (environments: Readonly<Record<string, WatchedEnvironment>>) => (yaml: string) => {
  const example = parse(withoutValidation(yaml)) as Example & Record<string, unknown>;
  const { staging } = example.environments;
  const made = Object.entries(environments).map(([name, { url, rules, monitors, more }]) => {
    const left = rulesThere.filter((rule) => rules[rule] === undefined);
    const off = Object.fromEntries(left.map((rule) => [rule, { off: true }]));
    const watched = { on: false, every: `${everyMs / 1_000}s`, ...monitors, rules: { ...off, ...rules } };
    return [
      name,
      {
        ...staging,
        project: `chat-${name}`,
        services: ['backend'],
        loadBalancer: { urls: { backend: url } },
        monitors: watched,
        ...more,
      },
    ] as const;
  });
  const pages = {
    operations: { pagerduty: { key: '${env:PAGERDUTY_KEY}', url: '${env:PAGERDUTY_URL}' } },
  };
  return stringify({ ...example, environments: Object.fromEntries(made), pages });
};

/** Lends what the ledger of a world is kept in. */
export async function withLedger<Value>(
  { redis }: Pick<World, 'redis'>,
  act: (ledger: Redis) => Promise<Value>,
): Promise<Value> {
  const ledger = new Redis(redis.url);
  try {
    return await act(ledger);
  } finally {
    ledger.disconnect();
  }
}

/** Waits until so many whole rounds have begun and been kept from now on. */
export async function roundsMore(
  world: Pick<World, 'redis'>,
  environment: string,
  count: number,
): Promise<void> {
  const from = Date.now();
  await withLedger(world, async (ledger) => {
    const series = new Series(ledger);
    const look = async () => {
      const rounds = await series.since({ service: 'backend', environment }, from);
      // The newest may not have been looked at yet.
      expect(rounds.length).toBeGreaterThan(count);
    };
    await vi.waitFor(look, { ...patience, interval: 200 });
  });
}

/** The thread of the alert of one symptom of backend. */
export function alertIn(world: World, environment: string, symptom: Symptom) {
  const key = `${environment}/backend/${symptom}`;
  const thread = () => world.thread(`alert:${key}#1`);
  return {
    key,
    thread,
    root: () => thread().roots[0],
    /** Waits until the root says this. */
    says: async (word: string) =>
      world.until(() => {
        const [root] = thread().roots;
        return root?.text.includes(word) === true ? root : undefined;
      }),
    /** What people were woken by, and told of it after. */
    pages: () =>
      world.pages
        .received('pagerduty')
        .flatMap((page) => (page.key.startsWith(`${key}#`) ? [page.action] : [])),
  };
}
