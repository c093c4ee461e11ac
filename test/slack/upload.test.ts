import { afterEach, describe, expect, test } from 'vitest';
import { pictureBlock } from '../../src/slack/messages/picture.ts';
import { uploadPicture } from '../../src/slack/upload.ts';
import { sandbox, stopAll, webClient } from '../sandbox/slack/helpers.ts';

afterEach(stopAll);

const channel = 'C0DEPLOYS';
/** One transparent pixel. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const picture = { png, title: 'Availability', alt: 'Availability fell to 80 % at 12:00 UTC' };

describe('uploadPicture', () => {
  test('gives a file that a message can show at once', async () => {
    const slack = await sandbox({ fileScanMs: 150 });
    const client = webClient(slack);
    const uploaded = await uploadPicture({ client, ...picture });
    if (uploaded.kind === 'failed') throw new Error(uploaded.why);
    const block = pictureBlock({ fileId: uploaded.file, alt: picture.alt });
    const posted = await client.chat.postMessage({ channel, text: 'It fires', blocks: [block] });
    expect(posted.message?.blocks?.[0]).toMatchObject({ slack_file: { id: uploaded.file } });
    const { file } = await client.files.info({ file: uploaded.file });
    expect(file).toMatchObject({ title: picture.title, mimetype: 'image/png', size: png.length });
    expect(file).toHaveProperty('alt_txt', picture.alt);
    // It had to look more than once, or the wait was not tried.
    const looks = slack.calls().filter(({ method }) => method === 'files.info');
    expect(looks.length).toBeGreaterThan(2);
  });

  test('cuts a description that Slack would refuse', async () => {
    const client = webClient(await sandbox({ fileScanMs: 0 }));
    const uploaded = await uploadPicture({ client, ...picture, alt: 'a'.repeat(1_500) });
    expect(uploaded.kind).toBe('uploaded');
  });

  test.each([
    ['files.getUploadURLExternal', /503|error/i],
    ['upload', /HTTP 503/],
    ['files.completeUploadExternal', /503|error/i],
    ['files.info', /503|error/i],
  ])('says why when %s fails', async (method, why) => {
    const slack = await sandbox({ fileScanMs: 0 });
    slack.faults.fail(method, 'error-5xx');
    const uploaded = await uploadPicture({ client: webClient(slack), ...picture });
    expect(uploaded).toMatchObject({ kind: 'failed', why: expect.stringMatching(why) as string });
  });

  test('says when the connection breaks in the middle of the bytes', async () => {
    const slack = await sandbox({ fileScanMs: 0 });
    slack.faults.fail('upload', 'drop-before');
    expect((await uploadPicture({ client: webClient(slack), ...picture })).kind).toBe('failed');
  });

  test('tells how long to wait when Slack has had enough', async () => {
    const slack = await sandbox({ fileScanMs: 0 });
    slack.faults.rateLimit('files.getUploadURLExternal', 7);
    const client = webClient(slack);
    // The client's own pause would hide the 429.
    Object.assign(client, { rejectRateLimitedCalls: true });
    expect(await uploadPicture({ client, ...picture })).toMatchObject({
      kind: 'failed',
      retryAfterMs: 7_000,
    });
  });

  test('ends the waiting for a file that Slack never reads', async () => {
    const slack = await sandbox({ fileScanMs: Number.POSITIVE_INFINITY });
    const stop = new AbortController();
    const uploading = uploadPicture({ client: webClient(slack), ...picture, signal: stop.signal });
    await expect.poll(() => slack.calls().some(({ method }) => method === 'files.info')).toBe(true);
    stop.abort();
    expect((await uploading).kind).toBe('failed');
  });
});
