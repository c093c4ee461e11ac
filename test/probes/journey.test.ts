import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import type { JourneyPlan, JourneyStepPlan } from '../../src/domain/validation/plan.ts';
import { connectorFor } from '../../src/probes/connector.ts';
import { runJourney } from '../../src/probes/journey.ts';
import { serve } from './chat-service.ts';

/** Says these, one after the other, to the first message. */
const events =
  (...types: readonly string[]) =>
  (socket: WebSocket): void => {
    socket.on('message', () => {
      for (const type of types) socket.send(JSON.stringify({ type, n: types.indexOf(type) }));
    });
  };

const http: JourneyStepPlan = {
  kind: 'http',
  name: 'log in',
  method: 'POST',
  path: '/login',
  headers: { 'X-Test': 'yes' },
  body: { user: 'e2e' },
  status: 200,
  capture: { token: 'data.token', id: 'data.id' },
  withinMs: 2_000,
};
const connect: JourneyStepPlan = {
  kind: 'connect',
  name: 'connect',
  path: '/ws?for=${token}',
  subprotocols: [],
  headers: { Authorization: 'Bearer ${token}' },
  withinMs: 2_000,
};
const send: JourneyStepPlan = { kind: 'send', name: 'send', message: { id: '${id}', text: 'for ${id}' } };
const wait = (type: string, withinMs = 2_000): JourneyStepPlan => ({
  kind: 'expect',
  name: `expect ${type}`,
  match: { type },
  capture: {},
  withinMs,
});

const plan = (steps: readonly JourneyStepPlan[], withinMs = 10_000): JourneyPlan => ({
  kind: 'journey',
  name: 'golden path',
  steps,
  withinMs,
});

const run = (url: string, steps: readonly JourneyStepPlan[], withinMs?: number) =>
  runJourney(plan(steps, withinMs), connectorFor({ url, identity: { headers: {} }, now: Date.now }), {
    signal: new AbortController().signal,
    progress: () => undefined,
  });

it('does not show what it captured, also where the service repeats it', async () => {
  const secret = 'tok-3f9a-2b7c';
  const service = await serve(events(secret), { data: { token: secret, id: 7 } });
  const result = await run(service.url, [http, connect, send, wait('started', 300)]);
  expect(result.verdict).toBe('unhealthy');
  expect(JSON.stringify(result)).toContain('[token]');
  expect(JSON.stringify(result)).not.toContain(secret);
});

describe('a journey that goes through', () => {
  it('logs in, carries what it captured, and hears the events in order, each step timed', async () => {
    let said = '';
    const service = await serve((socket) => {
      socket.on('message', (data: Buffer) => {
        said = data.toString();
      });
      events('hello', 'started', 'tick', 'completed')(socket);
    });
    const close: JourneyStepPlan = { kind: 'close', name: 'close' };
    const result = await run(service.url, [http, connect, send, wait('started'), wait('completed'), close]);
    expect(result).toMatchObject({ name: 'golden path', kind: 'journey', verdict: 'healthy', diagnoses: [] });
    expect(result.measured).toMatch(/^6 of 6 steps in \d+ ms; 2 other messages in between \(hello, tick\)$/);
    expect(result.steps?.map(({ name }) => name)).toEqual([
      'log in',
      'connect',
      'send',
      'expect started',
      'expect completed',
      'close',
    ]);
    expect(result.steps?.every(({ ms }) => ms >= 0 && ms <= result.tookMs)).toBe(true);
    expect(service.seen.login).toMatchObject({ 'x-test': 'yes', 'content-type': 'application/json' });
    expect(service.seen.body).toBe('{"user":"e2e"}');
    expect(service.seen.upgrade).toMatchObject({ authorization: 'Bearer tok', cookie: 'sid=abc' });
    expect(JSON.parse(said)).toEqual({ id: 7, text: 'for 7' });
  });

  it('captures from messages, and waits for what was captured', async () => {
    const service = await serve((socket) => {
      socket.send(JSON.stringify({ type: 'hello', session: { id: 3 } }));
      socket.send(JSON.stringify({ type: 'welcome', id: 4 }));
      socket.send(JSON.stringify({ type: 'welcome', id: 3 }));
    });
    const hello = { ...wait('hello'), capture: { session: 'session.id' } } as JourneyStepPlan;
    const welcome = { ...wait('welcome'), match: { type: 'welcome', id: '${session}' } } as JourneyStepPlan;
    const result = await run(service.url, [http, connect, hello, welcome]);
    expect(result.verdict).toBe('healthy');
    expect(result.measured).toContain('1 other message in between (welcome)');
  });

  it('leaves nothing open', async () => {
    const service = await serve(events('started'));
    await run(service.url, [http, connect, send, wait('started'), connect, send, wait('started')]);
    await expect.poll(() => service.sockets.size).toBe(0);
  });
});

