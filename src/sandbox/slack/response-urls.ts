import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { readContent } from './api/content.ts';
import type { Content } from './api/content.ts';
import { SlackError } from './api/errors.ts';
import type { Files } from './files.ts';
import type { Store } from './store.ts';
import type { Workspace } from './types.ts';

const maxUses = 5;
const lifetimeMs = 30 * 60_000;

const bodyShape = z.looseObject({
  text: z.string().optional(),
  blocks: z.unknown().optional(),
  response_type: z.enum(['in_channel', 'ephemeral']).optional(),
  replace_original: z.boolean().optional(),
  delete_original: z.boolean().optional(),
  thread_ts: z.string().optional(),
});

type Body = z.output<typeof bodyShape>;

/** Whom a response_url speaks to, and which message the click was on. */
export interface ResponseTarget {
  readonly user: string;
  readonly channel: string;
  readonly threadTs?: string;
  readonly originalTs?: string;
}

interface Issued {
  readonly target: ResponseTarget;
  readonly until: number;
  uses: number;
}

export interface ResponseAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface ResponseUrlOptions {
  readonly store: Store;
  readonly workspace: Workspace;
  readonly files: Files;
  readonly base: () => string;
}

function refusal(status: number, error: string, errors: readonly string[] = []): ResponseAnswer {
  return { status, body: { ok: false, error, ...(errors.length > 0 ? { errors } : {}) } };
}

/** Addresses that answer one interaction: five uses in thirty minutes. */
export class ResponseUrls {
  readonly #options: ResponseUrlOptions;
  readonly #issued = new Map<string, Issued>();

  constructor(options: ResponseUrlOptions) {
    this.#options = options;
  }

  create(target: ResponseTarget): string {
    const id = randomUUID();
    this.#issued.set(id, { target, until: Date.now() + lifetimeMs, uses: 0 });
    return `${this.#options.base()}response/${id}`;
  }

  /**
   * An ack that carries a message is shown like an answer to the response_url, without using it up.
   * @throws SlackError when the message breaks Slack's rules.
   */
  acknowledge(target: ResponseTarget, raw: unknown): void {
    const body = bodyShape.safeParse(raw);
    if (!body.success || (body.data.text === undefined && body.data.blocks === undefined)) return;
    this.#speak(
      target,
      readContent(body.data, this.#options),
      body.data.response_type === 'in_channel' ? 'channel' : 'ack',
    );
  }

  answer(id: string, raw: unknown): ResponseAnswer {
    const entry = this.#issued.get(id);
    if (!entry || entry.until < Date.now()) return refusal(404, 'expired_url');
    if (entry.uses >= maxUses) return refusal(404, 'used_url');
    const body = bodyShape.safeParse(raw);
    if (!body.success) return refusal(400, 'invalid_payload');
    try {
      this.#apply(entry.target, body.data);
    } catch (error) {
      if (error instanceof SlackError) return refusal(400, error.code, error.details);
      throw error;
    }
    entry.uses += 1;
    return { status: 200, body: { ok: true } };
  }

  #apply(target: ResponseTarget, body: Body): void {
    if (body.delete_original) this.#removeOriginal(target);
    if (body.delete_original && body.text === undefined && body.blocks === undefined) return;
    const said = readContent(body, this.#options);
    const threadTs = body.thread_ts ?? target.threadTs;
    if (body.replace_original && this.#replaceOriginal(target, said)) return;
    const place = threadTs === undefined ? target : { ...target, threadTs };
    this.#speak(place, said, body.response_type === 'in_channel' ? 'channel' : 'response_url');
  }

  #speak(
    { user, channel, threadTs }: ResponseTarget,
    said: Content,
    how: 'channel' | 'ack' | 'response_url',
  ): void {
    const { store, workspace } = this.#options;
    const where = { channel, ...said, ...(threadTs === undefined ? {} : { threadTs }) };
    if (how === 'channel')
      store.post({ user: workspace.app.userId, byApp: true, mrkdwn: true, broadcast: false, ...where });
    else store.whisper({ user, from: how, ...where });
  }

  #replaceOriginal({ channel, originalTs }: ResponseTarget, said: Content): boolean {
    if (originalTs === undefined) return false;
    const { store } = this.#options;
    const shown = store.ephemeral(originalTs);
    const posted = store.find(channel, originalTs);
    if (shown) store.replaceEphemeral({ ...shown, ...said });
    if (posted) store.replace({ ...posted, ...said });
    return shown !== undefined || posted !== undefined;
  }

  #removeOriginal({ channel, originalTs }: ResponseTarget): void {
    if (originalTs === undefined) return;
    this.#options.store.removeEphemeral(originalTs);
    this.#options.store.remove(channel, originalTs);
  }
}
