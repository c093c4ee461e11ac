import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { createServer, type Server } from 'node:http';
import { createServer as createTcp } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import type { ValidationPlan } from '../../src/domain/validation/plan.ts';
import { Journeys } from '../../src/probes/monitor/journeys.ts';
import { monitorRound, type MonitorRoundOptions } from '../../src/probes/monitor-round.ts';
import { httpPlan, planOf, socketPlan } from './lab/plans.ts';
import { type Place, place } from './lab/place.ts';

const token = () => Promise.resolve('token-of-the-test');
const both = planOf({ http: [httpPlan, { ...httpPlan, path: '/api' }], websocket: [socketPlan] });

async function started(server: Server | ReturnType<typeof createTcp>): Promise<Place> {
  const at = await place(server);
  onTestFinished(() => at.stop());
  return at;
}

/** Answers as the test says, and opens WebSockets. */
async function serve(status: (path: string) => number, sockets = true): Promise<string> {
  const server = createServer((request, response) => {
    response.writeHead(status(request.url ?? '')).end('{}');
  });
  if (sockets) new WebSocketServer({ server });
  return `http://127.0.0.1:${(await started(server)).port}`;
}

function look(url: string, plan: ValidationPlan, more: Partial<MonitorRoundOptions> = {}) {
  const signal = new AbortController().signal;
  return monitorRound({ plan, url, token, now: Date.now, signal, withinMs: 9_000, ...more });
}

describe('a round', () => {
  it('asks every path and endpoint about ten times in all', async () => {
    const asked = new Map<string, number>();
    const url = await serve((path) => {
      asked.set(path, (asked.get(path) ?? 0) + 1);
      return 200;
    });
    const round = await look(url, both);
    expect(Object.fromEntries(asked)).toEqual({ '/health': 5, '/api': 5 });
    expect(round).toMatchObject({
      tallies: {
        connectionFailures: { samples: 20, failures: 0 },
        handshakeFailures: { samples: 10, failures: 0 },
        serverErrors: { samples: 10, failures: 0 },
        timeouts: { samples: 20, failures: 0 },
      },
      blind: 0,
      diagnoses: [],
    });
    expect(round.http?.p95).toBeGreaterThan(0);
    expect(round.handshake?.p50).toBeGreaterThan(0);
  });

  it('does not ask for what may change something', async () => {
    const methods = new Set<string>();
    const server = createServer((request, response) => {
      methods.add(request.method ?? '');
      response.end();
    });
    const url = `http://127.0.0.1:${(await started(server)).port}`;
    await look(url, planOf({ http: [httpPlan, { ...httpPlan, method: 'POST' }] }));
    expect([...methods]).toEqual(['GET']);
  });

  it('counts 5xx by itself, and a time-out of a load balancer as that too', async () => {
    const url = await serve((path) => (path === '/api' ? 500 : path === '/health' ? 504 : 200));
    const { tallies, diagnoses } = await look(url, { ...both, websocket: [] });
    expect(tallies).toEqual({
      connectionFailures: { samples: 10, failures: 0 },
      serverErrors: { samples: 10, failures: 10 },
      timeouts: { samples: 10, failures: 5 },
    });
    expect(diagnoses).toEqual(expect.arrayContaining(['SERVER_ERROR', 'GATEWAY_TIMEOUT']));
  });

  it('counts a handshake that met nobody as a connection and as a handshake; 5xx of nobody are none', async () => {
    const at = await started(createServer());
    await at.stop();
    const { tallies, diagnoses } = await look(`http://127.0.0.1:${at.port}`, both);
    expect(tallies).toEqual({
      connectionFailures: { samples: 20, failures: 20 },
      handshakeFailures: { samples: 10, failures: 10 },
      timeouts: { samples: 20, failures: 0 },
    });
    expect(diagnoses).toEqual(['TCP_REFUSED']);
  });

  it('counts a refused upgrade as a handshake alone, and a cut just after the 101 too', async () => {
    const refused = await look(await serve(() => 200, false), both);
    expect(refused.tallies.handshakeFailures).toEqual({ samples: 10, failures: 10 });
    expect(refused.tallies.connectionFailures).toEqual({ samples: 20, failures: 0 });
    const server = createServer();
    new WebSocketServer({ server }).on('connection', (socket) => {
      socket.close(4401, 'token refused');
    });
    const url = `http://127.0.0.1:${(await started(server)).port}`;
    const cut = await look(url, planOf({ websocket: [socketPlan] }));
    expect(cut.tallies.handshakeFailures).toEqual({ samples: 10, failures: 10 });
    expect(cut.tallies.connectionFailures).toEqual({ samples: 10, failures: 0 });
  });

  it('counts silence as a failure of the service where it asked for long enough', async () => {
    const at = await started(createTcp());
    const url = `http://127.0.0.1:${at.port}`;
    const plan = planOf({ http: [httpPlan] });
    const long = await look(url, plan, { withinMs: 4_000 });
    expect(long.tallies.connectionFailures).toEqual({ samples: 10, failures: 10 });
    expect(long.blind).toBe(0);
    const short = await look(url, plan, { withinMs: 1_000 });
    expect(short).toMatchObject({ tallies: {}, blind: 10, diagnoses: ['PROBER_LATE'] });
  });

  it('is over in time and ends at once when nobody wants it any more', async () => {
    const at = await started(createTcp());
    const stopping = new AbortController();
    const round = look(`http://127.0.0.1:${at.port}`, both, { signal: stopping.signal });
    stopping.abort(new Error('enough'));
    await expect(round).rejects.toThrow('enough');
  });
});

