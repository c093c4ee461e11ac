import type { z } from 'zod';
import type { Files } from '../files.ts';
import type { Store } from '../store.ts';
import type { Channel, Workspace } from '../types.ts';
import { SlackError } from './errors.ts';

/** What a Web API method may use. */
export interface ApiContext {
  readonly workspace: Workspace;
  readonly store: Store;
  readonly files: Files;
  /** Ids of channels that nothing can be posted to any more. */
  readonly archived: Set<string>;
  /** `http://127.0.0.1:PORT/`, with the slash. */
  readonly pageUrl: () => string;
  readonly newSocketUrl: () => string;
  /** True once for a trigger that is younger than 3 s. */
  readonly useTrigger: (triggerId: string) => string | undefined;
}

export type Args = Readonly<Record<string, unknown>>;
export type Answer = Readonly<Record<string, unknown>>;
export type Method = (context: ApiContext, args: Args) => Answer;

/** @throws SlackError `invalid_arguments`, naming the arguments. */
export function readArgs<T extends z.ZodType>(schema: T, args: Args): z.output<T> {
  const parsed = schema.safeParse(args);
  if (parsed.success) return parsed.data;
  const details = parsed.error.issues.map(
    ({ path, message }) => `${message} [json-pointer:/${path.join('/')}]`,
  );
  throw new SlackError('invalid_arguments', details);
}

/** A channel by id, or by `#name` or `name` as chat.postMessage also takes it. */
export function findChannel(context: ApiContext, channel: unknown): Channel {
  const wanted = typeof channel === 'string' ? channel.replace(/^#/u, '') : '';
  const found = context.workspace.channels.find(({ id, name }) => id === wanted || name === wanted);
  if (!found) throw new SlackError('channel_not_found');
  return found;
}
