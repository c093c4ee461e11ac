import type { HealthCheck, Target } from '../target.ts';
import type { MetricName, ValidationPlan } from './plan.ts';

/** Milliseconds; what a chat product of the size slipway was made for promises its users. */
export const defaultTargets: Readonly<Record<MetricName, number>> = {
  apiResponse: 100,
  websocketLatency: 50,
  startup: 500,
  messageProcessing: 200,
  wholeRequest: 1_000,
};

const healthSamples = 20;

/** What is validated of a target: what is configured, or its health checks alone. */
export function planFor(target: Pick<Target, 'health' | 'validation'>): ValidationPlan {
  return target.validation ?? healthPlan(target.health);
}

function healthPlan(health: readonly HealthCheck[]): ValidationPlan {
  return {
    identity: { headers: {} },
    http: health.map(({ path, status, withinMs }) => ({
      kind: 'http',
      path,
      method: 'GET',
      status,
      withinMs,
      samples: healthSamples,
    })),
    websocket: [],
    journeys: [],
    targets: defaultTargets,
  };
}

/**
 * In the middle of a deploy connections are held for at most this many milliseconds: long enough for a
 * crash at the first message or a proxy that cuts at once. `/validate` holds for the whole time configured.
 */
const deployHoldMs = 5_000;

export function planForDeploy(plan: ValidationPlan): ValidationPlan {
  return {
    ...plan,
    websocket: plan.websocket.map((check) => ({ ...check, holdMs: Math.min(check.holdMs, deployHoldMs) })),
  };
}
