import { WebClient } from '@slack/web-api';
import type { ConversationsHistoryResponse } from '@slack/web-api';
import { afterEach, describe, expect, it } from 'vitest';
import { sandbox, stopAll, webClient } from './helpers.ts';

afterEach(stopAll);

const channel = 'C0DEPLOYS';
const metadata = { event_type: 'slipway_operation', event_payload: { operation: '42' } };

describe('tokens and methods', () => {
  it('refuses without a token, with a wrong one, and with the wrong kind', async () => {
    const slack = await sandbox();
    const call = async (method: string, headers: Record<string, string>): Promise<unknown> =>
      (await fetch(`${slack.apiUrl}${method}`, { method: 'POST', headers })).json();
    expect(await call('auth.test', {})).toEqual({ ok: false, error: 'not_authed' });
    expect(await call('auth.test', { authorization: 'Bearer xoxb-other' })).toEqual({
      ok: false,
      error: 'invalid_auth',
    });
    expect(await call('apps.connections.open', { authorization: `Bearer ${slack.botToken}` })).toEqual({
      ok: false,
      error: 'not_allowed_token_type',
    });
    expect(await call('chat.explode', {})).toEqual({ ok: false, error: 'unknown_method' });
    expect(await call('constructor', {})).toEqual({ ok: false, error: 'unknown_method' });
  });

  it('takes JSON bodies as well as forms', async () => {
    const slack = await sandbox();
    const answer = await fetch(`${slack.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${slack.botToken}`,
        'content-type': 'application/json; charset=utf-8',
      },
      body: JSON.stringify({ channel: '#deploys', text: 'hi', metadata }),
    });
    expect(await answer.json()).toMatchObject({ ok: true, channel, message: { text: 'hi', metadata } });
  });

  it('says so when a JSON body cannot be read', async () => {
    const slack = await sandbox();
    const headers = { authorization: `Bearer ${slack.botToken}`, 'content-type': 'application/json' };
    const answer = await fetch(`${slack.apiUrl}auth.test`, { method: 'POST', headers, body: '{' });
    expect(await answer.json()).toEqual({ ok: false, error: 'invalid_json' });
  });

  it('knows the workspace', async () => {
    const web = webClient(await sandbox());
    expect(await web.auth.test()).toMatchObject({ user_id: 'U0SLIPWAY', bot_id: 'B0SLIPWAY', team: 'Chat' });
    expect(await web.users.info({ user: 'U0OPERATOR' })).toMatchObject({
      user: { name: 'operator', is_bot: false },
    });
    expect(await web.conversations.info({ channel })).toMatchObject({
      channel: { name: 'deploys', is_member: true },
    });
    const group = await web.usergroups.users.list({ usergroup: 'S0APPROVERS' });
    expect(group.users).toEqual(['U0REVIEWER', 'U0OPERATOR']);
  });
});

describe('messages', () => {
  it('keeps metadata and shows it only when asked', async () => {
    const slack = await sandbox();
    const web = webClient(slack);
    const root = await web.chat.postMessage({ channel, text: 'root', metadata });
    await web.chat.update({ channel, ts: root.ts!, text: 'root again' });
    const asked = await web.conversations.replies({ channel, ts: root.ts!, include_all_metadata: true });
    expect(asked.messages?.[0]).toMatchObject({ text: 'root again', metadata });
    const plain = await web.conversations.history({ channel });
    expect(plain.messages?.[0]).not.toHaveProperty('metadata');
  });

  it('shows roots and broadcasts in the channel, all of it in the thread', async () => {
    const slack = await sandbox();
    const web = webClient(slack);
    const { ts = '' } = await web.chat.postMessage({ channel, text: 'root' });
    await web.chat.postMessage({ channel, text: 'quiet', thread_ts: ts });
    await web.chat.postMessage({ channel, text: 'loud', thread_ts: ts, reply_broadcast: true });
    const history = await web.conversations.history({ channel });
    expect(history.messages?.map(({ text }) => text)).toEqual(['loud', 'root']);
    expect(history.messages?.[1]).toMatchObject({ reply_count: 2, reply_users: ['U0SLIPWAY'] });
    const replies = await web.conversations.replies({ channel, ts });
    expect(replies.messages?.map(({ text }) => text)).toEqual(['root', 'quiet', 'loud']);
  });

  it('pages with cursors and windows of time', async () => {
    const slack = await sandbox();
    const web = webClient(slack);
    const stamps: string[] = [];
    for (const text of ['1', '2', '3', '4', '5'])
      stamps.push((await web.chat.postMessage({ channel, text })).ts!);
    expect([...stamps].sort()).toEqual(stamps);
    const texts: (string | undefined)[] = [];
    for await (const page of web.paginate('conversations.history', { channel, limit: 2 })) {
      const { messages = [] }: ConversationsHistoryResponse = page;
      texts.push(...messages.map(({ text }) => text));
    }
    expect(texts).toEqual(['5', '4', '3', '2', '1']);
    const window = { channel, oldest: stamps[1]!, latest: stamps[3]! };
    const open = await web.conversations.history(window);
    expect(open.messages?.map(({ text }) => text)).toEqual(['3']);
    const closed = await web.conversations.history({ ...window, inclusive: true });
    expect(closed.messages?.map(({ text }) => text)).toEqual(['4', '3', '2']);
  });

  it('removes blocks when an update brings text alone', async () => {
    const slack = await sandbox();
    const web = webClient(slack);
    const { ts = '' } = await web.chat.postMessage({ channel, text: 'a', blocks: [{ type: 'divider' }] });
    expect(slack.messages(channel)[0]?.blocks).toHaveLength(1);
    await web.chat.update({ channel, ts, text: 'b' });
    expect(slack.messages(channel)[0]).toMatchObject({ text: 'b', blocks: [] });
  });

  it('whispers to one person and links to messages', async () => {
    const slack = await sandbox();
    const web = webClient(slack);
    await web.chat.postEphemeral({ channel, user: 'U0GUEST', text: 'psst' });
    expect(slack.ephemerals()).toMatchObject([{ user: 'U0GUEST', text: 'psst', from: 'chat.postEphemeral' }]);
    expect(slack.messages(channel)).toEqual([]);
    const { ts = '' } = await web.chat.postMessage({ channel, text: 'root' });
    const { permalink } = await web.chat.getPermalink({ channel, message_ts: ts });
    expect(permalink).toBe(`${slack.pageUrl}archives/${channel}/p${ts.replace('.', '')}`);
  });

  it("refuses in Slack's words", async () => {
    const slack = await sandbox();
    const web = webClient(slack);
    const { ts = '' } = await web.chat.postMessage({ channel, text: 'root' });
    await slack.mention({ user: 'U0GUEST', channel, text: '<@U0SLIPWAY> hi' });
    const theirs = slack.messages(channel).at(-1)!.ts;
    const section = (text: string) => [{ type: 'section', text: { type: 'mrkdwn', text } }];
    const refusals: readonly (readonly [string, Promise<unknown>])[] = [
      ['channel_not_found', web.chat.postMessage({ channel: 'C0NONE', text: 'x' })],
      ['no_text', web.chat.postMessage({ channel, text: '' })],
      ['msg_too_long', web.chat.update({ channel, ts, text: 'x'.repeat(4001) })],
      ['message_not_found', web.chat.update({ channel, ts: '1.000001', text: 'x' })],
      ['cant_update_message', web.chat.update({ channel, ts: theirs, text: 'x' })],
      ['thread_not_found', web.chat.postMessage({ channel, text: 'x', thread_ts: '1.000001' })],
      ['thread_not_found', web.conversations.replies({ channel, ts: '1.000001' })],
      ['user_not_found', web.users.info({ user: 'U0NOBODY' })],
      ['invalid_cursor', web.conversations.history({ channel, cursor: 'nonsense' })],
      ['invalid_metadata_schema', web.chat.postMessage({ channel, text: 'x', metadata: {} })],
    ];
    for (const [error, call] of refusals)
      await expect(call).rejects.toMatchObject({ data: { ok: false, error } });
    await expect(
      web.chat.postMessage({ channel, text: 'x', blocks: section('y'.repeat(3001)) }),
    ).rejects.toMatchObject({
      data: {
        error: 'invalid_blocks',
        response_metadata: {
          messages: ['[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]'],
        },
      },
    });
  });
});

