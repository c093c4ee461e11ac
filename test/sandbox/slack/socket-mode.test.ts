import { afterEach, describe, expect, it } from 'vitest';
import { boltApp, eventually, sandbox, stopAll, webClient } from './helpers.ts';

afterEach(stopAll);

const channel = 'C0DEPLOYS';
const user = 'U0DEVELOPER';
const approve = [
  {
    type: 'actions',
    elements: [
      { type: 'button', action_id: 'approve', value: 'op-1', text: { type: 'plain_text', text: 'Approve' } },
    ],
  },
];

describe('a real Bolt app in Socket Mode', () => {
  it('gets the text exactly as typed and answers privately and in the channel', async () => {
    const slack = await sandbox();
    const seen: unknown[] = [];
    await boltApp(slack, (app) => {
      app.command('/deploy', async ({ command, ack, respond, client }) => {
        await ack('on it');
        seen.push(command.text, command.user_id, command.channel_id, command.team_id);
        await respond('queued');
        await client.chat.postMessage({ channel: command.channel_id, text: 'started' });
      });
    });
    const posted = eventually(slack, (event) => event.type === 'posted');
    const delivery = await slack.command({ user, channel, text: '/deploy  backend staging --ref=a&b' });
    await posted;
    expect(delivery.outcome).toBe('acked');
    expect(seen).toEqual([' backend staging --ref=a&b', user, channel, 'T0CHAT']);
    expect(slack.ephemerals().map(({ text, user: to, from }) => [text, to, from])).toEqual([
      ['on it', user, 'ack'],
      ['queued', user, 'response_url'],
    ]);
    expect(slack.messages(channel).map(({ text }) => text)).toEqual(['started']);
  });

  it('is told off when the ack is late', async () => {
    const slack = await sandbox({ ackTimeoutMs: 100 });
    let ackLate = (): void => undefined;
    const late = new Promise<void>((resolve) => {
      ackLate = resolve;
    });
    await boltApp(slack, (app) => {
      app.command('/deploy', async ({ ack }) => {
        await late;
        await ack('too late');
      });
    });
    const delivery = await slack.command({ user, channel, text: '/deploy backend staging' });
    ackLate();
    expect(delivery.outcome).toBe('timeout');
    expect(slack.ephemerals().map(({ text, from }) => [text, from])).toEqual([
      ['/deploy failed with the error "operation_timeout"', 'slack'],
    ]);
  });

  it('gets clicks with message, thread and response_url', async () => {
    const slack = await sandbox();
    const web = webClient(slack);
    const bodies: unknown[] = [];
    await boltApp(slack, (app) => {
      app.action('approve', async ({ ack, body, action, respond }) => {
        await ack();
        bodies.push(body, action);
        await respond({ text: 'approved', replace_original: true });
      });
    });
    const root = await web.chat.postMessage({ channel, text: 'root' });
    const reply = await web.chat.postMessage({ channel, text: 'ask', thread_ts: root.ts!, blocks: approve });
    const updated = eventually(slack, (event) => event.type === 'updated');
    const delivery = await slack.click({ user: 'U0REVIEWER', channel, ts: reply.ts!, actionId: 'approve' });
    await updated;
    expect(delivery.outcome).toBe('acked');
    expect(bodies[0]).toMatchObject({
      type: 'block_actions',
      api_app_id: 'A0SLIPWAY',
      user: { id: 'U0REVIEWER', username: 'reviewer', team_id: 'T0CHAT' },
      channel: { id: channel, name: 'deploys' },
      container: { type: 'message', message_ts: reply.ts, thread_ts: root.ts, is_ephemeral: false },
      message: { ts: reply.ts, thread_ts: root.ts, text: 'ask', bot_id: 'B0SLIPWAY' },
    });
    expect(bodies[1]).toMatchObject({ type: 'button', action_id: 'approve', value: 'op-1' });
    expect(slack.messages(channel, root.ts).map(({ text, blocks }) => [text, blocks.length])).toEqual([
      ['root', 0],
      ['approved', 0],
    ]);
  });

  it('clicks only what is there, unless the button was seen before', async () => {
    const slack = await sandbox();
    const web = webClient(slack);
    const values: unknown[] = [];
    await boltApp(slack, (app) => {
      app.action('approve', async ({ ack, action }) => {
        await ack();
        values.push('value' in action ? action.value : undefined);
      });
    });
    const { ts = '' } = await web.chat.postMessage({ channel, text: 'ask', blocks: approve });
    await web.chat.update({ channel, ts, text: 'done' });
    const gone = { user, channel, ts, actionId: 'approve', value: 'op-1' };
    await expect(slack.click(gone)).rejects.toThrow('has no button approve');
    await expect(slack.click({ ...gone, stale: true })).resolves.toMatchObject({ outcome: 'acked' });
    await expect.poll(() => values).toEqual(['op-1']);
  });

  it('hears a mention with its thread', async () => {
    const slack = await sandbox();
    const web = webClient(slack);
    const events: unknown[] = [];
    await boltApp(slack, (app) => {
      app.event('app_mention', ({ event }) => {
        events.push(event);
        return Promise.resolve();
      });
    });
    const root = await web.chat.postMessage({ channel, text: 'root' });
    const sent = await slack.mention({ user, channel, text: '<@U0SLIPWAY> status', threadTs: root.ts! });
    expect(sent.outcome).toBe('acked');
    await expect
      .poll(() => events)
      .toMatchObject([
        { type: 'app_mention', user, channel, thread_ts: root.ts, text: '<@U0SLIPWAY> status' },
      ]);
  });

  it('opens a modal from a click and gets what was filled in', async () => {
    const slack = await sandbox();
    const web = webClient(slack);
    const submitted: unknown[] = [];
    const field = { type: 'plain_text_input', action_id: 'why' };
    await boltApp(slack, (app) => {
      app.action('approve', async ({ ack, body, client }) => {
        await ack();
        await client.views.open({
          trigger_id: 'trigger_id' in body ? body.trigger_id : '',
          view: {
            type: 'modal',
            callback_id: 'reason',
            title: { type: 'plain_text', text: 'Reason' },
            submit: { type: 'plain_text', text: 'Lift' },
            blocks: [
              {
                type: 'input',
                block_id: 'why',
                label: { type: 'plain_text', text: 'Why' },
                element: field as { type: 'plain_text_input' },
              },
            ],
          },
        });
      });
      app.view('reason', async ({ ack, view }) => {
        await ack();
        submitted.push(view.state.values['why']?.['why']?.value, view.callback_id);
      });
    });
    const { ts = '' } = await web.chat.postMessage({ channel, text: 'ask', blocks: approve });
    const opened = eventually(slack, (event) => event.type === 'modal');
    await slack.click({ user, channel, ts, actionId: 'approve' });
    await opened;
    const [modal] = slack.modals();
    const values = { why: { why: { type: 'plain_text_input', value: 'fixed' } } };
    await slack.submit({ user, viewId: modal!.id, values });
    await expect.poll(() => submitted).toEqual(['fixed', 'reason']);
    expect(slack.modals()).toEqual([]);
  });
});

