import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PageNotTaken, PageRefused } from '../../src/pages/pager.ts';
import { type SlackSandbox, startSlackSandbox } from '../../src/sandbox/slack/index.ts';
import { connectSlack } from '../../src/slack/client.ts';
import { type PagePlace, SlackPages } from '../../src/slack/page.ts';
import { page } from '../support/pages.ts';

const channel = 'C0DEPLOYS';
const at = Date.now();
let slack: SlackSandbox;
let place: PagePlace;
let pages: SlackPages;

beforeEach(async () => {
  slack = await startSlackSandbox({ limits: 'off' });
  const client = connectSlack(slack, pino({ level: 'silent' }));
  const { ts } = await client.chat.postMessage({ channel, text: 'An alert' });
  place = { channel, root: ts };
  pages = new SlackPages({ client, placeOf: () => Promise.resolve(place) });
});
afterEach(() => slack.stop());

const replies = () => slack.messages(channel, place.root).slice(1);
const pager = () => pages.pager(['S0APPROVERS', 'U0OPERATOR']);

describe('a page in Slack', () => {
  it('mentions who must act, in the thread of the alert, and says why', async () => {
    await pager().send(page({ at }));
    expect(replies().map(({ text }) => text)).toEqual([
      '<!subteam^S0APPROVERS> <@U0OPERATOR> *staging/backend*: staging/backend: 12 % of connections fail (limit 5 %)',
    ]);
  });

  it('is no message when somebody took it or it is over: the thread says so', async () => {
    await pager().send(page({ at, action: 'acknowledge' }));
    await pager().send(page({ at, action: 'resolve' }));
    expect(replies()).toEqual([]);
  });

  it('that comes when nobody has to act any more calls nobody', async () => {
    place = { ...place, over: true };
    await pager().send(page({ at }));
    expect(replies()).toEqual([]);
    await pages.tellFailed(page({ at }), 'pagerduty', 'it could not be delivered for a day');
    expect(replies()).toHaveLength(1);
  });

  it('whose answer was lost is found, and not posted again', async () => {
    slack.faults.fail('chat.postMessage', 'drop-after');
    await expect(pager().send(page({ at }))).rejects.toThrow();
    await pager().send(page({ at }), { again: true });
    expect(replies()).toHaveLength(1);
    // Another page of the same alert is another message.
    await pager().send(page({ at: at + 1 }), { again: true });
    expect(replies()).toHaveLength(2);
  });

  it('goes to the channel where there is no thread, and is found there', async () => {
    place = { channel };
    await pager().send(page({ at }));
    await pager().send(page({ at }), { again: true });
    expect(slack.messages(channel).filter(({ text }) => text.includes('subteam'))).toHaveLength(1);
  });

  it('mentions nobody else, whatever the summary says', async () => {
    await pager().send(page({ at, summary: '<!channel> <@U0GUEST> & more\n<https://evil.example|x>' }));
    const [message] = replies();
    expect(message?.text).toContain('&lt;!channel&gt; &lt;@U0GUEST&gt; &amp; more &lt;https');
    expect(message?.text.match(/<[!@]/g)).toHaveLength(2);
  });

  it('is refused where slipway cannot write', async () => {
    place = { channel: 'C0GONE' };
    await expect(pager().send(page({ at }))).rejects.toThrow(
      new PageRefused('Slack answered channel_not_found'),
    );
  });

  it('waits while Slack asks for quiet or is away, and for a thread that is drawn anew', async () => {
    slack.faults.rateLimit('chat.postMessage', 3);
    await expect(pager().send(page({ at }))).rejects.toMatchObject({
      name: 'PageNotTaken',
      retryAfterMs: 3_000,
    });
    slack.faults.fail('chat.postMessage', 'error-5xx');
    const away = await pager()
      .send(page({ at }))
      .catch((error: unknown) => error);
    expect(away).toBeInstanceOf(Error);
    expect(away).not.toBeInstanceOf(PageRefused);
    place = { channel, root: '1.000001' };
    await expect(pager().send(page({ at }))).rejects.toBeInstanceOf(PageNotTaken);
  });
});

describe('a page that did not arrive', () => {
  it('is told in the thread once for a line', async () => {
    await pages.tellFailed(page({ at }), 'pagerduty', 'PagerDuty answered 403: <!here>');
    await pages.tellFailed(page({ at, action: 'resolve' }), 'pagerduty', 'PagerDuty answered 403');
    await pages.tellFailed(page({ at }), 'webhook', 'The webhook answered 410');
    const texts = replies().map(({ text }) => text);
    expect(texts).toHaveLength(2);
    expect(texts[0]).toContain(
      '*operations* was not woken through PagerDuty: PagerDuty answered 403: &lt;!here&gt;',
    );
    expect(texts[0]).toContain('`slipway page test operations`');
    expect(texts[1]).toContain('through the webhook');
  });

  it('cannot be told where slipway cannot write, and does not wait for that', async () => {
    place = { channel: 'C0GONE' };
    await pages.tellFailed(page({ at }), 'slack', 'Slack answered channel_not_found');
  });

  it('is told when Slack is back', async () => {
    slack.faults.down(true);
    await expect(pages.tellFailed(page({ at }), 'pagerduty', 'no')).rejects.toThrow();
    slack.faults.down(false);
    await pages.tellFailed(page({ at }), 'pagerduty', 'no');
    expect(replies()).toHaveLength(1);
  });
});
