import { z } from 'zod';
import { readArgs } from './context.ts';
import type { Method } from './context.ts';
import { SlackError } from './errors.ts';

/** Characters of `alt_txt`. */
const maxAlt = 1000;

const uploadArgs = z.object({
  filename: z.string().min(1),
  length: z.coerce.number().int().nonnegative(),
  alt_txt: z.string().optional(),
});

const completed = z.array(z.object({ id: z.string(), title: z.string().optional() })).min(1);
const completeArgs = z.object({
  // As JSON text in a form.
  files: z.preprocess((value) => (typeof value === 'string' ? parseJson(value) : value), completed),
  channel_id: z.string().optional(),
  thread_ts: z.string().optional(),
  channels: z.undefined('sharing is not modelled').optional(),
});

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const getUploadUrl: Method = ({ files }, args) => {
  const { filename, length, alt_txt: alt } = readArgs(uploadArgs, args);
  if (length === 0) throw new SlackError('missing_argument');
  if (alt !== undefined && alt.length > maxAlt) throw new SlackError('alt_txt_too_large');
  const { id, uploadUrl } = files.ask({ filename, length, alt });
  return { upload_url: uploadUrl, file_id: id };
};

export const completeUpload: Method = ({ files }, args) => {
  const { files: named, channel_id: channel, thread_ts: thread } = readArgs(completeArgs, args);
  return { files: files.complete(named, channel === undefined ? undefined : { channel, thread }) };
};

export const info: Method = ({ files }, args) => ({
  file: files.info(readArgs(z.object({ file: z.string() }), args).file),
  comments: [],
  response_metadata: { next_cursor: '' },
});
