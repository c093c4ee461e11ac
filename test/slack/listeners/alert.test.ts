import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { acknowledged, after, fired, MemoryAlerts, measured, resolved } from '../../support/alerts.ts';
import type { MonitorRound } from '../../../src/domain/monitor/round.ts';
import type { WatchState, WatchWish } from '../../../src/domain/monitor/store.ts';
import { Ledger } from '../../../src/ledger/ledger.ts';
import { recordsOf } from '../../../src/ledger/records.ts';
import { ThreadNotes } from '../../../src/ledger/thread-notes.ts';
import { Producer } from '../../../src/queue/producer.ts';
import { type Ephemeral, type SlackSandbox, startSlackSandbox } from '../../../src/sandbox/slack/index.ts';
import { connectSlack } from '../../../src/slack/client.ts';
import { drawThread } from '../../../src/slack/thread.ts';
import { alertThread } from '../../../src/slack/threads.ts';
import { usualFacts } from '../../support/alert-stories.ts';
import type { Example } from '../../support/example.ts';
import { startListening } from '../../support/listening.ts';
import { useRedis } from '../../support/redis.ts';
import { began } from '../../support/operations.ts';

const redis = useRedis();
const channel = 'C0DEPLOYS';
const key = 'staging/backend/serverErrors';
const now = after(5);

let slack: SlackSandbox;
let alerts: MemoryAlerts;
let ledger: Ledger;
let notes: ThreadNotes;
let rounds: readonly MonitorRound[];
let asked: string[];
let said: WatchWish[];
let watching: WatchState;
let producer: Producer;
let bot: { stop(): Promise<void> } | undefined;

beforeEach(async () => {
  slack = await startSlackSandbox({ limits: 'off' });
  alerts = new MemoryAlerts();
  notes = new ThreadNotes(redis.client());
  ledger = new Ledger(redis.client(), () => undefined);
  producer = new Producer(redis.connect(), { onError: () => undefined, dueAt: () => Promise.resolve(0) });
  asked = [];
  said = [];
  watching = { on: false };
  rounds = [];
  bot = undefined;
});
afterEach(async () => {
  await bot?.stop();
  await producer.close();
  await slack.stop();
});

async function listen(change?: (example: Example) => void): Promise<void> {
  const client = redis.client();
  bot = await startListening(
    slack,
    {
      alerts,
      ledger,
      notes,
      producer: Object.assign(Object.create(producer) as Producer, {
        submit: (id: string) => producer.submit(id),
        announce: ({ operation }: { operation: string }) => Promise.resolve(void asked.push(operation)),
      }),
      ...recordsOf(client),
      home: { open: () => Promise.resolve(), changed: () => Promise.resolve() },
      homeNotes: { opened: () => Promise.resolve() },
      rounds: { since: () => Promise.resolve(rounds), last: () => Promise.resolve(rounds.at(-1)) },
      monitors: {
        state: () => Promise.resolve(watching),
        say: (wish) => Promise.resolve((said.push(wish), 'written' as const)),
      },
      mentionedOf: (team) => (team === 'operations' ? ['S0APPROVERS'] : []),
      now: () => now,
    },
    change,
  );
}

/** Draws the alert as a worker would. @returns the ts of its root */
async function draw(): Promise<string> {
  const alert = await alerts.alert(key);
  const client = connectSlack(slack, pino({ level: 'silent' }));
  await drawThread(alertThread(alert!, usualFacts), { client, notes, now: Date.now });
  return slack.messages(channel).findLast(({ threadTs }) => threadTs === undefined)!.ts;
}

async function answered(act: () => Promise<unknown>): Promise<Ephemeral> {
  const heard = slack.ephemerals().length;
  await act();
  return vi.waitFor(() => {
    const answer = slack.ephemerals()[heard];
    if (answer === undefined) throw new Error('no answer yet');
    return answer;
  }, 10_000);
}

const click = (ts: string, actionId: string, more: { user?: string; value?: string; stale?: boolean } = {}) =>
  answered(() => slack.click({ user: 'U0REVIEWER', channel, ts, actionId, ...more }));
const say = (ts: string, text: string, user = 'U0REVIEWER') =>
  answered(() => slack.mention({ user, channel, threadTs: ts, text: `<@U0SLIPWAY> ${text}` }));
const type = (text: string, user = 'U0DEVELOPER') => answered(() => slack.command({ user, channel, text }));
const last = () => alerts.journals.get(key)!.at(-1)!;

const onlyOperators = ({ environments }: Example) => {
  Object.assign(environments['staging']!, { roles: { deploy: ['U0OPERATOR'], rollback: ['U0OPERATOR'] } });
};

