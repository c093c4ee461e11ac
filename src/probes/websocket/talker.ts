import { observed } from '../../domain/diagnosis/observed.ts';
import type { Evidence } from '../../domain/validation/evidence.ts';
import type { WebSocketCheckPlan } from '../../domain/validation/plan.ts';
import type { Connection, Failed } from '../context.ts';
import { atMost, between } from '../pace.ts';
import { cutEvidence, type Run } from '../run.ts';

/** Handshakes are followed a while longer than allowed, to tell a slow one from one that never comes. */
export function handshakeDeadline(plan: WebSocketCheckPlan): number {
  return between(plan.handshakeWithinMs * 3, plan.handshakeWithinMs + 500, plan.handshakeWithinMs + 10_000);
}

/** An echo is waited for this long before the connection counts as deaf. */
export function echoDeadline(plan: WebSocketCheckPlan): number {
  return between(plan.latencyMs * 20, 1_000, 5_000);
}

const anyId = /slipway-[0-9a-f]{8}-\d+-\d+/;

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
  static async open(run: Run, plan: WebSocketCheckPlan, tries = 4): Promise<Talker | Failed> {
    const inbox = new Inbox(`slipway-${run.id}-${run.nextConnection()}-`);
    const opened = await run.connector.open({
      path: plan.path,
      subprotocols: plan.subprotocols,
      withinMs: handshakeDeadline(plan),
      received: (text) => {
        inbox.take(text);
      },
    });
    if (opened.ok) return new Talker({ connection: opened, run, plan, inbox });
    // What was waited for in vain is not waited for four times.
    const left = opened.evidence.error === observed.deadline ? tries - 3 : tries - 1;
    return left > 0 && !run.signal.aborted ? Talker.open(run, plan, left) : opened;
  }

  private constructor(parts: { connection: Connection; run: Run; plan: WebSocketCheckPlan; inbox: Inbox }) {
    this.connection = parts.connection;
    this.run = parts.run;
    this.plan = parts.plan;
    this.inbox = parts.inbox;
  }

  /** Another connection's message, if one came here. */
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
    const { other } = this.inbox;
    const before = this.answered;
    const pong = await this.ping(Math.min(1_000, echoDeadline(this.plan)));
    if (pong === undefined) return this.silence({ answered: before });
    if (other !== undefined)
      return this.silence({ error: observed.wrongEcho, body: this.run.connector.shown(other) });
    // Nobody has forgotten this connection, so it is not half open.
    return this.silence({ answered: 0, note: 'pings are answered, messages are not' });
  }
}

/** Finds the awaited echo among all messages. */
class Inbox {
  /** What all ids of this connection begin with. */
  readonly own: string;
  stray: string | undefined;
  /** The last message since the question that was neither an echo of ours nor anybody's. */
  other: string | undefined;
  private waiting: { readonly id: string | undefined; readonly resolve: (at: number) => void } | undefined;

  constructor(own: string) {
    this.own = own;
  }

  expect(id: string | undefined): Promise<number> {
    this.other = undefined;
    return new Promise((resolve) => {
      this.waiting = { id, resolve };
    });
  }

  take(text: string): void {
    const { waiting } = this;
    if (waiting !== undefined && (waiting.id === undefined || text.includes(waiting.id))) {
      this.waiting = undefined;
      waiting.resolve(performance.now());
      return;
    }
    // A long message is no echo of ours; looking through it would keep us from measuring.
    const id = text.length > 16_384 ? undefined : anyId.exec(text)?.[0];
    if (id === undefined) this.other = text.slice(0, 2_000);
    else if (!id.startsWith(this.own)) this.stray = id;
  }
}

function ignore(): void {
  // A send on a connection that is being cut fails; its `close` event tells more.
}
