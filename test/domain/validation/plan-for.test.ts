import { describe, expect, it } from 'vitest';
import { usersWay } from '../../../src/domain/target.ts';
import type { ValidationPlan } from '../../../src/domain/validation/plan.ts';
import {
  defaultTargets,
  healthPlan,
  planFor,
  planForDeploy,
} from '../../../src/domain/validation/plan-for.ts';

const health = [{ path: '/health', status: 200, withinMs: 2_000 }];
const asked = {
  kind: 'http',
  path: '/health',
  method: 'GET',
  status: 200,
  withinMs: 2_000,
  samples: 20,
} as const;
const validation: ValidationPlan = {
  identity: {
    headers: { 'x-test': 'e2e' },
    bearer: { kind: 'static', token: 't' },
    serverless: { kind: 'google-id' },
  },
  http: [{ ...asked, path: '/api' }],
  websocket: [
    {
      kind: 'websocket',
      path: '/ws',
      subprotocols: [],
      handshakes: 60,
      mostFailures: 0.05,
      handshakeWithinMs: 2_000,
      holdMs: 60_000,
      echoes: 100,
      message: '{id}',
      latencyMs: 100,
      connections: 100,
      affinity: false,
    },
  ],
  journeys: [],
  targets: defaultTargets,
};

describe('what is validated', () => {
  it('is health alone where nothing else is configured', () => {
    expect(planFor({ health }).http).toEqual([asked]);
  });

  it('is health beside what is configured', () => {
    expect(planFor({ health, validation }).http.map(({ path }) => path)).toEqual(['/health', '/api']);
  });

  it('is what the validation says of a path that stands in both', () => {
    const own = { ...asked, contains: 'ok' };
    expect(planFor({ health, validation: { ...validation, http: [own] } }).http).toEqual([own]);
  });

  it('of health alone goes through Cloud Run, but needs no login of the application', () => {
    const { identity, websocket, journeys } = healthPlan({ health, validation });
    expect(identity).toEqual({ headers: { 'x-test': 'e2e' }, serverless: { kind: 'google-id' } });
    expect([...websocket, ...journeys]).toEqual([]);
  });

  it('holds connections briefly in a deploy', () => {
    expect(planForDeploy(planFor({ health, validation })).websocket[0]?.holdMs).toBe(5_000);
  });
});

describe('the way of users', () => {
  const service = { url: 'https://backend.run.app', requestTimeoutMs: 300_000 };

  it("is Cloud Run's own URL", () => {
    expect(usersWay({}, service)).toEqual({ url: service.url, facts: { requestTimeoutMs: 300_000 } });
  });

  it('leads through the load balancer where there is one', () => {
    const front = { url: 'https://chat.example.com', timeoutMs: 30_000, serverless: false };
    expect(usersWay({ front }, service)).toEqual({
      url: front.url,
      facts: { requestTimeoutMs: 300_000, loadBalancer: front },
    });
  });
});
