import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { PageWay } from '../../src/domain/page/page.ts';
import { PageNotTaken, PageRefused, type Pager } from '../../src/pages/pager.ts';
import { pagersOf } from '../../src/pages/pagers.ts';
import { receiverNames } from '../../src/sandbox/pages/incidents.ts';
import { loopback } from '../support/loopback.ts';
import { latch } from '../support/latch.ts';
import { began, page, standIns, waysTo } from '../support/pages.ts';

const noSlack = () => {
  throw new Error('not here');
};

function pagerOf(way: PageWay): Pager {
  const pager = pagersOf({ operations: [way] }, noSlack)('operations', way.kind);
  if (pager === undefined) throw new Error(`no ${way.kind}`);
  return pager;
}

/** What the promise is rejected with. */
async function failureOf(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => {
      throw new Error('it was taken');
    },
    (error: unknown) => error as Error,
  );
}

describe.each(receiverNames)('%s', (name) => {
  async function start() {
    const sandbox = await standIns();
    return { sandbox, faults: sandbox.faults[name], pager: pagerOf(waysTo(sandbox)[name]) };
  }

  it('opens, acknowledges and closes one incident', async () => {
    const { sandbox, pager } = await start();
    const states: unknown[] = [];
    for (const action of ['trigger', 'acknowledge', 'resolve'] as const) {
      await pager.send(page({ action }));
      states.push(sandbox.incidents().map(({ key, state, woken }) => [key, state, woken]));
    }
    const { dedupKey } = page();
    expect(states).toEqual([
      [[dedupKey, 'open', 1]],
      [[dedupKey, 'acknowledged', 1]],
      [[dedupKey, 'closed', 1]],
    ]);
  });

  it('sent twice wakes once', async () => {
    const { sandbox, pager } = await start();
    await pager.send(page());
    await pager.send(page(), { again: true });
    expect(sandbox.received()).toHaveLength(2);
    expect(sandbox.incidents().map(({ woken }) => woken)).toEqual([1]);
  });

  it('takes what is far too long', async () => {
    const { sandbox, pager } = await start();
    const long = 'ä😀'.repeat(20_000);
    const details = Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [`fact ${index}`, 'x'.repeat(500)]),
    );
    const dedupKey = `${'k'.repeat(600)}1`;
    await pager.send(page({ summary: long, source: long, dedupKey, details }));
    await pager.send(page({ summary: long, action: 'resolve', dedupKey }));
    await pager.send(page({ dedupKey: `${'k'.repeat(600)}2` }));
    expect(sandbox.incidents().map(({ state }) => state)).toEqual(['closed', 'open']);
  });

  it('that is away, asks for quiet, fails or loses its answer is worth another try', async () => {
    const { sandbox, faults, pager } = await start();
    faults.rateLimit(7);
    expect(await failureOf(pager.send(page()))).toMatchObject({ name: 'PageNotTaken', retryAfterMs: 7_000 });
    faults.rateLimit();
    expect(await failureOf(pager.send(page()))).toMatchObject({ retryAfterMs: undefined });
    for (const fault of ['error-5xx', 'drop-before', 'drop-after'] as const) {
      faults.fail(fault);
      expect(await failureOf(pager.send(page()))).toBeInstanceOf(PageNotTaken);
    }
    faults.down(true);
    expect(await failureOf(pager.send(page()))).toBeInstanceOf(PageNotTaken);
    // Only the answer of the last but one was lost.
    expect(sandbox.received()).toHaveLength(1);
    await sandbox.stop();
    const { message } = await failureOf(pager.send(page()));
    expect(message).toContain('ECONNREFUSED');
  });

  it('is let go when the worker ends', async () => {
    const { faults, pager } = await start();
    const release = faults.hold('before');
    const ending = new AbortController();
    const sending = failureOf(pager.send(page(), { signal: ending.signal }));
    await expect.poll(() => faults.held()).toBe(1);
    ending.abort(new Error('shutdown'));
    expect((await sending).message).toBe('shutdown');
    release();
  });
});

/** A server that answers as it likes. */
async function answering(listener: RequestListener) {
  const server = await loopback(listener);
  onTestFinished(() => server.stop());
  return server;
}

const secrets = {
  pagerduty: 'K'.repeat(32),
  opsgenie: 'opsgenie-very-secret',
  webhook: `whsec_${'QUFB'.repeat(8)}`,
};

