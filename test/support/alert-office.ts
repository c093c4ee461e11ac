import { pino } from 'pino';
import { afterEach, beforeEach, vi } from 'vitest';
import type { MonitorRound } from '../../src/domain/monitor/round.ts';
import type { Blindness } from '../../src/domain/monitor/sight.ts';
import type { WatchState, WatchWish } from '../../src/domain/monitor/store.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import { recordsOf } from '../../src/ledger/records.ts';
import { ThreadNotes } from '../../src/ledger/thread-notes.ts';
import { Producer } from '../../src/queue/producer.ts';
import { type Ephemeral, type SlackSandbox, startSlackSandbox } from '../../src/sandbox/slack/index.ts';
import { connectSlack } from '../../src/slack/client.ts';
import { drawThread } from '../../src/slack/thread.ts';
import { alertThread } from '../../src/slack/threads.ts';
import { usualFacts } from './alert-stories.ts';
import { after, MemoryAlerts } from './alerts.ts';
import type { Example } from './example.ts';
import { startListening } from './listening.ts';
import { useRedis } from './redis.ts';

/** The one alert of these tests, and where it is told. */
export const office = {
  key: 'staging/backend/serverErrors',
  channel: 'C0DEPLOYS',
  /** Milliseconds since 1970, for the bot. */
  now: after(5),
} as const;

/** The bot's side of alerts and monitors: a Slack, a record in memory, and what was asked for. */
export interface AlertOffice {
  readonly slack: SlackSandbox;
  readonly alerts: MemoryAlerts;
  readonly ledger: Ledger;
  /** What the monitor has measured. */
  rounds: readonly MonitorRound[];
  watching: WatchState;
  /** The last time that the prober saw nothing of staging. */
  blindness: Blindness | undefined;
  /** Where threads are, by the ids of their roots. */
  readonly links: Record<string, string>;
  readonly said: WatchWish[];
  /** How often Home tabs were to be drawn. */
  homes: number;
  /** Threads that were to be drawn. */
  readonly asked: string[];
  listen(change?: (example: Example) => void): Promise<void>;
  /** Draws the alert as a worker would. @returns the ts of its root */
  draw(): Promise<string>;
  /** What a person is told in private of what they did. */
  answered(act: () => Promise<unknown>): Promise<Ephemeral>;
}

/** Makes one for each test. */
export function useAlertOffice(): () => AlertOffice {
  const redis = useRedis();
  let current: AlertOffice | undefined;
  let stop: () => Promise<void>;
  beforeEach(async () => {
    const producer = new Producer(redis.connect(), {
      onError: () => undefined,
      dueAt: () => Promise.resolve(0),
    });
    const slack = await startSlackSandbox({ limits: 'off', fileScanMs: 0 });
    let bot: { stop(): Promise<void> } | undefined;
    const made = makeOffice({ slack, producer, redis: redis.client() }, (started) => {
      bot = started;
    });
    current = made;
    stop = async () => {
      await bot?.stop();
      await producer.close();
      await slack.stop();
    };
  });
  afterEach(() => stop());
  return () => {
    if (current === undefined) throw new Error('Only within a test');
    return current;
  };
}

interface Parts {
  readonly slack: SlackSandbox;
  readonly producer: Producer;
  readonly redis: ConstructorParameters<typeof ThreadNotes>[0];
}

function makeOffice(
  { slack, producer, redis }: Parts,
  started: (bot: { stop(): Promise<void> }) => void,
): AlertOffice {
  const alerts = new MemoryAlerts();
  const ledger = new Ledger(redis, () => undefined);
  const notes = new ThreadNotes(redis);
  const made: AlertOffice = {
    slack,
    alerts,
    ledger,
    rounds: [],
    watching: { on: false },
    blindness: undefined,
    links: {},
    said: [],
    homes: 0,
    asked: [],
    listen: async (change) => {
      const brought = {
        alerts,
        ledger,
        notes,
        producer: Object.assign(Object.create(producer) as Producer, {
          submit: (id: string) => producer.submit(id),
          announce: ({ operation }: { operation: string }) =>
            Promise.resolve(void made.asked.push(operation)),
        }),
        ...recordsOf(redis),
        home: { open: () => Promise.resolve(), changed: () => Promise.resolve(void (made.homes += 1)) },
        homeNotes: { opened: () => Promise.resolve() },
        rounds: {
          since: () => Promise.resolve(made.rounds),
          minutes: () => Promise.resolve(made.rounds),
          last: () => Promise.resolve(made.rounds.at(-1)),
        },
        monitors: {
          state: () => Promise.resolve(made.watching),
          say: (wish: WatchWish) => Promise.resolve((made.said.push(wish), 'written' as const)),
        },
        sights: {
          of: (environment: string) =>
            Promise.resolve(environment === 'staging' ? made.blindness : undefined),
        },
        threadOf: (thread: string) => Promise.resolve(made.links[thread]),
        mentionedOf: (team: string) => (team === 'operations' ? ['S0APPROVERS'] : []),
        now: () => office.now,
      };
      started(await startListening(slack, brought, change));
    },
    draw: async () => {
      const alert = await alerts.alert(office.key);
      const client = connectSlack(slack, pino({ level: 'silent' }));
      await drawThread(alertThread(alert!, usualFacts), { client, notes, now: Date.now });
      return slack.messages(office.channel).findLast(({ threadTs }) => threadTs === undefined)!.ts;
    },
    answered: async (act) => {
      const heard = slack.ephemerals().length;
      await act();
      return vi.waitFor(() => {
        const answer = slack.ephemerals()[heard];
        if (answer === undefined) throw new Error('no answer yet');
        return answer;
      }, 10_000);
    },
  };
  return made;
}

/** Nobody but the operator may deploy or roll back in staging. */
export const onlyOperators = ({ environments }: Example): void => {
  Object.assign(environments['staging']!, { roles: { deploy: ['U0OPERATOR'], rollback: ['U0OPERATOR'] } });
};
