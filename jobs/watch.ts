import { idTokens } from '../src/cloud/id-token.ts';
import type { RevisionMetrics } from '../src/cloud/measured.ts';
import type { Split } from '../src/domain/results.ts';
import { usersWay } from '../src/domain/target.ts';
import { judgeTriggers, type Round, sumOf, type Trigger, type Watched } from '../src/domain/trigger.ts';
import { planFor } from '../src/domain/validation/plan-for.ts';
import { orStopped } from '../src/probes/or-stopped.ts';
import { Rounds } from '../src/probes/rounds.ts';
import { tokensOfRun } from '../src/probes/tokens.ts';
import type { StepContext } from './step.ts';

/**
 * Requests of a path in a round when users are all on the candidate. Where they are fewer, more are made, so that it
 * is met about as often: a third of failures is known in half a minute, an outage in nine seconds.
 */
const requests = 20;
const mostRequests = 100;
const handshakes = 10;

/** Cloud Run's metrics come once a minute: asked for more often they say nothing new. */
const usersEveryMs = 15_000;

export interface Watching {
  /** Those who share the users. */
  readonly revision: string;
  readonly before: Split;
  /** Where users come in. */
  readonly users: string;
  /** Where the candidate alone answers. */
  readonly candidate: string;
  readonly stableErrors: number;
}

/** Watches users while they are moved, by probes of its own. */
export class Watch {
  readonly #rounds: Rounds;
  readonly #watching: Watching;
  readonly #context: StepContext;
  #http: (readonly Round[])[] = [];
  #handshakes: Round[] = [];
  #looks = 0;
  #users: Watched['users'];
  #askedAt = 0;
  #movedAt = 0;

  constructor(watching: Watching, context: StepContext) {
    this.#rounds = roundsOf(watching, context);
    this.#watching = watching;
    this.#context = context;
  }

  /** How many rounds were made since the share changed. */
  get rounds(): number {
    return this.#looks;
  }

  /** Another share of users: what was measured before says nothing of it. */
  begin(movedAt: number): void {
    this.#looks = 0;
    this.#http = [];
    this.#handshakes = [];
    this.#users = undefined;
    this.#movedAt = movedAt;
  }

  /** One look at a share from 0 to 1, judged together with those before. */
  async look(share: number): Promise<readonly Trigger[]> {
    const count = Math.min(mostRequests, Math.ceil(requests / Math.max(share, 0.01)));
    const at = this.#context.now();
    const asked = Promise.all([
      this.#rounds.http(count),
      this.#rounds.handshakes(handshakes),
      this.#askUsers(),
    ]);
    // Who lets go does not wait for answers that may never come.
    const [http, shaken] = await orStopped(asked, this.#context.signal);
    this.#looks += 1;
    this.#http = http.map((round, path) => [...(this.#http[path] ?? []), { ...round, at }]);
    if (shaken.samples > 0) this.#handshakes.push({ ...shaken, at });
    const { stableErrors } = this.#watching;
    return judgeTriggers(
      { share, http: this.#http, handshakes: this.#handshakes, stableErrors, users: this.#users },
      this.#context.target.rollout.triggers,
    );
  }

  stop(): void {
    this.#rounds.stop();
  }

  /** What Cloud Run counted of users since the move. It is late; until it comes, nothing is concluded from it. */
  async #askUsers(): Promise<void> {
    const { cloud, target, signal, now, log } = this.#context;
    if (now() - this.#askedAt < usersEveryMs) return;
    this.#askedAt = now();
    const { revision, before } = this.#watching;
    const revisions = [revision, ...before.map((entry) => entry.revision)];
    const window = { revisions, fromMs: this.#movedAt, toMs: now() };
    try {
      const metrics = await cloud.metrics.revisions(target, window, signal);
      const candidate = roundOf(metrics.get(revision));
      const stable = sumOf(before.map((entry) => roundOf(metrics.get(entry.revision)) ?? nothing));
      this.#users = candidate === undefined ? undefined : { candidate, stable };
    } catch (error) {
      signal.throwIfAborted();
      // slipway's own probes watch on: a team may not have granted monitoring.viewer.
      log.warn({ err: error, operation: this.#context.operation.id }, 'no metrics of Cloud Run');
    }
  }
}

const nothing: Round = { samples: 0, failures: 0 };

function roundOf(metrics: RevisionMetrics | undefined): Round | undefined {
  const requests = metrics?.traffic?.requests;
  if (requests === undefined) return undefined;
  const samples = Object.values(requests).reduce((sum, count) => sum + count, 0);
  return { samples, failures: requests['5xx'] };
}

function roundsOf(
  { users, candidate }: Pick<Watching, 'users' | 'candidate'>,
  { target, signal, now }: StepContext,
): Rounds {
  const plan = planFor(target);
  const token = tokensOfRun({ signal, ca: plan.identity.ca, idToken: idTokens(), now });
  return new Rounds({ plan, users, candidate, token, now });
}

/** HTTP 5xx the way users come, before any of them is moved. */
export async function errorsBefore(users: string, context: StepContext): Promise<number> {
  const rounds = roundsOf({ users, candidate: users }, context);
  try {
    const { samples, failures } = sumOf(await rounds.http(requests));
    return samples === 0 ? 0 : failures / samples;
  } finally {
    rounds.stop();
  }
}

/** Where users reach the target now. */
export async function usersUrl({ cloud, target, signal }: StepContext): Promise<string> {
  return usersWay(target, await cloud.run.settled(target, signal)).url;
}
