import { isProberFault } from '../domain/diagnosis/diagnose.ts';
import type { Round } from '../domain/trigger.ts';
import type { Evidence } from '../domain/validation/evidence.ts';
import type { ValidationPlan } from '../domain/validation/plan.ts';
import { connectorFor } from './connector.ts';
import type { Connector, TokenProvider } from './context.ts';
import { inTurn } from './pace.ts';

/** An answer that takes longer is as good as none while users are moved. */
const withinMs = 5_000;
/** More paths than these say little more, and are a load. */
const mostPaths = 5;
/** In flight at once for each path: a round of 50 is over in well under a second where the service is well. */
const width = 10;

export interface RoundsOptions {
  readonly plan: ValidationPlan;
  /** Where users come in. */
  readonly users: string;
  /** Where the candidate alone answers. */
  readonly candidate: string;
  readonly token: TokenProvider;
  readonly now: () => number;
}

/** Asks the same few things again and again while users are moved. What it cannot do itself is no sample. */
export class Rounds {
  private readonly users: Connector;
  private readonly candidate: Connector;
  private readonly paths: readonly string[];
  private readonly sockets: ValidationPlan['websocket'];

  constructor({ plan, users, candidate, token, now }: RoundsOptions) {
    const { identity } = plan;
    this.users = connectorFor({ url: users, identity, token, now });
    this.candidate = connectorFor({ url: candidate, identity, token, now });
    const asked = plan.http.filter(({ method }) => method === 'GET').map(({ path }) => path);
    this.paths = asked.slice(0, mostPaths);
    this.sockets = plan.websocket;
  }

  /** So many requests of each path the way users come. Failed: HTTP 5xx, or no whole answer. One round a path. */
  async http(count: number): Promise<readonly Round[]> {
    return Promise.all(this.paths.map((path) => this.ask(path, count)));
  }

  private async ask(path: string, count: number): Promise<Round> {
    return this.round(count, async () => {
      const answer = await this.users.request({ method: 'GET', path, withinMs });
      if (!answer.ok) return answer.evidence;
      return answer.status >= 500 ? answer.evidence : undefined;
    });
  }

  /** Handshakes with the candidate, over all configured endpoints. */
  async handshakes(count: number): Promise<Round> {
    return this.round(this.sockets.length === 0 ? 0 : count, async (index) => {
      const socket = this.sockets[index % this.sockets.length];
      if (socket === undefined) return undefined;
      const { path, subprotocols } = socket;
      const opened = await this.candidate.open({ path, subprotocols, withinMs });
      if (!opened.ok) return opened.evidence;
      await opened.close();
      return undefined;
    });
  }

  stop(): void {
    this.users.stop();
    this.candidate.stop();
  }

  private async round(count: number, ask: (index: number) => Promise<Evidence | undefined>): Promise<Round> {
    let samples = 0;
    let failures = 0;
    let index = 0;
    await inTurn({ count, width, enough: () => false }, async () => {
      index += 1;
      const wrong = await ask(index);
      if (wrong !== undefined && isProberFault(wrong)) return;
      samples += 1;
      if (wrong !== undefined) failures += 1;
    });
    return { samples, failures };
  }
}