describe('without a listener', () => {
  it('says so to the person', async () => {
    const slack = await sandbox();
    expect(await slack.command({ user, channel, text: '/deploy' })).toMatchObject({ outcome: 'no-listener' });
    expect(await slack.command({ user, channel, text: '/dploy backend' })).toMatchObject({
      outcome: 'no-listener',
    });
    expect(slack.ephemerals().map(({ text }) => text.split('.')[0])).toEqual([
      '/deploy failed with the error "dispatch_failed"',
      '/dploy is not a valid command',
    ]);
  });
});

describe('sockets that go away', () => {
  it('loses no event while Slack recycles them', async () => {
    const slack = await sandbox({ warningMs: 50 });
    const heard: string[] = [];
    await boltApp(slack, (app) => {
      app.event('app_mention', ({ event }) => {
        heard.push(event.text);
        return Promise.resolve();
      });
    });
    await slack.mention({ user, channel, text: 'before' });
    const closed = eventually(slack, (event) => event.type === 'connections' && event.count === 0);
    const back = eventually(slack, (event) => event.type === 'connections' && event.count === 1);
    slack.faults.refresh();
    await closed;
    expect(await slack.mention({ user, channel, text: 'between' })).toMatchObject({ outcome: 'no-listener' });
    await back;
    expect(await slack.mention({ user, channel, text: 'after' })).toMatchObject({ outcome: 'acked' });
    await expect.poll(() => heard).toEqual(['before', 'between', 'after']);
  });

  it('goes on after a cut, and answers nothing while it is down', async () => {
    const slack = await sandbox();
    const web = webClient(slack);
    await boltApp(slack, (app) => {
      app.command('/deploy', ({ ack }) => ack());
    });
    const back = eventually(slack, (event) => event.type === 'connections' && event.count === 1);
    slack.faults.dropSockets();
    await back;
    expect(await slack.command({ user, channel, text: '/deploy' })).toMatchObject({ outcome: 'acked' });
    slack.faults.down(true);
    await expect(web.auth.test()).rejects.toThrow('503');
    expect(slack.connections()).toBe(0);
    slack.faults.down(false);
    await expect(web.auth.test()).resolves.toMatchObject({ ok: true });
  });
});
