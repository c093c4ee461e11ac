import type { HealthCheck, Target } from '../target.ts';
import type { HttpCheckPlan, Identity, MetricName, ValidationPlan } from './plan.ts';

/** Milliseconds; what a chat product of the size slipway was made for promises its users. */
export const defaultTargets: Readonly<Record<MetricName, number>> = {
  apiResponse: 100,
  websocketLatency: 50,
  startup: 500,
  messageProcessing: 200,
  wholeRequest: 1_000,
};

const healthSamples = 20;

type Asked = Pick<Target, 'health' | 'validation'>;

/** What is validated of a target: its health, and what is configured beside it. */
export function planFor({ health, validation }: Asked): ValidationPlan {
  if (validation === undefined) return healthPlan({ health });
  // The same path may stand in both, with more to say in the validation.
  const own = new Set(validation.http.filter(({ method }) => method === 'GET').map(({ path }) => path));
  const http = [...health.filter(({ path }) => !own.has(path)).map(httpOf), ...validation.http];
  return { ...validation, http };
}

/**
 * The health of a target alone, asked as the validation's identity reaches Cloud Run. Without its bearer token: a
 * health check that needs the application's login would fail with it.
 */
export function healthPlan({ health, validation }: Asked): ValidationPlan {
  const { bearer: _left, ...identity }: Identity = validation?.identity ?? { headers: {} };
  return { identity, http: health.map(httpOf), websocket: [], journeys: [], targets: defaultTargets };
}

function httpOf({ path, status, withinMs }: HealthCheck): HttpCheckPlan {
  return { kind: 'http', path, method: 'GET', status, withinMs, samples: healthSamples };
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
