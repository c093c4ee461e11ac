import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { monotonicMs } from '../clock.ts';
import { Timers } from '../timers.ts';
import type { Delivery, EnvelopeType } from '../types.ts';
import type { Link } from './link.ts';

/** Slack retries an event at once, after one minute and after five; commands and clicks are never retried. */
const retryAfterMs = [0, 60_000, 300_000];

const ackShape = z.object({ envelope_id: z.string(), payload: z.unknown().optional() });

interface Envelope {
  readonly id: string;
  readonly type: EnvelopeType;
  readonly payload: unknown;
}

interface Attempt {
  readonly envelope: Envelope;
  /** 0 for the first. */
  readonly number: number;
}

interface Pending {
  readonly link: Link;
  readonly settle: (outcome: Delivery['outcome'], response?: unknown) => void;
}

export interface EnvelopeOptions {
  readonly ackTimeoutMs: number;
  readonly pick: () => Link | undefined;
}

function onWire({ envelope, number }: Attempt): Record<string, unknown> {
  const { id, type, payload } = envelope;
  const isEvent = type === 'events_api';
  const retry = isEvent ? { retry_attempt: number, retry_reason: number === 0 ? '' : 'timeout' } : {};
  return { envelope_id: id, type, payload, accepts_response_payload: !isEvent, ...retry };
}

function readAck(text: string): z.output<typeof ackShape> | undefined {
  try {
    return ackShape.parse(JSON.parse(text));
  } catch {
    // Slack ignores what it cannot read.
    return undefined;
  }
}

/** Sends each envelope to one connection and waits for its ack. */
export class Envelopes {
  readonly #options: EnvelopeOptions;
  readonly #pending = new Map<string, Pending>();
  readonly #timers = new Timers();
  /** Events that met no open connection: given to the next one that opens. */
  readonly #waiting = new Map<string, Attempt>();
  readonly #acked = new Set<string>();
  #last: Envelope | undefined;

  constructor(options: EnvelopeOptions) {
    this.#options = options;
  }

  /** Resolves with the first attempt; an event that nobody acked is tried again in the background. */
  send(type: EnvelopeType, payload: unknown): Promise<Delivery> {
    const envelope = { id: randomUUID(), type, payload };
    this.#last = envelope;
    const attempt = { envelope, number: 0 };
    return type === 'events_api' ? this.#tryEvent(attempt) : this.#sendOnce(attempt);
  }

  /** @throws Error when nothing has been sent yet. */
  redeliver(): Promise<Delivery> {
    if (!this.#last) return Promise.reject(new Error('nothing has been delivered yet'));
    return this.#sendOnce({ envelope: this.#last, number: 1 });
  }

  receive(text: string): void {
    const ack = readAck(text);
    if (!ack) return;
    this.#acked.add(ack.envelope_id);
    this.#waiting.delete(ack.envelope_id);
    this.#pending.get(ack.envelope_id)?.settle('acked', ack.payload);
  }

  /** What was under way on a connection that went away can no longer be acked there. */
  gone(link: Link): void {
    for (const pending of [...this.#pending.values()]) if (pending.link === link) pending.settle('timeout');
  }

  /** A connection opened: events that waited for one are sent. */
  flush(): void {
    const attempts = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const attempt of attempts) void this.#tryEvent(attempt);
  }

  stop(): void {
    this.#timers.stop();
    for (const { settle } of [...this.#pending.values()]) settle('timeout');
    this.#timers.stop();
  }

  async #tryEvent(attempt: Attempt): Promise<Delivery> {
    const delivery = await this.#sendOnce(attempt);
    const { envelope, number } = attempt;
    const next = { envelope, number: number + 1 };
    const wait = retryAfterMs[number];
    if (delivery.outcome === 'no-listener') this.#waiting.set(envelope.id, next);
    if (delivery.outcome === 'timeout' && wait !== undefined)
      this.#timers.later(wait, () => {
        if (!this.#acked.has(envelope.id)) void this.#tryEvent(next);
      });
    return delivery;
  }

  #sendOnce(attempt: Attempt): Promise<Delivery> {
    const { id, type } = attempt.envelope;
    const start = monotonicMs();
    const link = this.#options.pick();
    if (!link) return Promise.resolve({ outcome: 'no-listener', type, envelopeId: id, ms: 0 });
    return new Promise((resolve) => {
      const settle: Pending['settle'] = (outcome, response) => {
        this.#timers.cancel(timer);
        if (this.#pending.get(id) === pending) this.#pending.delete(id);
        const ms = Math.round(monotonicMs() - start);
        resolve({ outcome, type, envelopeId: id, ms, ...(response === undefined ? {} : { response }) });
      };
      const timer = this.#timers.later(this.#options.ackTimeoutMs, () => {
        settle('timeout');
      });
      const pending: Pending = { link, settle };
      // The same id is under way twice after a redelivery: the older attempt is given up.
      this.#pending.get(id)?.settle('timeout');
      this.#pending.set(id, pending);
      link.send(onWire(attempt));
    });
  }
}
