import type { JourneyPlan, JourneyStepPlan } from '../../domain/validation/plan.ts';
import { type FileJourney, type FileStep, type Verb, VERBS } from './journey.schema.ts';

/** Milliseconds for a step that names no limit. */
const STEP_WITHIN = 5_000;

export function journeyOf({ name, within, steps }: FileJourney): JourneyPlan {
  return { kind: 'journey', name, withinMs: within, steps: steps.map(stepOf) };
}

/** Exactly one verb is there: rules.ts has seen to it. */
function stepOf(step: FileStep): JourneyStepPlan {
  const verb = VERBS.find((each) => step[each] !== undefined) ?? 'close';
  const name = step.name ?? nameOf(verb, step);
  const { headers = {}, capture = {}, within: withinMs = STEP_WITHIN } = step;
  switch (verb) {
    case 'connect':
      return {
        kind: verb,
        name,
        path: step.connect ?? '/',
        subprotocols: step.subprotocols ?? [],
        headers,
        withinMs,
      };
    case 'send':
      return { kind: verb, name, message: step.send };
    case 'expect':
      return { kind: verb, name, match: matchOf(step.expect), capture, withinMs };
    case 'close':
      return { kind: verb, name };
    default: {
      const { body, status = 200 } = step;
      const http = { kind: 'http', method: METHODS[verb], path: step[verb] ?? '/' } as const;
      return { ...http, name, headers, ...(body === undefined ? {} : { body }), status, capture, withinMs };
    }
  }
}

const METHODS = {
  get: 'GET',
  head: 'HEAD',
  post: 'POST',
  put: 'PUT',
  delete: 'DELETE',
  options: 'OPTIONS',
} as const;

/** A word is short for a message of that type. */
const matchOf = (expected: unknown): Record<string, unknown> =>
  typeof expected === 'object' && expected !== null ? { ...expected } : { type: expected };

/** `POST /auth/e2e`, `connect /ws`, `send user_message`, `expect agent_completed` */
function nameOf(verb: Verb, step: FileStep): string {
  const what = step[verb];
  const path = typeof what === 'string' ? what : typeOf(what);
  const word = verb in METHODS ? verb.toUpperCase() : verb;
  return path === '' ? word : `${word} ${path}`.slice(0, 80);
}

function typeOf(message: unknown): string {
  const type: unknown =
    typeof message === 'object' && message !== null && 'type' in message ? message.type : '';
  return typeof type === 'string' ? type : '';
}
