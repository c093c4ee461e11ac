import { once } from 'node:events';
import { WebSocket } from 'ws';
import { afterEach, describe, expect, it } from 'vitest';
import type { SlackSandbox } from '../../../src/sandbox/slack/index.ts';
import { sandbox, stopAll, webClient } from './helpers.ts';

afterEach(stopAll);

const channel = 'C0DEPLOYS';
const user = 'U0DEVELOPER';

interface Frame {
  readonly type: string;
  readonly reason?: string;
  readonly envelope_id: string;
  readonly retry_attempt?: number;
  readonly accepts_response_payload?: boolean;
  readonly payload: Readonly<Record<string, unknown>>;
}

async function socketUrl(slack: SlackSandbox): Promise<string> {
  const answer = await fetch(`${slack.apiUrl}apps.connections.open`, {
    method: 'POST',
    headers: { authorization: `Bearer ${slack.appToken}` },
  });
  return ((await answer.json()) as { url: string }).url;
}

/** A client that knows nothing but WebSocket and JSON. */
async function stranger(slack: SlackSandbox): Promise<{ socket: WebSocket; next: () => Promise<Frame> }> {
  const socket = new WebSocket(await socketUrl(slack));
  const frames: Frame[] = [];
  const waiters: ((frame: Frame) => void)[] = [];
  socket.on('message', (data) => {
    const frame = JSON.parse((data as Buffer).toString()) as Frame;
    const waiter = waiters.shift();
    if (waiter) waiter(frame);
    else frames.push(frame);
  });
  const next = (): Promise<Frame> => {
    const frame = frames.shift();
    return frame ? Promise.resolve(frame) : new Promise((resolve) => waiters.push(resolve));
  };
  await once(socket, 'open');
  return { socket, next };
}

const ack = (socket: WebSocket, frame: Frame, payload?: unknown): void => {
  socket.send(
    JSON.stringify({ envelope_id: frame.envelope_id, ...(payload === undefined ? {} : { payload }) }),
  );
};

describe('the Socket Mode wire', () => {
  it('greets, hands out a command and shows the message of the ack', async () => {
    const slack = await sandbox();
    const { socket, next } = await stranger(slack);
    expect(await next()).toMatchObject({
      type: 'hello',
      num_connections: 1,
      connection_info: { app_id: 'A0SLIPWAY' },
    });
    const sent = slack.command({ user, channel, text: '/monitor' });
    const frame = await next();
    expect(frame).toMatchObject({ type: 'slash_commands', accepts_response_payload: true });
    expect(frame.payload).toMatchObject({
      command: '/monitor',
      text: '',
      user_name: 'developer',
      api_app_id: 'A0SLIPWAY',
    });
    ack(socket, frame, { text: 'watching', response_type: 'in_channel' });
    expect(await sent).toMatchObject({ outcome: 'acked', envelopeId: frame.envelope_id });
    expect(slack.messages(channel).map(({ text }) => text)).toEqual(['watching']);
  });

  it('takes a ticket once and ten connections at most', async () => {
    const slack = await sandbox();
    const url = await socketUrl(slack);
    await once(new WebSocket(url), 'open');
    const [again] = (await once(new WebSocket(url), 'error')) as [Error];
    expect(again.message).toContain('403');
    for (let count = 1; count < 10; count += 1) await once(new WebSocket(await socketUrl(slack)), 'open');
    const [full] = (await once(new WebSocket(await socketUrl(slack)), 'error')) as [Error];
    expect(full.message).toContain('429');
  });

  it('spreads envelopes over connections, each to one', async () => {
    const slack = await sandbox();
    const [a, b] = [await stranger(slack), await stranger(slack)];
    await Promise.all([a.next(), b.next()]);
    const both = [
      slack.command({ user, channel, text: '/deploy 1' }),
      slack.command({ user, channel, text: '/deploy 2' }),
    ];
    const [one, two] = await Promise.all([a.next(), b.next()]);
    expect([one.payload['text'], two.payload['text']].sort()).toEqual(['1', '2']);
    ack(a.socket, one);
    ack(b.socket, two);
    expect((await Promise.all(both)).map(({ outcome }) => outcome)).toEqual(['acked', 'acked']);
  });

  it('tries an unacked event again, a command never, and the last envelope on demand', async () => {
    const slack = await sandbox({ ackTimeoutMs: 50 });
    const { socket, next } = await stranger(slack);
    await next();
    const mention = slack.mention({ user, channel, text: '<@U0SLIPWAY> hi' });
    const first = await next();
    expect((await mention).outcome).toBe('timeout');
    const second = await next();
    expect([first.retry_attempt, second.retry_attempt]).toEqual([0, 1]);
    expect(second.envelope_id).toBe(first.envelope_id);
    expect(second.payload['event_id']).toBe(first.payload['event_id']);
    ack(socket, second);

    const command = slack.command({ user, channel, text: '/deploy' });
    const typed = await next();
    expect((await command).outcome).toBe('timeout');
    const redelivered = slack.faults.redeliver();
    const again = await next();
    expect(again.envelope_id).toBe(typed.envelope_id);
    ack(socket, again);
    await redelivered;
  });

  it('warns before it closes', async () => {
    const slack = await sandbox({ refreshMs: 20, warningMs: 20 });
    const { socket, next } = await stranger(slack);
    await next();
    expect(await next()).toMatchObject({ type: 'disconnect', reason: 'warning' });
    expect(await next()).toMatchObject({ type: 'disconnect', reason: 'refresh_requested' });
    await once(socket, 'close');
  });
});

