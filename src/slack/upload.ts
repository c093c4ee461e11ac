import type { WebClient } from '@slack/web-api';
import pRetry from 'p-retry';
import { z } from 'zod';
import { retryAfterMs, slackErrorName } from './client.ts';

/** Characters that Slack takes as the description of a file; above: `alt_txt_too_large`. */
const mostAlt = 1_000;
/** Milliseconds for the bytes: a picture has some 100 kB. */
const sendWithinMs = 10_000;
/** Looks at once, and 0.1, 0.3, 0.7, 1.5, 3.1 and 6.3 s later. Slack names no time; an alert waits no longer. */
const looks = { retries: 6, minTimeout: 100, factor: 2, maxTimeout: 3_200 };

export interface PictureUpload {
  readonly client: WebClient;
  readonly png: Buffer;
  /** What Slack lists the file under. */
  readonly title: string;
  /** What it shows, for who cannot see it. Cut at 1,000 characters. */
  readonly alt: string;
  /** Ends the waiting: the upload then failed. */
  readonly signal?: AbortSignal | undefined;
}

export type Uploaded =
  | { readonly kind: 'uploaded'; readonly file: string }
  /** A message without a picture is better than none: `why` is for the log. */
  | { readonly kind: 'failed'; readonly why: string; readonly retryAfterMs?: number };

/**
 * Puts a PNG into Slack without sharing it, and waits until an image block can show it: at most some 6 s. Needs the
 * scopes `files:write` and `files:read`.
 *
 * It is private until a message of this app names it; then everybody sees it who sees that message, and nobody else.
 * Slack asks only that whoever posts may see the file (docs.slack.dev/reference/block-kit/composition-objects/
 * slack-file-object); github.com/slackapi/bolt-python/issues/1018 tells how it becomes visible, and Metabase shows its
 * pictures in private channels so, without sharing them anywhere (github.com/metabase/metabase/pull/54276).
 * `channel_id` and `thread_ts` of files.completeUploadExternal would post the file a second time, as a message that
 * cannot be found again after a crash. No file is seen in a message that only one person sees
 * (github.com/slackapi/node-slack-sdk/issues/1790): there a chart has no place.
 * @returns Slack's file id, or why there is none; never throws.
 */
export async function uploadPicture(picture: PictureUpload): Promise<Uploaded> {
  try {
    const file = await put(picture);
    await ready(picture, file);
    return { kind: 'uploaded', file };
  } catch (error) {
    const retry = retryAfterMs(error);
    return { kind: 'failed', why: reason(error), ...(retry === undefined ? {} : { retryAfterMs: retry }) };
  }
}

const place = z.object({ upload_url: z.url({ protocol: /^https?$/ }), file_id: z.string() });

/** Not by the client's `filesUploadV2`: web-api 8.2 says `alt_text` there where Slack reads `alt_txt`. */
async function put({ client, png, title, alt, signal }: PictureUpload): Promise<string> {
  const wanted = { filename: 'chart.png', length: png.length, alt_txt: alt.slice(0, mostAlt) };
  const id = await send({ client, wanted, bytes: png, signal });
  await client.files.completeUploadExternal({ files: [{ id, title }] });
  return id;
}

interface Sending {
  readonly client: WebClient;
  readonly wanted: { readonly filename: string; readonly length: number; readonly alt_txt?: string };
  readonly bytes: Buffer;
  readonly signal?: AbortSignal | undefined;
}

/** @returns Slack's id of a file that nobody sees yet */
async function send({ client, wanted, bytes, signal }: Sending): Promise<string> {
  const answer = await client.apiCall('files.getUploadURLExternal', wanted);
  const { upload_url: url, file_id: id } = place.parse(answer);
  const late = AbortSignal.timeout(sendWithinMs);
  // The address alone is the permission: no token goes with the bytes.
  const sent = await fetch(url, {
    method: 'POST',
    body: new Uint8Array(bytes),
    headers: { 'content-type': 'application/octet-stream' },
    redirect: 'error',
    signal: signal === undefined ? late : AbortSignal.any([signal, late]),
  });
  await sent.arrayBuffer();
  if (!sent.ok) throw new Error(`the bytes were refused with HTTP ${sent.status}`);
  return id;
}

export interface TextFile {
  readonly client: WebClient;
  readonly filename: string;
  readonly text: string;
}

/** Gives Slack a text that nobody sees until it is shared. @throws Slack's errors */
export async function sendText({ client, filename, text }: TextFile): Promise<string> {
  const bytes = Buffer.from(text);
  return send({ client, wanted: { filename, length: bytes.length }, bytes });
}

export interface Sharing {
  readonly client: WebClient;
  readonly file: string;
  readonly title: string;
  readonly channel: string;
  /** The root of the thread. */
  readonly thread: string;
}

/**
 * Shares it in a thread, as a message of its own. Twice is safe: Slack completes an upload once and says
 * `file_not_found` to the second, which is taken for done. @throws Slack's other errors
 */
export async function shareFile({ client, file, title, channel, thread }: Sharing): Promise<void> {
  try {
    await client.files.completeUploadExternal({
      files: [{ id: file, title }],
      channel_id: channel,
      thread_ts: thread,
    });
  } catch (error) {
    if (slackErrorName(error) !== 'file_not_found') throw error;
  }
}

class NotReady extends Error {}

/**
 * Slack looks into a file after the upload; until then it has no type, and a message that names it is refused with
 * `invalid_blocks`. https://github.com/slackapi/node-slack-sdk/issues/2040, python-slack-sdk/issues/1658
 */
async function ready({ client, signal }: PictureUpload, id: string): Promise<void> {
  const look = async (): Promise<void> => {
    const { file } = await client.files.info({ file: id });
    if (file?.mimetype === undefined || file.mimetype === '')
      throw new NotReady('Slack has not read the file');
  };
  const shouldRetry = ({ error }: { error: Error }): boolean => error instanceof NotReady;
  await pRetry(look, { ...looks, shouldRetry, ...(signal === undefined ? {} : { signal }) });
}

function reason(error: unknown): string {
  return slackErrorName(error) ?? (error instanceof Error ? error.message : String(error));
}