describe('limits and faults', () => {
  it('answers 429 above one message a second, after a burst', async () => {
    const slack = await sandbox({ limits: 'documented' });
    const post = (): Promise<Response> =>
      fetch(`${slack.apiUrl}chat.postMessage`, {
        method: 'POST',
        headers: { authorization: `Bearer ${slack.botToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ channel, text: 'x' }),
      });
    const answers = await Promise.all(Array.from({ length: 8 }, post));
    const limited = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
    expect(limited[0]?.headers.get('retry-after')).toBe('1');
    expect(await limited[0]?.json()).toEqual({ ok: false, error: 'ratelimited' });
    expect(slack.calls().filter(({ error }) => error === 'ratelimited')).toHaveLength(3);
  });

  it('limits a tier by the minute', async () => {
    const slack = await sandbox({ limits: 'documented' });
    const strict = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl, rejectRateLimitedCalls: true });
    const list = () => strict.usergroups.users.list({ usergroup: 'S0APPROVERS' });
    for (let call = 0; call < 20; call += 1) await list();
    await expect(list()).rejects.toMatchObject({ code: 'slack_webapi_rate_limited_error', retryAfter: 60 });
  });

  it('rate-limits on demand and lets the client through afterwards', async () => {
    const slack = await sandbox();
    slack.faults.rateLimit('chat.postMessage', 1);
    await webClient(slack, 1).chat.postMessage({ channel, text: 'patient' });
    expect(slack.calls().map(({ ok, error }) => [ok, error])).toEqual([
      [false, 'ratelimited'],
      [true, undefined],
    ]);
  });

  it('counts what it refuses while it is down', async () => {
    const slack = await sandbox();
    slack.faults.down(true);
    await expect(webClient(slack).chat.postMessage({ channel, text: 'nobody there' })).rejects.toThrow();
    slack.faults.down(false);
    expect(slack.calls()).toMatchObject([{ method: 'chat.postMessage', ok: false, error: 'down' }]);
    expect(slack.messages(channel)).toEqual([]);
  });

  it('drops before and after storing: only the second leaves a message', async () => {
    const slack = await sandbox();
    const web = webClient(slack);
    slack.faults.fail('chat.postMessage', 'drop-before');
    await expect(web.chat.postMessage({ channel, text: 'lost' })).rejects.toThrow();
    slack.faults.fail('chat.postMessage', 'drop-after');
    await expect(web.chat.postMessage({ channel, text: 'stored' })).rejects.toThrow();
    slack.faults.fail('chat.postMessage', 'error-5xx');
    await expect(web.chat.postMessage({ channel, text: 'refused' })).rejects.toThrow('503');
    expect(slack.messages(channel).map(({ text }) => text)).toEqual(['stored']);
  });

  it('lets a retrying client post twice after drop-after, as with Slack', async () => {
    const slack = await sandbox();
    slack.faults.fail('chat.postMessage', 'drop-after');
    await webClient(slack, 2).chat.postMessage({ channel, text: 'twice' });
    expect(slack.messages(channel).map(({ text }) => text)).toEqual(['twice', 'twice']);
  });
});