describe('a button of an alert', () => {
  it('acknowledges: written down once, and the thread is asked for', async () => {
    await listen();
    alerts.fire();
    const ts = await draw();
    const { text } = await click(ts, 'alert_ack');
    expect(text).toContain('*Acknowledged*: HTTP 5xx of backend in staging');
    expect(last()).toEqual({ type: 'acknowledged', at: now, by: 'U0REVIEWER', byName: 'reviewer' });
    expect(asked).toEqual([`alert:${key}`]);
    const other = await click(ts, 'alert_ack', { user: 'U0OPERATOR' });
    expect(other.text).toContain('is acknowledged by reviewer already. `ALERT_OVER`');
    expect(alerts.journals.get(key)).toHaveLength(2);
  });

  it.each([
    ['30m', now + 30 * 60_000],
    ['4h', now + 240 * 60_000],
    ['tomorrow', Date.UTC(2026, 0, 6, 9)],
  ])('snoozes for %s, from the menu', async (value, until) => {
    await listen();
    alerts.fire();
    const { text } = await click(await draw(), 'alert_snooze', { value });
    expect(text).toContain('*Snoozed* until');
    expect(last()).toMatchObject({ type: 'snoozed', until });
  });

  it('begins one rollback, however often somebody clicks, and notes it', async () => {
    await listen();
    alerts.fire();
    const ts = await draw();
    const { text } = await click(ts, 'alert_rollback', { user: 'U0DEVELOPER' });
    expect(text).toContain('staging #1 is accepted');
    expect(last()).toEqual({ type: 'rolled-back', at: now, operation: 'staging-1' });
    expect((await ledger.operation('staging-1'))?.request).toMatchObject({
      kind: 'rollback',
      services: ['backend'],
      byName: 'developer',
    });
    const again = await click(ts, 'alert_rollback');
    expect(again.text).toContain('users are taken back already. `ALERT_OVER`');
    expect(await ledger.unfinished()).toEqual(['staging-1']);
  });

  it('shows the last rounds to who asks, newest first', async () => {
    await listen();
    alerts.fire();
    const tallies = { serverErrors: { samples: 10, failures: 4 } };
    const http = { p50: 12, p95: 48 };
    rounds = [
      { at: began, tallies: {}, blind: 2, diagnoses: ['PROBER_NETWORK'] },
      { at: began + 10_000, tallies, http, blind: 0, diagnoses: ['SERVER_ERROR'] },
    ];
    const answer = await click(await draw(), 'alert_checks', { user: 'U0GUEST' });
    expect(answer.text.split('\n').slice(1)).toEqual([
      '10:00:10 · HTTP 5xx 4 of 10 · SERVER_ERROR',
      '10:00:00 · HTTP 5xx – · PROBER_NETWORK',
    ]);
    const table = answer.blocks[1] as unknown as { rows: { text: string }[][] };
    expect(table.rows[1]?.map(({ text }) => text)).toEqual([
      '10:00:10',
      '–',
      '–',
      '4 of 10',
      '–',
      '–',
      '48 ms',
      'SERVER_ERROR',
    ]);
    expect(table.rows[2]?.at(-1)?.text).toBe('2 not measured, PROBER_NETWORK');
  });

  it('that is old is answered in private', async () => {
    await listen();
    alerts.fire();
    const ts = await draw();
    alerts.append(key, resolved(1));
    expect((await click(ts, 'alert_ack')).text).toContain('is resolved. `ALERT_OVER`');
    alerts.append(key, fired({ at: after(4) }));
    expect((await click(ts, 'alert_snooze', { value: '1h' })).text).toContain(
      'fired again since: that button was for',
    );
    expect(alerts.journals.get(key)).toHaveLength(3);
    expect(asked).toEqual([]);
  });

  it('that is none of ours, or of an alert that nobody knows, does nothing', async () => {
    await listen();
    alerts.fire();
    const ts = await draw();
    expect((await click(ts, 'alert_ack', { value: 'x', stale: true })).text).toContain('`NOT_FOUND`');
    alerts.journals.clear();
    expect((await click(ts, 'alert_ack')).text).toContain('`ALERT_OVER`');
  });

  it('belongs to who may deploy or roll back, and to the team that is paged', async () => {
    await listen(onlyOperators);
    alerts.fire({ page: 'business' });
    const ts = await draw();
    const refused = await click(ts, 'alert_ack', { user: 'U0GUEST' });
    expect(refused.text).toContain('You may not take alerts of staging. `NOT_ALLOWED`');
    expect((await click(ts, 'alert_ack')).text).toContain('`NOT_ALLOWED`');
    expect((await click(ts, 'alert_rollback', { user: 'U0GUEST' })).text).toContain(
      'You may not roll back in staging',
    );
    expect(alerts.journals.get(key)).toHaveLength(1);
    alerts.append(key, { type: 'escalated', at: after(4), team: 'operations' });
    expect((await click(ts, 'alert_ack')).text).toContain('*Acknowledged*');
  });

  it('is not believed when Slack does not say who belongs to the team', async () => {
    await listen(onlyOperators);
    alerts.fire();
    const ts = await draw();
    slack.faults.fail('usergroups.users.list', 'error-5xx');
    expect((await click(ts, 'alert_ack', { user: 'U0GUEST' })).text).toContain('`ROLE_UNKNOWN`');
  });
});

