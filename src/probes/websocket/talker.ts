import { observed } from '../../domain/diagnosis/observed.ts';
import type { Evidence } from '../../domain/validation/evidence.ts';
import type { WebSocketCheckPlan } from '../../domain/validation/plan.ts';
import type { Connection, Failed, OpenRequest } from '../context.ts';
import { atMost, between } from '../pace.ts';
import { cutEvidence, type Run } from '../run.ts';
import { Inbox } from './hearsay.ts';

/** Handshakes are followed a while longer than allowed, to tell a slow one from one that never comes. */
export function handshakeDeadline(plan: WebSocketCheckPlan): number {
  return between(plan.handshakeWithinMs * 3, plan.handshakeWithinMs + 500, plan.handshakeWithinMs + 10_000);
}

/** An echo is waited for this long before the connection counts as deaf. */
export function echoDeadline(plan: WebSocketCheckPlan): number {
  return between(plan.latencyMs * 20, 1_000, 5_000);
}

/** Speaks on one connection: echoes with a unique id, and pings. */
export class Talker {
  readonly connection: Connection;
  /** Pongs and echoes that came. */
  answered = 0;
  private readonly run: Run;
  private readonly plan: WebSocketCheckPlan;
  private readonly inbox: Inbox;
  private count = 0;

  /** Tries a few times: how often a handshake fails is the matter of another check. */
  static async open(
    run: Run,
    plan: WebSocketCheckPlan,
    { tries = 4, held = false } = {},
  ): Promise<Talker | Failed> {
    const endpoint = run.endpoint(plan);
    const inbox = inboxOf(run, plan);
    const request = requestOf(plan, inbox);
    const opened = await (held ? endpoint.openHeld(request) : endpoint.open(request));
    if (opened.ok) return new Talker({ connection: opened, run, plan, inbox });
    if (endpoint.lost !== undefined || run.signal.aborted) return opened;
    // What was waited for in vain is not waited for four times.
    const left = opened.evidence.error === observed.deadline ? tries - 3 : tries - 1;
    return left > 0 ? Talker.open(run, plan, { tries: left, held }) : opened;
  }

  private constructor(parts: { connection: Connection; run: Run; plan: WebSocketCheckPlan; inbox: Inbox }) {
    this.connection = parts.connection;
    this.run = parts.run;
    this.plan = parts.plan;
    this.inbox = parts.inbox;
  }

  /** The beginning of the ids of another connection whose message came here. */
  get stray(): string | undefined {
    return this.inbox.stray;
  }

  /** The time of one echo in ms, or what went wrong. */
  async echo(withinMs: number): Promise<number | Evidence> {
    const { message } = this.plan;
    this.count += 1;
    const id = `${this.inbox.own}${this.count}`;
    const begun = performance.now();
    const answer = this.inbox.expect(message.includes('{id}') ? id : undefined);
    this.connection.socket.send(message.replaceAll('{id}', id), ignore);
    const outcome = await atMost(withinMs, Promise.race([answer, this.connection.ended]));
    if (typeof outcome === 'number') {
      this.answered += 1;
      return outcome - begun;
    }
    if (outcome !== undefined) return { ...cutEvidence(this.connection, outcome), answered: this.answered };
    return this.unanswered();
  }

  /** The time of one pong in ms; undefined when none came in time. */
  async ping(withinMs: number): Promise<number | undefined> {
    const { socket, ended } = this.connection;
    const begun = performance.now();
    let heard: (at: number) => void = ignore;
    const pong = new Promise<number>((resolve) => {
      heard = () => {
        resolve(performance.now());
      };
      socket.once('pong', heard);
    });
    socket.ping(undefined, undefined, ignore);
    const outcome = await atMost(withinMs, Promise.race([pong, ended]));
    socket.off('pong', heard);
    if (typeof outcome !== 'number') return undefined;
    this.answered += 1;
    return outcome - begun;
  }

  /** Evidence of a connection that is open and says nothing. */
  silence(more: Partial<Evidence> = {}): Evidence {
    return {
      phase: 'echo',
      url: this.connection.url,
      error: observed.silence,
      answered: this.answered,
      ageMs: Math.round(this.connection.age()),
      phases: this.connection.phases,
      ...more,
    };
  }

  /** Whether it is the application, the whole connection, or another answer than the one expected. */
  private async unanswered(): Promise<Evidence> {
    const { inbox } = this;
    const before = this.answered;
    const pong = await this.ping(Math.min(1_000, echoDeadline(this.plan)));
    if (inbox.crossed)
      return this.silence({
        error: observed.crosstalk,
        note: 'what was sent here came to another connection',
      });
    if (pong === undefined) return this.silence({ answered: before });
    const { reply } = inbox;
    if (reply !== undefined)
      return this.silence({ error: observed.wrongEcho, body: this.run.connector.shown(reply) });
    // Nobody has forgotten this connection, so it is not half open.
    return this.silence({ answered: 0, note: 'pings are answered, messages are not' });
  }
}

/** Hears for one connection: its own echoes, and what others should know. */
export function inboxOf(run: Run, plan: WebSocketCheckPlan): Inbox {
  return new Inbox(`slipway-${run.id}-${run.nextConnection()}-`, run.endpoint(plan).hearsay);
}

export function requestOf(plan: WebSocketCheckPlan, inbox: Inbox): OpenRequest {
  return {
    path: plan.path,
    subprotocols: plan.subprotocols,
    withinMs: handshakeDeadline(plan),
    received: (text) => {
      inbox.take(text);
    },
  };
}

function ignore(): void {
  // A send on a connection that is being cut fails; its `close` event tells more.
}
