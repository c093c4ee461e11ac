import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig, targetOf } from '../../src/config/index.ts';
import type { Target } from '../../src/domain/target.ts';
import { planFor } from '../../src/domain/validation/plan-for.ts';
import { runJourney } from '../../src/probes/journey.ts';
import { tokensOfRun } from '../../src/probes/tokens.ts';
import { runValidation } from '../../src/probes/validate.ts';
import { startCloudSandbox } from '../../src/sandbox/cloud/index.ts';

const example = path.resolve(import.meta.dirname, '../../examples/slipway.yaml');
/** The stand-in's proxy cuts at this age when the ref says so; the hold must be longer. */
const proxyLifetime = 1_000;
const holdMs = 1_500;

function backend(): Target {
  const env = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' };
  const loaded = loadConfig({ file: example, env });
  if (!loaded.ok) throw new Error('The example does not load');
  return targetOf(loaded.config, { service: 'backend', environment: 'staging' })!;
}

/** Validates the example's backend when it was deployed from this ref. */
async function validateRef(ref: string) {
  const world = {
    projects: [
      {
        id: 'chat-staging',
        region: 'us-central1',
        services: [{ name: 'backend', pinned: true, ref, env: { E2E_TEST_ENV: 'staging' } }],
      },
    ],
  };
  const cloud = await startCloudSandbox({ pace: 0.05, world, proxyLifetime });
  const { signal } = new AbortController();
  try {
    const plan = planFor(backend());
    const websocket = plan.websocket.map((check) => ({ ...check, holdMs, connections: 10 }));
    return await runValidation(
      { ...plan, websocket },
      {
        url: cloud.service('chat-staging/backend')!.uri,
        facts: { requestTimeoutMs: 300_000 },
        token: tokensOfRun({ signal }),
        journey: runJourney,
        signal,
        now: Date.now,
      },
    );
  } finally {
    await cloud.stop();
  }
}

describe('the fault of each ref of the sandbox is named', () => {
  it('and main is accused of nothing', { timeout: 60_000 }, async () => {
    const { verdict, checks } = await validateRef('main');
    expect(checks.filter((check) => check.verdict === 'unhealthy').map(({ name }) => name)).toEqual([]);
    expect(verdict).not.toBe('unhealthy');
  });

  it.each([
    ['ws-forbidden', 'FORBIDDEN'],
    ['lb-timeout', 'LIFETIME_CAP'],
    ['handshake-flaky', 'SERVICE_DOWN'],
    ['slow', 'SLOW_ECHO'],
    ['deaf', 'DEAF'],
    ['journey-broken', 'JOURNEY_STEP'],
    ['no-affinity', 'AFFINITY_LOST'],
  ])('%s: %s', { timeout: 60_000 }, async (ref, code) => {
    const { verdict, checks } = await validateRef(ref);
    expect(checks.flatMap(({ diagnoses }) => diagnoses.map((diagnosis) => diagnosis.code))).toContain(code);
    expect(verdict).toBe('unhealthy');
  });
});