function wayTo(kind: 'pagerduty' | 'opsgenie' | 'webhook', url: string): PageWay {
  if (kind === 'pagerduty') return { kind, url, routingKey: secrets[kind] };
  return kind === 'opsgenie' ? { kind, url, apiKey: secrets[kind] } : { kind, url, secret: secrets[kind] };
}

describe.each([
  ['pagerduty', [400, 401, 403], [200, 302, 404, 408, 429, 500]],
  ['opsgenie', [400, 401, 403, 422], [200, 302, 404, 429, 500]],
  ['webhook', [400, 401, 403, 410], [302, 404, 429, 500]],
] as const)('an answer to %s', (kind, refusals, others) => {
  it.each(refusals)('of %i is final, and tells no secret', async (status) => {
    const server = await answering((_request, response) => {
      const message = `No such key:\n ${secrets[kind]}`;
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
    });
    const error = await failureOf(pagerOf(wayTo(kind, server.url)).send(page()));
    expect(error).toBeInstanceOf(PageRefused);
    expect(error.message).toMatch(new RegExp(`answered ${status}: No such key: \\(hidden\\)$`));
  });

  it.each(others)('of %i is not', async (status) => {
    const elsewhere = await answering((_request, response) => response.writeHead(202).end());
    const server = await answering((_request, response) => {
      response.writeHead(status, { location: elsewhere.url }).end('<html>Bad Gateway</html>');
    });
    const error = await failureOf(pagerOf(wayTo(kind, server.url)).send(page()));
    expect(error).toBeInstanceOf(PageNotTaken);
    expect(error.message).toMatch(new RegExp(`answered ${status}$`));
    expect(elsewhere.asked()).toBe(0);
  });
});

it('an answer without an end is not read to its end', async () => {
  const gone = latch();
  const server = await answering((_request, response) => {
    response.writeHead(500);
    const more = () => {
      while (response.write('x'.repeat(16_384)));
      void once(response, 'drain').then(more, () => undefined);
    };
    more();
    response.on('close', gone.open);
  });
  const { message } = await failureOf(pagerOf(wayTo('webhook', server.url)).send(page()));
  expect(message).toBe('The webhook answered 500');
  await gone.opened;
});

it('PagerDuty reads what happened, where, since when and what to look at', async () => {
  const sandbox = await standIns();
  await pagerOf(waysTo(sandbox).pagerduty).send(page());
  expect(sandbox.received('pagerduty')[0]?.body).toMatchObject({
    client: 'slipway',
    links: [{ href: 'https://example.com/runbook', text: 'Runbook' }],
    payload: {
      summary: page().summary,
      source: 'staging/backend',
      group: 'staging',
      component: 'backend',
      severity: 'critical',
      timestamp: new Date(began).toISOString(),
      custom_details: { samples: '120', diagnosis: 'SERVICE_DOWN' },
    },
  });
});

it('Opsgenie reads the same, with a priority', async () => {
  const sandbox = await standIns();
  const way = waysTo(sandbox).opsgenie;
  await pagerOf({ ...way, url: `${way.url}/` }).send(page({ severity: 'warning' }));
  expect(sandbox.received('opsgenie')[0]?.body).toMatchObject({
    message: page().summary,
    description: `${page().summary}\nRunbook: https://example.com/runbook`,
    entity: 'staging/backend',
    priority: 'P3',
    details: { samples: '120' },
  });
});

it('a webhook is signed, and bears the same id when it is sent again', async () => {
  const sandbox = await standIns();
  const way = waysTo(sandbox).webhook;
  await pagerOf(way).send(page());
  await pagerOf(way).send(page(), { again: true });
  await pagerOf(way).send(page({ action: 'resolve' }));
  const [first, second, third] = sandbox.received('webhook').map(({ id }) => id);
  expect(second).toBe(first);
  expect(third).not.toBe(first);
  const other = { ...way, secret: secrets.webhook };
  expect((await failureOf(pagerOf(other).send(page()))).message).toContain('answered 401');
});

it('a team or a way that is not configured has no pager', () => {
  const of = pagersOf({ operations: [] }, noSlack);
  expect([of('operations', 'slack'), of('nobody', 'slack'), of('constructor', 'slack')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
