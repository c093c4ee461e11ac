import { randomInt } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { type Event, type EventOf, eventSchema } from '../domain/events.ts';
import { fold } from '../domain/fold.ts';
import { type Operation, threadOf } from '../domain/operation.ts';
import { targetKey } from '../domain/target.ts';
import { keys, prefix } from './keys.ts';
import { type Scripts, scriptsOf } from './scripts.ts';

/** How long a Slack command is recognised when it is delivered again: Slack retries within minutes. */
const usualSeconds = 3600;

/** The write came from a worker that lost the operation to another one. */
export class FencedOff extends Error {
  override readonly name = 'FencedOff';
}

export type NewRequest = Omit<EventOf<'requested'>, 'type' | 'number' | 'uid'> & {
  /** Identifies the delivery, so that one command makes one operation however often it arrives. */
  readonly deliveryId: string;
  /** For so many seconds. Default an hour: Slack delivers again within minutes. */
  readonly rememberSeconds?: number;
};

export type Claim =
  | { readonly kind: 'claimed'; readonly token: number; readonly operation: Operation }
  | { readonly kind: 'queued'; readonly behind: string; readonly position: number }
  | { readonly kind: 'ended' };

export interface Writer {
  readonly operation: Operation;
  /** Fencing token of the claim. */
  readonly token: number;
}

export interface Opened {
  readonly id: string;
  readonly isNew: boolean;
  /** The operation just ahead, where there is one: a rollback has cancelled it, and it must be woken. */
  readonly behind?: string;
}

const linesSchema = z.array(z.array(z.string()));
/** Operations that wait, a list a target, next first. */
export type Lines = z.infer<typeof linesSchema>;

/** Hears of each change, by the operation whose thread tells it; must not throw. The sweep makes lost calls good. */
export type OnChange = (id: string, event: Event['type']) => void;

/** The record of all operations, in Redis. Reads fold; writes append; nothing is ever changed. */
export class Ledger {
  readonly #redis: Redis;
  readonly #run: Scripts;
  readonly #changed: OnChange;

  constructor(redis: Redis, changed: OnChange) {
    this.#redis = redis;
    this.#run = scriptsOf(redis);
    this.#changed = changed;
  }

