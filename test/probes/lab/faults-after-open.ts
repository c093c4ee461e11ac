import { app, ignore } from './place.ts';
import { httpPlan, socketPlan } from './plans.ts';
import { forgetting, idleTimeout, lifetime, proxy } from './proxy.ts';
import type { Fault } from './run.ts';
import {
  answering,
  closing,
  crosstalk,
  deafen,
  dying,
  endless,
  instances,
  limited,
  lively,
  slowly,
  unknownSession,
} from './services.ts';

const behind = async (fault: Parameters<typeof proxy>[1]) => proxy(await app(), fault);

/** What breaks an open connection. */
export const opened: readonly Fault[] = [
  { name: 'an idle time-out', code: 'IDLE_TIMEOUT', start: () => behind(idleTimeout(600)) },
  { name: 'a limit of the life', code: 'LIFETIME_CAP', start: () => behind(lifetime(700)) },
  {
    name: "the service's own time-out",
    code: 'LIFETIME_CAP_SERVICE',
    start: () => behind(lifetime(700)),
    facts: { requestTimeoutMs: 700, loadBalancer: { timeoutMs: 700, serverless: false } },
  },
  {
    name: 'the time-out of a load balancer',
    code: 'LIFETIME_CAP_LOAD_BALANCER',
    start: () => behind(lifetime(700)),
    facts: { requestTimeoutMs: 300_000, loadBalancer: { timeoutMs: 700, serverless: false } },
  },
  {
    name: 'a load balancer that has none',
    code: 'LIFETIME_CAP',
    start: () => behind(lifetime(700)),
    facts: { loadBalancer: { timeoutMs: 700, serverless: true } },
  },
  { name: 'a reset in mid-stream', code: 'RESET_MID_STREAM', start: () => behind(lifetime(500, 'reset')) },
  {
    name: 'accepted and dropped',
    code: 'RESET_MID_STREAM',
    start: () => app({ connected: (_socket, tcp) => tcp.end() }),
  },
  { name: 'a process that dies now and then', code: 'RESET_MID_STREAM', start: dying },
  {
    name: 'half open',
    code: 'HALF_OPEN',
    start: () => behind(forgetting(450)),
  },
  { name: 'deaf', code: 'DEAF', start: () => app({ connected: deafen }) },
  { name: 'deaf, but for pings', code: 'DEAF', start: () => app({ connected: ignore }) },
  {
    name: 'a token refused after the 101',
    code: 'APP_CLOSE',
    start: () => app({ connected: closing(4401, 'token') }),
  },
  {
    name: 'an exception of the application',
    code: 'APP_CLOSE',
    start: () => app({ connected: closing(1011, '') }),
  },
  {
    name: 'a frame that is none',
    code: 'PROTOCOL_ERROR',
    start: () => app({ connected: (_socket, tcp) => tcp.write(Buffer.from([0xff, 0x00])) }),
  },
  {
    name: 'a limit of connections',
    code: 'CONNECTION_LIMIT',
    start: limited,
  },
  { name: "somebody else's messages", code: 'CROSSTALK', start: crosstalk },
  {
    name: 'another echo',
    code: 'WRONG_ECHO',
    start: () => app({ connected: answering('{"type":"error"}') }),
  },
  { name: 'a slow echo', code: 'SLOW_ECHO', start: () => app({ connected: slowly(160) }) },
  {
    name: 'two instances without affinity',
    code: 'AFFINITY_LOST',
    start: () => instances(false),
    plan: { affinity: true },
  },
  {
    name: 'an unknown session',
    code: 'AFFINITY_LOST',
    start: unknownSession,
    plan: { affinity: true, handshakes: 0, holdMs: 0, connections: 0, echoes: 0 },
  },
];

const http = (name: string, code: string, fault: Omit<Fault, 'name' | 'code'>): Fault => ({
  name,
  code,
  ...fault,
});

/** What is wrong with an answer over HTTP. */
export const answers: readonly Fault[] = [
  http('another status', 'WRONG_STATUS', {
    start: () => app(),
    whole: { http: [{ ...httpPlan, status: 204 }] },
  }),
  http('another value', 'WRONG_BODY', {
    start: () => app(),
    whole: { http: [{ ...httpPlan, json: { ok: false } }] },
  }),
  http('another text', 'WRONG_BODY', {
    start: () => app(),
    whole: { http: [{ ...httpPlan, contains: 'ready' }] },
  }),
  http('no end', 'SLOW_ANSWER', { start: () => endless(20), whole: { http: [httpPlan] } }),
  http('a gigabyte', 'TOO_LARGE', {
    start: () => endless(0),
    whole: { http: [{ ...httpPlan, withinMs: 5_000 }] },
  }),
  http('a token that cannot be had', 'PROBER_TOKEN', {
    start: () => app(),
    whole: {
      http: [httpPlan],
      websocket: [socketPlan],
      identity: { headers: {}, bearer: { kind: 'static', token: 'x' } },
    },
    token: () => Promise.reject(new Error('no token here')),
  }),
];

/** Healthy ones: nothing may be said of them. */
export const healthy: readonly Omit<Fault, 'code'>[] = [
  { name: 'an echo', start: () => app() },
  { name: 'one behind a proxy', start: () => behind(ignore) },
  {
    name: 'one that greets and beats its heart',
    start: () => app({ connected: lively }),
    plan: { affinity: true },
  },
  {
    name: 'one with subprotocols',
    start: () => app({ subprotocol: 'chat.v1' }),
    plan: { subprotocols: ['chat.v1'] },
  },
  { name: 'two instances with affinity', start: () => instances(true), plan: { affinity: true } },
  { name: 'one with a time-out longer than the hold', start: () => behind(lifetime(3_000)) },
  { name: 'one early error', start: () => app({ admit: (count) => (count === 5 ? 503 : 101) }) },
  { name: 'a health endpoint', start: () => app(), whole: { http: [{ ...httpPlan, json: { ok: true } }] } },
];
