import { idTokens } from '../src/cloud/id-token.ts';
import { usersWay } from '../src/domain/target.ts';
import { judgeTriggers, type Round, type Trigger } from '../src/domain/trigger.ts';
import { planFor } from '../src/domain/validation/plan-for.ts';
import { Rounds } from '../src/probes/rounds.ts';
import { tokensOfRun } from '../src/probes/tokens.ts';
import type { StepContext } from './step.ts';

/** Requests of a round when users are all on the candidate; fewer on it, more are made, so that it is met as often. */
const requests = 10;
const mostRequests = 50;
const handshakes = 10;

export interface Watching {
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
  #http: Round[] = [];
  #handshakes: Round[] = [];

  constructor(watching: Watching, context: StepContext) {
    const { target, signal, now } = context;
    const plan = planFor(target);
    const token = tokensOfRun({ signal, ca: plan.identity.ca, idToken: idTokens(), now });
    this.#rounds = new Rounds({ plan, users: watching.users, candidate: watching.candidate, token, now });
    this.#watching = watching;
    this.#context = context;
  }

  /** How many rounds were made since the share changed. */
  get rounds(): number {
    return this.#http.length;
  }

  /** Another share of users: what was measured before says nothing of it. */
  begin(): void {
    this.#http = [];
    this.#handshakes = [];
  }

  /** One look at a share from 0 to 1, judged together with those before. */
  async look(share: number): Promise<readonly Trigger[]> {
    const count = Math.min(mostRequests, Math.ceil(requests / Math.max(share, 0.01)));
    const [http, shaken] = await Promise.all([this.#rounds.http(count), this.#rounds.handshakes(handshakes)]);
    this.#http.push(http);
    if (shaken.samples > 0) this.#handshakes.push(shaken);
    const { stableErrors } = this.#watching;
    return judgeTriggers(
      { share, http: this.#http, handshakes: this.#handshakes, stableErrors },
      this.#context.target.rollout.triggers,
    );
  }

  stop(): void {
    this.#rounds.stop();
  }
}

/** HTTP 5xx the way users come, before any of them is moved. */
export async function errorsBefore(users: string, context: StepContext): Promise<number> {
  const { target, signal, now } = context;
  const plan = planFor(target);
  const token = tokensOfRun({ signal, ca: plan.identity.ca, idToken: idTokens(), now });
  const rounds = new Rounds({ plan, users, candidate: users, token, now });
  try {
    const { samples, failures } = await rounds.http(requests * 2);
    return samples === 0 ? 0 : failures / samples;
  } finally {
    rounds.stop();
  }
}

/** Where users reach the target now. */
export async function usersUrl({ cloud, target, signal }: StepContext): Promise<string> {
  return usersWay(target, await cloud.run.settled(target, signal)).url;
}