describe('a journey that does not', () => {
  const failing = async (talk: (socket: WebSocket) => void, ...waits: readonly JourneyStepPlan[]) => {
    const service = await serve(talk);
    const result = await run(service.url, [http, connect, send, ...waits]);
    const [diagnosis, ...more] = result.diagnoses;
    expect([result.verdict, more.length]).toEqual(['unhealthy', 0]);
    expect(result.steps?.filter(({ failed }) => failed !== undefined)).toHaveLength(1);
    return { failed: result.steps?.at(-1)?.failed, name: result.steps?.at(-1)?.name, ...diagnosis! };
  };

  it('says what is missing, and what came instead', async () => {
    const found = await failing(events('a', 'c'), wait('a'), wait('b', 100), wait('c'));
    expect(found).toMatchObject({ name: 'expect b', code: 'JOURNEY_STEP' });
    expect(found.failed).toBe('missing: instead came c within 100 ms');
    expect(found.evidence.note).toContain('expect b: missing');
  });

  it('tells out of order from missing', async () => {
    const found = await failing(events('b', 'a'), wait('a'), wait('b', 100));
    expect(found).toMatchObject({ name: 'expect b', code: 'JOURNEY_STEP' });
    expect(found.failed).toContain('out of order');
  });

  it('tells a service that never says a word', async () => {
    const found = await failing(() => undefined, wait('a', 100));
    expect(found).toMatchObject({ code: 'DEAF', failed: 'missing: nothing came within 100 ms' });
  });

  it('keeps the close code as evidence', async () => {
    const closing = (socket: WebSocket): void => {
      socket.on('message', () => {
        socket.send('{"type":"a"}');
        socket.close(4401, 'token expired');
      });
    };
    const found = await failing(closing, wait('a'), wait('b'));
    expect(found).toMatchObject({
      code: 'APP_CLOSE',
      failed: 'the connection closed with 4401 token expired',
      evidence: { closeCode: 4401, closeReason: 'token expired' },
    });
  });

  it('hears what came before the connection was cut', async () => {
    const cutting = (socket: WebSocket): void => {
      socket.on('message', () => {
        socket.send('{"type":"a"}', () => {
          socket.terminate();
        });
      });
    };
    expect(await failing(cutting, wait('a'), wait('b'))).toMatchObject({
      name: 'expect b',
      code: 'RESET_MID_STREAM',
    });
  });

  it.each([
    ['a status', { path: '/nowhere' }, 'HTTP 404 instead of 200', 'WRONG_PATH'],
    ['a field', { capture: { token: 'access_token' } }, 'there is no access_token', 'JOURNEY_STEP'],
  ])('stops at a login without %s', async (...[, change, failed, code]) => {
    const service = await serve(() => undefined);
    const result = await run(service.url, [{ ...http, ...change }, connect]);
    expect(result.steps).toHaveLength(1);
    expect(result.steps?.[0]?.failed).toContain(failed);
    expect(result).toMatchObject({ verdict: 'unhealthy', diagnoses: [{ code }] });
    expect(JSON.stringify(result)).not.toContain('"tok"');
  });

  it('ends with the time of the whole', async () => {
    const service = await serve(events('a'));
    const begun = performance.now();
    const result = await run(service.url, [http, connect, send, wait('a'), wait('b', 60_000)], 400);
    expect(performance.now() - begun).toBeLessThan(3_000);
    expect(result).toMatchObject({ verdict: 'unhealthy', diagnoses: [{ code: 'JOURNEY_STEP' }] });
  });

  it('is inconclusive when the script is wrong', async () => {
    const service = await serve(() => undefined);
    const result = await run(service.url, [connect]);
    expect(result).toMatchObject({ verdict: 'inconclusive', diagnoses: [{ prober: true }] });
    expect(result.measured).toContain('nothing was captured as token');
  });

  it('does not drown in a flood', async () => {
    const service = await serve((socket) => {
      const flood = setInterval(() => {
        for (let count = 0; count < 1_000; count += 1) socket.send('{"type":"noise"}');
      }, 1);
      socket.on('close', () => {
        clearInterval(flood);
      });
    });
    const result = await run(service.url, [http, connect, wait('a', 300)]);
    expect(result.steps?.at(-1)?.failed).toContain('missing: instead came noise, noise');
    expect(JSON.stringify(result).length).toBeLessThan(5_000);
  });
});

it('stops when the run does', async () => {
  const service = await serve(() => {
    stop.abort(new Error('stopped'));
  });
  const stop = new AbortController();
  const connector = connectorFor({ url: service.url, identity: { headers: {} }, now: Date.now });
  const running = runJourney(plan([http, connect, wait('a', 60_000)]), connector, {
    signal: stop.signal,
    progress: () => undefined,
  });
  await expect(running).rejects.toThrow('stopped');
  await expect.poll(() => service.sockets.size).toBe(0);
});