describe('a word in the thread of an alert', () => {
  it('does what the button does', async () => {
    await listen();
    alerts.fire();
    const ts = await draw();
    expect((await say(ts, 'snooze 2h')).text).toContain('*Snoozed*');
    expect(last()).toMatchObject({ type: 'snoozed', until: now + 7_200_000 });
    expect((await say(ts, 'ack')).text).toContain('*Acknowledged*');
    expect((await say(ts, 'checks')).text).toContain('none in the last ten minutes');
    expect((await say(ts, 'roll back')).text).toContain('staging #1 is accepted');
  });

  it('that is not known is answered with those that are', async () => {
    await listen();
    alerts.fire();
    const ts = await draw();
    for (const text of ['help', 'hold', 'snooze', 'ack now'])
      expect((await say(ts, text)).text).toContain('`@slipway snooze 1h`');
    expect((await say(ts, 'snooze 30d')).text).toContain(
      'A snooze lasts from 1m to 7d, or tomorrow. `USAGE`',
    );
    expect(alerts.journals.get(key)).toHaveLength(1);
  });

  it('in a thread of before is not meant for the one of now', async () => {
    await listen();
    alerts.fire();
    const ts = await draw();
    alerts.append(key, resolved(1), fired({ at: after(4), thread: 2 }));
    expect((await say(ts, 'ack')).text).toContain('has a thread of its own. `ALERT_OVER`');
    expect((await say(await draw(), 'ack')).text).toContain('*Acknowledged*');
  });
});

describe('/monitor', () => {
  it('starts for a time, and stops', async () => {
    await listen();
    expect((await type('/monitor staging for 10m')).text).toContain('*staging is watched* until');
    expect(said[0]).toMatchObject({
      environment: 'staging',
      type: 'started',
      byName: 'developer',
      until: now + 600_000,
    });
    expect((await type('/monitor staging stop')).text).toContain('*staging is not watched any more*');
    expect(said[1]).toMatchObject({ type: 'stopped' });
  });

  it('is for those who deploy there; everybody sees the status', async () => {
    await listen(onlyOperators);
    expect((await type('/monitor staging stop', 'U0GUEST')).text).toContain(
      'You may not stop the monitor of staging',
    );
    expect(said).toEqual([]);
    expect((await type('/monitor staging', 'U0GUEST')).text).toContain(
      '*staging is not watched, as configured*',
    );
  });

  it('says what was measured, by which rules, what fires and what to do', async () => {
    await listen();
    watching = { on: true, byName: 'operator', at: began, until: after(60) };
    alerts.fire();
    alerts.append(key, acknowledged());
    alerts.fire({ service: 'auth', symptom: 'timeouts', measured: measured(0.1) });
    const tallies = {
      connectionFailures: { samples: 20, failures: 1 },
      serverErrors: { samples: 10, failures: 1 },
    };
    rounds = [{ at: now - 8_000, tallies, http: { p50: 12, p95: 48 }, blind: 0, diagnoses: [] }];
    const { text, blocks } = await type('/monitor staging');
    expect(text).toContain('*staging is watched each 10 s, by operator until');
    expect(text).toContain(
      'backend · Last round 8 s ago · Available, 1 h 90 % of 20 · HTTP p50 / p95 12 ms / 48 ms',
    );
    expect(text).toContain(
      '• HTTP 5xx over 20 % above what was usual: takes back a deploy that ended just before, else pages operations',
    );
    expect(text).toContain('*Open alerts* 2');
    expect(text).toContain('• HTTP 5xx of backend: *acknowledged* by reviewer');
    expect(text).toContain('*Next* Read the threads of what fires');
    expect(blocks.map(({ type: kind }) => kind)).toEqual(['section', 'table', 'section']);
  });

  it('says when rounds do not come', async () => {
    await listen();
    watching = { on: true };
    expect((await type('/monitor staging')).text).toContain(
      '*Next* No round of backend, auth, frontend came lately',
    );
  });

  it.each([
    ['/monitor', '*Watch an environment*'],
    ['/monitor help', 'slipway asks what users reach'],
    [
      '/monitor moon',
      'There is no environment “moon”. Environments: staging, production. `UNKNOWN_ENVIRONMENT`',
    ],
    ['/monitor start staging', 'The environment comes first: /monitor staging start.'],
    ['/monitor staging watch', 'I do not know what to do with “watch”: it is start, stop, status or for.'],
    ['/monitor staging for', 'Nothing is no time such as 10m or 2h.'],
    ['/monitor staging for ever', '“ever” is no time such as 10m or 2h.'],
    ['/monitor staging start for 1s', 'A monitor runs from 1m to 30d; I read “1s”.'],
    ['/monitor staging stop for 10m', 'Only start takes a time; I read “stop for”.'],
    ['/monitor staging start 10m', 'I do not know what to do with “10m”.'],
    ['/monitor staging for 10m 20m', 'I do not know what to do with “20m”.'],
    ['/monitor staging ref:main', 'There is no option “ref:main”.'],
  ])('%j: %s', async (text, expected) => {
    await listen();
    const answer = await type(text);
    expect(answer.text).toContain(expected);
    expect(answer.text).toContain('/monitor staging start for 10m');
    expect(said).toEqual([]);
  });
});
