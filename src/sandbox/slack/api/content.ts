import { z } from 'zod';
import { maxText, validateBlocks } from '../blocks.ts';
import type { ShownFiles, Surface } from '../blocks.ts';
import type { Block, Metadata } from '../types.ts';
import { SlackError } from './errors.ts';

/** Slack refuses message metadata above this size. */
const maxMetadataBytes = 16_000;

/** Clients send structures as JSON text in forms and as they are in JSON bodies. */
function structured(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

export const flag = z
  .union([z.boolean(), z.enum(['true', 'false', '1', '0'])])
  .transform((value) => value === true || value === 'true' || value === '1');

/** Where blocks are to be shown, and the files they may name. */
export interface Place {
  /** Default `message`. */
  readonly surface?: Surface;
  readonly files: ShownFiles;
}

/**
 * Parses and checks `blocks`.
 * @throws SlackError `invalid_blocks_format` when it is no array, `invalid_blocks` when a rule is broken.
 */
export function readBlocks(
  raw: unknown,
  { surface = 'message', files }: Place,
): readonly Block[] | undefined {
  if (raw === undefined || raw === null || raw === '') return undefined;
  const blocks = structured(raw);
  if (!Array.isArray(blocks)) throw new SlackError('invalid_blocks_format');
  const problems = validateBlocks(blocks, surface, files);
  if (problems.length > 0)
    throw new SlackError(
      'invalid_blocks',
      problems.map(({ message, pointer }) => `${message} [json-pointer:${pointer}]`),
    );
  return blocks as Block[];
}

/** @throws SlackError `invalid_metadata_format`, `invalid_metadata_schema` or `metadata_too_large`. */
export function readMetadata(raw: unknown): Metadata | undefined {
  if (raw === undefined || raw === null || raw === '') return undefined;
  const value = structured(raw);
  if (typeof value !== 'object' || value === null) throw new SlackError('invalid_metadata_format');
  if (JSON.stringify(value).length > maxMetadataBytes) throw new SlackError('metadata_too_large');
  const parsed = z
    .object({ event_type: z.string().min(1), event_payload: z.record(z.string(), z.unknown()) })
    .safeParse(value);
  if (!parsed.success) throw new SlackError('invalid_metadata_schema');
  return parsed.data;
}

export interface Content {
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** @throws SlackError `no_text` without text and blocks, `msg_too_long`, and what `readBlocks` throws. */
export function readContent(
  raw: { readonly text?: unknown; readonly blocks?: unknown },
  place: Place,
): Content {
  const text = typeof raw.text === 'string' ? raw.text : '';
  const blocks = readBlocks(raw.blocks, place) ?? [];
  if (text === '' && blocks.length === 0) throw new SlackError('no_text');
  if (text.length > maxText) throw new SlackError('msg_too_long');
  return { text, blocks };
}