describe('response_url', () => {
  async function responseUrl(slack: SlackSandbox): Promise<string> {
    const { socket, next } = await stranger(slack);
    await next();
    const sent = slack.command({ user, channel, text: '/deploy' });
    const frame = await next();
    ack(socket, frame);
    await sent;
    return String(frame.payload['response_url']);
  }
  const post = (url: string, body: unknown): Promise<Response> =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  it('is good for five answers', async () => {
    const slack = await sandbox();
    const url = await responseUrl(slack);
    expect((await post(url, { text: 'x', blocks: [{ type: 'hologram' }] })).status).toBe(400);
    for (let use = 0; use < 5; use += 1) expect((await post(url, { text: String(use) })).status).toBe(200);
    const used = await post(url, { text: '6' });
    expect([used.status, await used.json()]).toEqual([404, { ok: false, error: 'used_url' }]);
    const unknown = await post(`${url}0`, { text: 'x' });
    expect([unknown.status, await unknown.json()]).toEqual([404, { ok: false, error: 'expired_url' }]);
    expect(slack.ephemerals().map(({ text }) => text)).toEqual(['0', '1', '2', '3', '4']);
  });

  it('answers in the channel and replaces or deletes the private original', async () => {
    const slack = await sandbox();
    const { socket, next } = await stranger(slack);
    await next();
    const element = {
      type: 'button',
      action_id: 'retry',
      text: { type: 'plain_text', text: 'Retry' },
    } as const;
    await webClient(slack).chat.postEphemeral({
      channel,
      user,
      text: 'refused',
      blocks: [{ type: 'actions', elements: [element] }],
    });
    const { ts } = slack.ephemerals()[0]!;
    const clicked = slack.click({ user, channel, ts, actionId: 'retry' });
    const frame = await next();
    ack(socket, frame);
    await clicked;
    expect(frame.payload['container']).toMatchObject({ is_ephemeral: true, message_ts: ts });
    expect(frame.payload).not.toHaveProperty('message');
    const url = String(frame.payload['response_url']);
    await post(url, { text: 'all can read', response_type: 'in_channel' });
    await post(url, { text: 'retrying', replace_original: true });
    expect(slack.messages(channel).map(({ text }) => text)).toEqual(['all can read']);
    expect(slack.ephemerals().map(({ text }) => text)).toEqual(['retrying']);
    await post(url, { delete_original: true });
    expect(slack.ephemerals()).toEqual([]);
    await expect(slack.click({ user: 'U0GUEST', channel, ts, actionId: 'retry' })).rejects.toThrow(
      'sees no message',
    );
  });
});
