import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../../src/domain/operation.ts';
import { infrastructurePlan, type StepName } from '../../../../src/domain/plan.ts';
import type { ValidationPlan } from '../../../../src/domain/validation/plan.ts';
import { recordsOf } from '../../../../src/ledger/records.ts';
import type { World } from '../../../../src/sandbox/cloud/index.ts';
import { backend, startCloud } from '../../../cloud/support.ts';
import { allDone, began, begin, requested, results, started, told } from '../../../support/operations.ts';
import { behindFront, looks, type PropagateCase, runPropagate } from '../../../support/propagation.ts';
import { useRedis } from '../../../support/redis.ts';

const redis = useRedis();
const environment = 'staging';
const minute = 60_000;
const before: readonly StepName[] = ['preflight', 'lint', 'plan', 'approval'];
const request = requested({ kind: 'infrastructure', plan: [...infrastructurePlan] });
const applied = [request, started, ...allDone(...before, 'apply')];
/** The step begins for the first time. */
const fresh = told(...applied);
/** Another worker has begun it, when so many events had been told, and is gone. */
const begunBefore = told(...applied, begin('propagate'));
const begunAt = began + applied.length * 1_000;

/** The step, for the first time unless it is said otherwise. */
const run = (story: Omit<PropagateCase, 'redis' | 'operation'> & { readonly operation?: Operation }) =>
  runPropagate({ redis: redis.client(), operation: fresh, ...story });

const failure = (outcome: Awaited<ReturnType<typeof run>>) =>
  outcome.kind === 'failed' ? outcome.failure : expect.fail(JSON.stringify(outcome));

describe('the step Propagate', () => {
  it('ends with the look that is well often enough in a row, long before the limit', async () => {
    const cloud = await startCloud();
    const target = await behindFront(cloud, [503, 200, 503]);
    const lines: string[] = [];
    const outcome = await run({
      ...{ cloud, targets: [target], propagation: { times: 2 } },
      // Each line is long after the one before, so that all of them are told.
      now: () => began + looks(cloud) * 10_000,
      append: (event) => lines.push(event.type === 'step-progressed' ? event.text : event.type),
    });
    expect(looks(cloud)).toBe(5);
    expect(outcome).toMatchObject({
      kind: 'finished',
      result: { waitedMs: 50_000, checks: [`${target.front!.url}: healthy`] },
    });
    expect(lines.filter((line) => line.includes('looks in a row'))).toEqual([
      '0 of 2 looks in a row are well, after 10 s',
      '1 of 2 looks in a row are well, after 20 s',
      '0 of 2 looks in a row are well, after 30 s',
      '1 of 2 looks in a row are well, after 40 s',
    ]);
  });

  it('fails when users do not see the change within the limit, and says what of which service', async () => {
    const cloud = await startCloud();
    const target = await behindFront(cloud, Array<number>(99).fill(503));
    const auth = { ...backend, service: 'auth', run: 'auth' };
    const propagation = { withinMs: 2_000, times: 3 };
    const { code, summary, evidence } = failure(await run({ cloud, targets: [auth, target], propagation }));
    expect(code).toBe('NOT_PROPAGATED');
    expect(summary).toBe('The way users come was not well 3 times in a row within 2 s.');
    expect(evidence).toEqual([expect.stringMatching(/^backend: GET \/health: .*HTTP 503/)]);
    // Two services, looked at more than once.
    expect(looks(cloud)).toBeGreaterThanOrEqual(4);
  });

  it('goes on with looks that are well when the limit comes', async () => {
    const cloud = await startCloud();
    const target = await behindFront(cloud, [503]);
    const now = () => began + looks(cloud) * 2_500;
    const propagation = { withinMs: 6_000, times: 3 };
    const outcome = await run({ cloud, targets: [target], propagation, now });
    expect(outcome).toMatchObject({ kind: 'finished', result: { waitedMs: 10_000 } });
  });

  it('asks nobody where nothing was applied', async () => {
    const cloud = await startCloud();
    const apply = { applied: false, counts: results.apply.counts };
    const operation = { ...fresh, results: { ...fresh.results, apply } };
    expect(await run({ cloud, operation })).toEqual({
      kind: 'finished',
      result: { waitedMs: 0, checks: [] },
    });
    expect(looks(cloud)).toBe(0);
  });

  it('looks where what was applied before was not seen to be well, though there is nothing to apply', async () => {
    const cloud = await startCloud();
    const target = await behindFront(cloud, [503]);
    const apply = { applied: false, counts: results.apply.counts };
    const operation = { ...fresh, results: { ...fresh.results, apply } };
    const entry = { operation: 'staging-41', commit: 'c0ffee', byName: 'developer', good: false, at: began };
    await recordsOf(redis.client()).infrastructure.note(environment, entry);
    const propagation = { withinMs: 1_000 };
    expect(failure(await run({ cloud, targets: [target], operation, propagation })).code).toBe(
      'NOT_PROPAGATED',
    );
  });

  it('leaves out a service that Cloud Run does not have', async () => {
    const cloud = await startCloud();
    const outcome = await run({ cloud, targets: [{ ...backend, service: 'search', run: 'search' }] });
    expect(outcome).toMatchObject({ kind: 'finished', result: { checks: [] } });
  });

  it('lets go at once of a worker that stops, and fails nothing', async () => {
    const cloud = await startCloud();
    const target = await behindFront(cloud, Array<number>(99).fill(503));
    const stopping = new AbortController();
    const ended = run({
      ...{ cloud, targets: [target], signal: stopping.signal },
      append: () => {
        stopping.abort(new Error('The worker stops'));
      },
    });
    await Promise.all([once(stopping.signal, 'abort'), expect(ended).rejects.toThrow('The worker stops')]);
    expect(looks(cloud)).toBe(1);
  });
});

