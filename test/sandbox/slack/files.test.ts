import type { WebClient } from '@slack/web-api';
import { afterEach, describe, expect, it } from 'vitest';
import { sandbox, stopAll, webClient } from './helpers.ts';

afterEach(stopAll);

const channel = 'C0DEPLOYS';
const gif = Buffer.from('R0lGODlhAQABAAAAACwAAAAAAQABAAA=', 'base64');
const alt = 'a pixel';

async function place(web: WebClient, length: number): Promise<{ id: string; url: string }> {
  const { file_id: id, upload_url: url } = await web.files.getUploadURLExternal({
    filename: 'pixel.gif',
    length,
  });
  return { id: id!, url: url! };
}

const send = async (url: string, body: Buffer): Promise<number> =>
  (await fetch(url, { method: 'POST', body: new Uint8Array(body) })).status;

const show = (web: WebClient, file: { id: string } | { url: string }) =>
  web.chat.postMessage({
    channel,
    text: 'look',
    blocks: [{ type: 'image', slack_file: file, alt_text: alt }],
  });

describe('the external upload', () => {
  it('takes the bytes once, in the length that was said', async () => {
    const web = webClient(await sandbox());
    const { id, url } = await place(web, gif.length);
    expect(await send(url, gif.subarray(1))).toBe(400);
    expect(await send(url, gif)).toBe(200);
    expect(await send(url, gif)).toBe(404);
    expect(await send(url.slice(0, -1), gif)).toBe(404);
    await web.files.completeUploadExternal({ files: [{ id, title: 'Pixel' }] });
  });

  it('completes a file once, and only when its bytes are there', async () => {
    const web = webClient(await sandbox());
    const { id, url } = await place(web, gif.length);
    const complete = () => web.files.completeUploadExternal({ files: [{ id, title: 'Pixel' }] });
    await expect(complete()).rejects.toThrow('file_not_found');
    await expect(web.files.info({ file: id })).rejects.toThrow('file_not_found');
    await send(url, gif);
    const { files } = (await complete()) as { files?: readonly unknown[] };
    expect(files).toMatchObject([{ id, title: 'Pixel', size: gif.length, mimetype: '' }]);
    await expect(complete()).rejects.toThrow('file_not_found');
  });

  it('refuses an empty file and a long description', async () => {
    const web = webClient(await sandbox());
    await expect(place(web, 0)).rejects.toThrow('missing_argument');
    const wanted = { filename: 'a.gif', length: 1, alt_txt: 'a'.repeat(1_001) };
    await expect(web.apiCall('files.getUploadURLExternal', wanted)).rejects.toThrow('alt_txt_too_large');
  });

  it('allows a hundred uploads a minute', async () => {
    const web = webClient(await sandbox({ limits: 'documented' }));
    Object.assign(web, { rejectRateLimitedCalls: true });
    for (let count = 0; count < 100; count += 1) await place(web, gif.length);
    await expect(place(web, gif.length)).rejects.toThrow(/rate/i);
  });
});

describe('an image of an uploaded file', () => {
  it('is refused until Slack has read the file', async () => {
    const web = webClient(await sandbox({ fileScanMs: Number.POSITIVE_INFINITY }));
    const { id, url } = await place(web, gif.length);
    await send(url, gif);
    await web.files.completeUploadExternal({ files: [{ id }] });
    expect((await web.files.info({ file: id })).file).toMatchObject({ mimetype: '' });
    await expect(show(web, { id })).rejects.toThrow('invalid_blocks');
  });

  it('is shown on the page by its id or its address', async () => {
    const slack = await sandbox({ fileScanMs: 0 });
    const web = webClient(slack);
    const { id, url } = await place(web, gif.length);
    await send(url, gif);
    await web.files.completeUploadExternal({ files: [{ id }] });
    const { file } = await web.files.info({ file: id });
    expect(file).toMatchObject({ mimetype: 'image/gif', filetype: 'gif' });
    for (const shown of [{ id }, { url: file!.url_private! }, { url: file!.permalink! }])
      expect((await show(web, shown)).ok).toBe(true);
    const picture = await fetch(`${slack.pageUrl}file/${id}`);
    expect(picture.headers.get('content-type')).toBe('image/gif');
    expect(Buffer.from(await picture.arrayBuffer())).toEqual(gif);
    expect((await fetch(`${slack.pageUrl}file/F000000000`)).status).toBe(404);
  });

  it('is refused for a file that is unknown, or no image', async () => {
    const web = webClient(await sandbox({ fileScanMs: 0 }));
    const text = Buffer.from('text');
    const { id, url } = await place(web, text.length);
    await send(url, text);
    await web.files.completeUploadExternal({ files: [{ id }] });
    for (const file of [{ id }, { id: 'F0UNKNOWN00' }, { id: 'https://example.com' }])
      await expect(show(web, file)).rejects.toMatchObject({ data: { error: 'invalid_blocks' } });
    await expect(show(web, { id: 'F0UNKNOWN00' })).rejects.toMatchObject({
      data: { errors: ['invalid slack file [json-pointer:/blocks/0/slack_file]'] },
    });
  });
});