describe('what is our own fault', () => {
  it('is in no tally: a resolver that does not answer', async () => {
    const { lookup } = dns;
    const mute = (_name: string, _options: object, done: (error: Error) => void) => {
      process.nextTick(done, Object.assign(new Error('getaddrinfo EAI_AGAIN'), { code: 'EAI_AGAIN' }));
    };
    Object.assign(dns, { lookup: mute });
    syncBuiltinESMExports();
    onTestFinished(() => {
      Object.assign(dns, { lookup });
      syncBuiltinESMExports();
    });
    const round = await look('http://chat.internal', both);
    expect(round).toMatchObject({ tallies: {}, blind: 20, diagnoses: ['PROBER_DNS'] });
  });

  it('is a token that is not to be had, unless the service is down without one as well', async () => {
    const identity = { headers: {}, bearer: { kind: 'static', token: 'unused' } } as const;
    const none = () => Promise.reject(new Error('no token'));
    const plan = { ...both, identity };
    const well = await look(await serve((path) => (path === '' ? 200 : 401)), plan, { token: none });
    expect(well).toMatchObject({ tallies: {}, blind: 20, diagnoses: ['PROBER_TOKEN'] });
    const at = await started(createServer());
    await at.stop();
    const down = await look(`http://127.0.0.1:${at.port}`, plan, { token: none });
    expect(down.tallies.connectionFailures).toEqual({ samples: 20, failures: 20 });
  });
});

describe('journeys', () => {
  const journey = (withinMs: number) =>
    ({
      kind: 'journey',
      name: 'golden path',
      withinMs,
      steps: [
        {
          kind: 'http',
          name: 'ask',
          method: 'GET',
          path: '/ask',
          headers: {},
          status: 200,
          capture: {},
          withinMs,
        },
      ],
    }) as const;

  it('are walked once a round', async () => {
    let status = 200;
    const url = await serve(() => status);
    const plan = planOf({ journeys: [journey(2_000)] });
    expect((await look(url, plan)).tallies).toEqual({ journeys: { samples: 1, failures: 0 } });
    status = 500;
    const broken = await look(url, plan);
    expect(broken.tallies).toEqual({ journeys: { samples: 1, failures: 1 } });
    expect(broken.diagnoses).toEqual(['SERVER_ERROR']);
  });

  it('that last longer than a round are told in a later one', async () => {
    let asked = 0;
    const held: (() => void)[] = [];
    const server = createServer((_request, response) => {
      asked += 1;
      held.push(() => response.end());
    });
    const url = `http://127.0.0.1:${(await started(server)).port}`;
    const journeys = new Journeys();
    onTestFinished(() => {
      journeys.stop();
    });
    const plan = planOf({ journeys: [journey(60_000)] });
    const options = { journeys, withinMs: 300 };
    expect((await look(url, plan, options)).tallies).toEqual({});
    expect((await look(url, plan, options)).tallies).toEqual({});
    expect(asked).toBe(1);
    const third = look(url, plan, { journeys, withinMs: 60_000 });
    held[0]?.();
    expect((await third).tallies).toEqual({ journeys: { samples: 1, failures: 0 } });
  });
});