describe('another worker that takes Propagate over', () => {
  it('does not begin the limit anew', async () => {
    const cloud = await startCloud();
    const target = await behindFront(cloud, Array<number>(99).fill(503));
    const now = () => begunAt + 10 * minute;
    const found = failure(await run({ cloud, targets: [target], operation: begunBefore, now }));
    expect(found.code).toBe('NOT_PROPAGATED');
    expect(found.summary).toContain('within 10 min');
    expect(looks(cloud)).toBe(1);
  });

  it('tells how long it took since the first one began, and blames nobody for the time without a worker', async () => {
    const cloud = await startCloud();
    const now = () => begunAt + 11 * minute;
    const outcome = await run({ cloud, operation: begunBefore, now, propagation: { times: 2 } });
    expect(outcome).toMatchObject({ kind: 'finished', result: { waitedMs: 11 * minute } });
    expect(looks(cloud)).toBe(2);
  });
});

describe('Propagate with the validation as its probes', () => {
  const validation: ValidationPlan = {
    identity: { headers: {} },
    http: [],
    websocket: [
      {
        ...{ kind: 'websocket', path: '/ws/test', subprotocols: [], message: '{"type":"ping","id":"{id}"}' },
        ...{ handshakes: 20, mostFailures: 0.05, handshakeWithinMs: minute, latencyMs: minute },
        ...{ holdMs: 0, echoes: 0, connections: 0, affinity: false },
      },
    ],
    journeys: [],
    targets: {
      apiResponse: minute,
      websocketLatency: minute,
      startup: minute,
      messageProcessing: minute,
      wholeRequest: minute,
    },
  };
  const worldOf = (ref: string): World => ({
    projects: [
      { id: 'chat-staging', region: 'us-central1', services: [{ name: 'backend', pinned: true, ref }] },
    ],
  });
  const targets = [{ ...backend, validation }];

  it('sees what health does not: WebSockets that users cannot open', async () => {
    const cloud = await startCloud({ world: worldOf('ws-forbidden') });
    const health = await run({ cloud, targets });
    expect(health.kind).toBe('finished');
    const propagation = { probes: 'validation', withinMs: 1_000 } as const;
    const { code, evidence } = failure(await run({ cloud, targets, propagation }));
    expect(code).toBe('NOT_PROPAGATED');
    expect(evidence).toEqual([expect.stringMatching(/^backend: \/ws\/test handshake: .*HTTP 403/)]);
  });

  it('is well where they open', async () => {
    const cloud = await startCloud({ world: worldOf('main') });
    const outcome = await run({ cloud, targets, propagation: { probes: 'validation' } });
    expect(outcome).toMatchObject({
      kind: 'finished',
      result: { checks: [expect.stringContaining('healthy')] },
    });
  });

  it('takes nothing for well that slipway could not measure by a fault of its own', async () => {
    const cloud = await startCloud({ world: worldOf('main') });
    const bearer = {
      kind: 'jwt',
      algorithm: 'ES256',
      key: 'no key',
      claims: {},
      lifetimeMs: minute,
    } as const;
    const blind = [{ ...backend, validation: { ...validation, identity: { headers: {}, bearer } } }];
    const propagation = { probes: 'validation', withinMs: 1_000 } as const;
    const { code, evidence } = failure(await run({ cloud, targets: blind, propagation }));
    expect(code).toBe('NOT_PROPAGATED');
    expect(evidence.join()).toContain('TOKEN');
  });
});
