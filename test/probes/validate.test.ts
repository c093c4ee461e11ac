import { afterEach, expect, it, vi } from 'vitest';
import type { CheckResult, ValidationProgress } from '../../src/domain/validation/result.ts';
import type { ValidationPlan } from '../../src/domain/validation/plan.ts';
import { PlanError } from '../../src/probes/limits.ts';
import { runValidation, type ValidationOptions } from '../../src/probes/validate.ts';
import { app, type Place } from './lab/place.ts';
import { httpPlan, planOf, socketPlan } from './lab/plans.ts';

const open: Place[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop();
});

async function service(options?: Parameters<typeof app>[0]): Promise<Place> {
  const at = await app(options);
  open.push(at);
  return at;
}

const validate = (at: Place, plan: Partial<ValidationPlan>, more: Partial<ValidationOptions> = {}) =>
  runValidation(planOf(plan), {
    url: `http://127.0.0.1:${at.port}`,
    signal: new AbortController().signal,
    now: () => 1_000,
    ...more,
  });

it('proves all endpoints side by side and leaves nothing open', async () => {
  const at = await service();
  const said: ValidationProgress[] = [];
  const socket = { ...socketPlan, holdMs: 3_000, connections: 100, affinity: true };
  const result = await validate(
    at,
    { http: [httpPlan], websocket: [socket, { ...socket, path: '/ws/test' }] },
    { progress: (progress) => said.push(progress) },
  );
  // Beside other tests the prober may be late itself: then it says so, and accuses nobody.
  expect(['healthy', 'inconclusive']).toContain(result.verdict);
  expect(result.startedAt).toBe(1_000);
  expect(result.checks.map(({ name }) => name).sort()).toEqual(
    [
      'GET /health',
      ...['/ws', '/ws/test'].flatMap((path) =>
        ['100 connections', 'affinity', 'echo', 'handshake', 'hold'].map((kind) => `${path} ${kind}`),
      ),
    ].sort(),
  );
  expect(said.filter(({ check }) => check === '/ws hold').length).toBeGreaterThan(5);
  expect(result.metrics.find(({ name }) => name === 'startup')).toMatchObject({ value: 120, samples: 1 });
  await vi.waitFor(() => {
    expect(at.open.size).toBe(0);
  });
});

it('takes more samples by itself until the rate is firm', async () => {
  const at = await service();
  const { checks } = await validate(at, {
    websocket: [{ ...socketPlan, handshakes: 3, holdMs: 0, echoes: 0, connections: 0 }],
  });
  expect(checks[0]).toMatchObject({ verdict: 'healthy', rate: { needed: 0, failures: 0 } });
  expect(checks[0]?.rate?.samples).toBeGreaterThanOrEqual(52);
});

it('counts a flaky handshake, and measures the rest all the same', async () => {
  const at = await service({ admit: (count) => (count % 4 === 0 ? 503 : 101) });
  const { checks } = await validate(at, { websocket: [{ ...socketPlan, connections: 0 }] });
  const verdicts = Object.fromEntries(checks.map(({ name, verdict }) => [name, verdict]));
  expect(verdicts).toEqual({ '/ws handshake': 'unhealthy', '/ws hold': 'healthy', '/ws echo': 'healthy' });
  expect(checks[0]?.diagnoses).toMatchObject([{ code: 'SERVICE_DOWN', evidence: { status: 503 } }]);
});

it('runs journeys with its connector and measures by their steps', async () => {
  const at = await service();
  const withinMs = 1_000;
  const plan = {
    kind: 'journey',
    name: 'golden path',
    withinMs,
    steps: [
      { kind: 'send', name: 'ask', message: {} },
      { kind: 'expect', name: 'started', match: {}, capture: {}, withinMs },
      { kind: 'expect', name: 'completed', match: {}, capture: {}, withinMs },
    ],
  } as const;
  const walked: CheckResult = {
    name: plan.name,
    kind: 'journey',
    expected: '',
    measured: '',
    verdict: 'healthy',
    tookMs: 150,
    diagnoses: [],
    steps: [1, 20, 100].map((ms, index) => ({ name: String(index), ms })),
  };
  const result = await validate(
    at,
    { journeys: [plan] },
    {
      journey: async (_plan, connector, { progress }) => {
        progress('connecting');
        const opened = await connector.open({ path: '/ws', withinMs });
        expect(opened.ok).toBe(true);
        return walked;
      },
    },
  );
  expect(result.checks).toEqual([walked]);
  expect(result.metrics).toContainEqual(expect.objectContaining({ name: 'messageProcessing', value: 20 }));
  expect(result.metrics).toContainEqual(expect.objectContaining({ name: 'wholeRequest', value: 120 }));
  expect(await validate(at, { journeys: [plan] })).toMatchObject({ verdict: 'inconclusive' });
});

it('measures echoes again when its own event loop was late', async () => {
  let blocked = false;
  const at = await service({
    connected: (socket) => {
      socket.on('message', (data) => {
        // The service runs in this process: what keeps it busy keeps us busy.
        const until = blocked ? 0 : performance.now() + 300;
        blocked = true;
        while (performance.now() < until);
        socket.send((data as Buffer).toString());
      });
    },
  });
  const { checks } = await validate(at, {
    websocket: [{ ...socketPlan, handshakes: 0, holdMs: 0, connections: 0, latencyMs: 200 }],
  });
  expect(checks).toMatchObject([{ kind: 'echo', verdict: 'healthy', diagnoses: [] }]);
  expect(blocked).toBe(true);
});

it('explains what a check saw by what the held pair went through', async () => {
  const at = await service({
    connected: (socket) => {
      const close = () => {
        socket.close(1000);
      };
      let timer = setTimeout(close, 500);
      socket.on('ping', () => {
        clearTimeout(timer);
        timer = setTimeout(close, 500);
      });
    },
  });
  const { checks } = await validate(at, {
    websocket: [{ ...socketPlan, echoes: 0, connections: 40, holdMs: 2_400 }],
  });
  const codes = checks.map(({ kind, diagnoses }) => [kind, diagnoses.map(({ code }) => code)]);
  expect(codes.slice(0, 2)).toEqual([
    ['handshake', ['IDLE_TIMEOUT']],
    ['hold', ['IDLE_TIMEOUT']],
  ]);
});

it('stops at once when it is told to', async () => {
  const at = await service();
  const control = new AbortController();
  const running = validate(
    at,
    { websocket: [{ ...socketPlan, holdMs: 60_000 }] },
    {
      signal: control.signal,
      progress: ({ check }) => {
        if (check === '/ws hold') control.abort(new Error('enough'));
      },
    },
  );
  await expect(running).rejects.toThrow('enough');
});

it('refuses a plan that is out of bounds before anything is asked', async () => {
  const at = await service();
  await expect(validate(at, { websocket: [{ ...socketPlan, connections: 1e9 }] })).rejects.toThrow(PlanError);
  await expect(validate(at, {}, { url: 'nowhere' })).rejects.toThrow(PlanError);
});

it('with nothing to prove is inconclusive', async () => {
  expect(await validate(await service(), {})).toMatchObject({ verdict: 'inconclusive', checks: [] });
});