  /** Writes a new operation and its place in the queue of its target. The same delivery gives the same id. */
  async open(request: NewRequest): Promise<Opened> {
    const { deliveryId, rememberSeconds = usualSeconds, ...asked } = request;
    const event = JSON.stringify({ ...asked, type: 'requested', uid: newUid() });
    const raw = await this.#run('open', {
      keys: [
        keys.request(deliveryId),
        keys.number(request.environment),
        keys.open,
        keys.undrawn,
        ...queuesOf(request),
      ],
      args: [
        prefix,
        request.environment,
        event.slice(0, -1),
        request.at,
        rememberSeconds,
        request.kind === 'rollback' ? written(cancelBy(request)) : '',
        ...request.services.map((service) => targetKey({ ...request, service })),
      ],
    });
    const [id, isNew, behind] = z.tuple([z.string(), z.number(), z.string()]).parse(raw);
    if (isNew === 1) this.#changed(threadOf(id, request), 'requested');
    return { id, isNew: isNew === 1, ...(behind === '' ? {} : { behind }) };
  }

  /** The operation that this delivery has opened, as long as it is remembered. */
  async openedBy(deliveryId: string): Promise<string | undefined> {
    return (await this.#redis.get(keys.request(deliveryId))) ?? undefined;
  }

  /** @throws ZodError when an event was written by a newer slipway: better to stop than to guess. */
  async operation(id: string): Promise<Operation | undefined> {
    const lines = await this.#redis.lrange(keys.events(id), 0, -1);
    if (lines.length === 0) return undefined;
    return fold(lines.map((line) => eventSchema.parse(JSON.parse(line))));
  }

  /** The operation that has the target now, else the one that was asked for last. Undefined: there was none. */
  async lastOf(target: {
    readonly service: string;
    readonly environment: string;
  }): Promise<string | undefined> {
    const key = targetKey(target);
    const [head, last] = await Promise.all([
      this.#redis.lindex(keys.queue(key), 0),
      this.#redis.get(keys.last(key)),
    ]);
    return head ?? last ?? undefined;
  }

  /** How many events there are: tells cheaply whether something happened. */
  async length(id: string): Promise<number> {
    return this.#redis.llen(keys.events(id));
  }

  /** Takes the operation for a worker. A claim fences off whoever claimed it before. */
  async claim(id: string, started: EventOf<'started'>): Promise<Claim> {
    const before = await this.operation(id);
    if (before === undefined || before.phase === 'finished') return { kind: 'ended' };
    const raw = await this.#run('claim', {
      keys: [keys.events(id), keys.fence(id), keys.undrawn, ...queuesOf(before.request)],
      args: [id, JSON.stringify(started)],
    });
    const [kind, token, behind, position] = z
      .tuple([z.enum(['claimed', 'queued', 'ended']), z.number(), z.string(), z.number()])
      .parse(raw);
    if (kind === 'queued') return { kind, behind, position };
    const operation = kind === 'claimed' ? await this.operation(id) : undefined;
    if (operation === undefined) return { kind: 'ended' };
    this.#changed(threadOf(id, operation.request), 'started');
    return { kind: 'claimed', token, operation };
  }

  /** Whether it is the operation's turn: nothing stands before it in the queue of its target. */
  async isNext({ id, request }: Operation): Promise<boolean> {
    const heads = await Promise.all(queuesOf(request).map((queue) => this.#redis.lindex(queue, 0)));
    return heads.every((head) => head === id);
  }

  /** The operation that has a target now, if any. */
  async holder(target: {
    readonly service: string;
    readonly environment: string;
  }): Promise<string | undefined> {
    return (await this.#redis.lindex(keys.queue(targetKey(target)), 0)) ?? undefined;
  }

  /** @throws FencedOff when another worker has claimed the operation since. */
  async append(writer: Writer, event: Event): Promise<void> {
    const { id, request } = writer.operation;
    const length = await this.#run('append', {
      keys: [keys.events(id), keys.fence(id), keys.undrawn],
      args: [id, writer.token, written(event)],
    });
    if (length === -1) throw new FencedOff(`${id} was taken over by another worker`);
    this.#changed(threadOf(id, request), event.type);
  }

  /** Appends what was decided on a state, unless the state changed meanwhile: then false, and decide again. */
  async appendIf(operation: Operation, event: Event): Promise<boolean> {
    const { id, version, request } = operation;
    const length = await this.#run('appendIf', {
      keys: [keys.events(id), keys.undrawn],
      args: [id, version, written(event)],
    });
    if (length === -1) return false;
    this.#changed(threadOf(id, request), event.type);
    return true;
  }

  /**
   * Ends the operation and gives its target to the next in one transaction.
   * @returns by target, the operations still waiting for it, next first.
   * @throws FencedOff as `append` does.
   */
  async finish(writer: Writer, event: EventOf<'finished'>): Promise<Lines> {
    const { id, request } = writer.operation;
    const waiting = await this.#run('finish', {
      keys: [keys.events(id), keys.fence(id), keys.undrawn, keys.open, ...queuesOf(request)],
      args: [id, writer.token, JSON.stringify(event)],
    });
    if (waiting === null) throw new FencedOff(`${id} was taken over by another worker`);
    this.#changed(threadOf(id, request), event.type);
    return linesSchema.parse(waiting);
  }

  /**
   * Ends an operation that waits in line, without waiting for its turn.
   * Twice is safe: the second finds it ended.
   * @returns who waits where it was next, as `finish` does; undefined when it changed meanwhile
   */
  async withdraw(operation: Operation, event: EventOf<'finished'>): Promise<Lines | undefined> {
    const { id, version, request } = operation;
    const waiting = await this.#run('withdraw', {
      keys: [keys.events(id), keys.undrawn, keys.open, ...queuesOf(request)],
      args: [id, version, JSON.stringify(event)],
    });
    if (waiting === null) return undefined;
    this.#changed(threadOf(id, request), event.type);
    return linesSchema.parse(waiting);
  }

  /** Says that the thread shows the operation as of `version` events. */
  async drawn(id: string, version: number): Promise<void> {
    await this.#run('drawn', { keys: [keys.events(id), keys.undrawn], args: [id, version] });
  }

  /** Operations whose thread is behind. */
  async undrawn(): Promise<readonly string[]> {
    return this.#redis.smembers(keys.undrawn);
  }

  /** Unfinished operations, oldest first. */
  async unfinished(): Promise<readonly string[]> {
    return this.#redis.zrange(keys.open, 0, -1);
  }
}

/**
 * The targets an operation changes, each with a queue of its own. A validation changes nothing and waits for nobody;
 * each of some rounds is an operation that waits for itself.
 */
function queuesOf({
  kind,
  services,
  environment,
}: Pick<EventOf<'requested'>, 'kind' | 'services' | 'environment'>): readonly string[] {
  if (kind === 'validate' || kind === 'rounds') return [];
  return services.map((service) => keys.queue(targetKey({ service, environment })));
}

/** A rollback stops the deploy that has the target. */
function cancelBy({ by, byName, at }: NewRequest & { readonly at: number }): EventOf<'cancelled'> {
  return { type: 'cancelled', at, by, byName };
}

/** What cannot be read again is not written. @throws ZodError */
function written(event: Event): string {
  return JSON.stringify(eventSchema.parse(event));
}

/** Letters and digits without look-alikes; six of them are a billion names. */
function newUid(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  return Array.from({ length: 6 }, () => letters[randomInt(letters.length)] ?? 'a').join('');
}
