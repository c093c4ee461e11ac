import { beforeEach } from 'vitest';
import { makeReview, sweepAlerts } from '../../jobs/review.ts';
import { defaultPolicy } from '../../src/domain/monitor/policy.ts';
import type { MonitorRound } from '../../src/domain/monitor/round.ts';
import type { Page } from '../../src/domain/page/page.ts';
import { deployPlan } from '../../src/domain/plan.ts';
import type { Target } from '../../src/domain/target.ts';
import { Alerts } from '../../src/ledger/alerts.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import { recordsOf } from '../../src/ledger/records.ts';
import { key } from './alert-decisions.ts';
import { everyMs, roundsUntil } from './monitoring.ts';
import { began, candidate, results, stable } from './operations.ts';
import { useRedis } from './redis.ts';

export const reviewed = {
  service: 'backend',
  environment: 'staging',
  channel: 'C0DEPLOYS',
  ref: 'main',
  after: [],
  rollout: { drainMs: 0 },
  card: { impact: 'No chat' },
  monitors: { ...defaultPolicy, escalateTo: 'managers', mute: ['lock'] },
} as unknown as Target;

export const asked = {
  environment: 'staging',
  services: ['backend'],
  ref: 'main',
  by: 'U0DEVELOPER',
  byName: 'developer',
  channel: 'C0DEPLOYS',
  typedIn: 'C0DEPLOYS',
};

/** What a test sets, and what it finds then. */
interface State {
  rounds: readonly MonitorRound[];
  now: number;
  pages: Page[];
  submitted: string[];
  /** The revision that users are on. */
  serving: string;
  /** A crash at that moment: what stands there is not done, and nothing after it. */
  fault: string | undefined;
}

/** Reviews of one target with the real ledger, records and alerts on a Redis of the file's own; empty before each test. */
export function useReviewing() {
  const redis = useRedis();
  const fresh = (): State => ({
    rounds: [],
    now: began,
    pages: [],
    submitted: [],
    serving: candidate,
    fault: undefined,
  });
  const state = fresh();
  const ledger = () => new Ledger(redis.client(), () => undefined);
  const alerts = () => new Alerts(redis.client(), () => undefined);
  const records = () => recordsOf(redis.client());
  beforeEach(() => {
    Object.assign(state, fresh());
  });
  const options = () => optionsOf(state, { ledger: ledger(), alerts: alerts(), records: records() });
  const review = (target = reviewed) => makeReview(options())(target);
  return {
    state,
    ledger,
    alerts,
    records,
    review,
    sweep: () => sweepAlerts(options()),
    /** So many rounds later, of which each failed so. */
    look: async (...failures: readonly number[]) => {
      state.now += failures.length * everyMs;
      state.rounds = [...state.rounds, ...roundsUntil(state.now, failures)];
      await review();
    },
    types: async () => (await alerts().events(key)).map(({ type }) => type),
    told: () => state.pages.map(({ action, team }) => `${action} ${team}`),
    requestedRollbacks: async () => {
      const operations = await Promise.all((await ledger().unfinished()).map((id) => ledger().operation(id)));
      return operations.filter((operation) => operation?.request.kind === 'rollback');
    },
    deployed: () => deployed(state.now, { ledger: ledger(), records: records() }),
    ended: async (id: string, outcome: 'succeeded' | 'failed') => {
      if (outcome === 'succeeded') state.serving = stable;
      await ended(id, { outcome, now: state.now }, { ledger: ledger(), records: records() });
    },
  };
}

interface Stores {
  readonly ledger: Ledger;
  readonly records: ReturnType<typeof recordsOf>;
}

function optionsOf(state: State, { ledger, alerts, records }: Stores & { readonly alerts: Alerts }) {
  const at = (moment: string): void => {
    if (state.fault === moment) throw new Error(`crashed at ${moment}`);
  };
  return {
    alerts: {
      alert: (name: string) => alerts.alert(name),
      unsettled: () => alerts.unsettled(),
      change: ((name, change) =>
        alerts.change(name, {
          ...change,
          decide: (alert) => {
            const decided = change.decide(alert);
            if (decided.event !== undefined) at(`note ${decided.event.type}`);
            return decided;
          },
        })) as Alerts['change'],
    },
    ledger,
    records,
    producer: {
      submit: async (id: string) => {
        at('submit');
        state.submitted.push(id);
        await Promise.resolve();
      },
      wake: () => Promise.resolve(),
    },
    pages: {
      submit: async (page: Page) => {
        at('page');
        state.pages.push(page);
        await Promise.resolve();
      },
    },
    explain: () => undefined,
    series: { since: () => Promise.resolve(state.rounds) },
    serving: () => Promise.resolve([{ revision: state.serving, percent: 100 }]),
    log: { warn: () => undefined },
    now: () => state.now,
    targetOf: () => reviewed,
  };
}

/** A deploy that has just ended well. */
async function deployed(now: number, { ledger, records }: Stores): Promise<string> {
  const plan = [...deployPlan({ approval: false })];
  const { id } = await ledger.open({ ...asked, kind: 'deploy', plan, at: now, deliveryId: 'deploy' });
  const claim = await ledger.claim(id, { type: 'started', at: now, worker: 'w' });
  if (claim.kind !== 'claimed') throw new Error('The deploy was not claimed');
  for (const step of ['build', 'candidate'] as const)
    await ledger.append(claim, { type: 'step-finished', at: now, step, result: results[step] } as never);
  await records.served.note(reviewed, {
    revision: candidate,
    image: '',
    operation: id,
    byName: '',
    at: now,
  });
  await ledger.finish(claim, { type: 'finished', at: now, outcome: 'succeeded' });
  return id;
}

async function ended(
  id: string,
  { outcome, now }: { readonly outcome: 'succeeded' | 'failed'; readonly now: number },
  { ledger, records }: Stores,
): Promise<void> {
  const claim = await ledger.claim(id, { type: 'started', at: now, worker: 'w' });
  if (claim.kind !== 'claimed') throw new Error('The rollback was not claimed');
  if (outcome === 'succeeded')
    await records.served.note(reviewed, { revision: stable, image: '', operation: id, byName: '', at: now });
  await ledger.finish(claim, { type: 'finished', at: now, outcome });
}
