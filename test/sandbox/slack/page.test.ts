import { request } from 'node:http';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { SlackSandbox } from '../../../src/sandbox/slack/index.ts';
import { boltApp, eventually, sandbox, stopAll, webClient } from './helpers.ts';

afterEach(stopAll);

const channel = 'C0DEPLOYS';
const json = { 'content-type': 'application/json' };

interface PageEvent {
  readonly type: string;
  readonly message?: { readonly text: string };
  readonly ephemeral?: { readonly text: string };
  readonly ephemerals?: readonly { readonly text: string }[];
}

/** Reads a person's event stream until an event fits. */
async function readUntil(
  slack: SlackSandbox,
  user: string,
  fits: (event: PageEvent) => boolean,
): Promise<PageEvent[]> {
  const answer = await fetch(`${slack.pageUrl}events?user=${user}`);
  const seen: PageEvent[] = [];
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of answer.body!) {
    const parts = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n\n');
    rest = parts.pop() ?? '';
    seen.push(...parts.map((part) => JSON.parse(part.slice('data: '.length)) as PageEvent));
    if (seen.some(fits)) return seen;
  }
  return seen;
}

describe('the page', () => {
  it('is served with everything it names, under a strict policy', async () => {
    const slack = await sandbox();
    const page = await fetch(slack.pageUrl);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    const html = await page.text();
    const named = [...html.matchAll(/(?:src|href)="(\/page\/[^"]+)"/gu)].map(([, path]) => path!);
    expect(named.length).toBeGreaterThan(3);
    const script = await (await fetch(new URL('/page/app.js', slack.pageUrl))).text();
    const imported = [...script.matchAll(/from '\.\/([^']+)'/gu)].map(([, name]) => `/page/${name!}`);
    for (const path of [...named, ...imported])
      expect([path, (await fetch(new URL(path, slack.pageUrl))).status]).toEqual([path, 200]);
    for (const path of ['page/..%2findex.ts', 'page/none.js', 'sandbox.ts', 'page/README.md'])
      expect([path, (await fetch(`${slack.pageUrl}${path}`)).status]).toEqual([path, 404]);
  });

  it('streams messages to all and private ones to their person only', async () => {
    const slack = await sandbox();
    const web = webClient(slack);
    await web.chat.postEphemeral({ channel, user: 'U0GUEST', text: 'earlier' });
    const last = (event: PageEvent): boolean => event.message?.text === 'last';
    const guest = readUntil(slack, 'U0GUEST', last);
    const reviewer = readUntil(slack, 'U0REVIEWER', last);
    const privateText = (events: readonly PageEvent[]): (string | undefined)[] =>
      events.flatMap(({ ephemerals = [], ephemeral }) =>
        [...ephemerals, ...(ephemeral ? [ephemeral] : [])].map(({ text }) => text),
      );
    await web.chat.postEphemeral({ channel, user: 'U0GUEST', text: 'for the guest' });
    const timer = setInterval(() => void web.chat.postMessage({ channel, text: 'last' }), 20);
    const [seenByGuest, seenByReviewer] = await Promise.all([guest, reviewer]);
    clearInterval(timer);
    expect(privateText(seenByGuest)).toEqual(['earlier', 'for the guest']);
    expect(privateText(seenByReviewer)).toEqual([]);
  });

  it('lets a person type a command, and nobody from another site', async () => {
    const slack = await sandbox();
    await boltApp(slack, (app) => {
      app.command('/deploy', ({ ack }) => ack('on it'));
    });
    const body = JSON.stringify({ user: 'U0DEVELOPER', channel, text: '/deploy backend staging' });
    const act = (headers: Record<string, string>): Promise<Response> =>
      fetch(`${slack.pageUrl}act/command`, { method: 'POST', headers, body });
    const shown = eventually(slack, (event) => event.type === 'ephemeral');
    expect((await act(json)).status).toBe(200);
    expect(await shown).toMatchObject({ ephemeral: { text: 'on it', user: 'U0DEVELOPER' } });
    expect((await act({ ...json, origin: 'https://elsewhere.example' })).status).toBe(404);
    expect((await act({ 'content-type': 'text/plain' })).status).toBe(404);
    expect(slack.ephemerals()).toHaveLength(1);
  });

  it('answers only to its own name', async () => {
    const slack = await sandbox();
    const sent = request(slack.pageUrl, { headers: { host: 'rebound.example' } });
    sent.end();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    answer.resume();
    expect(answer.statusCode).toBe(403);
  });
});
