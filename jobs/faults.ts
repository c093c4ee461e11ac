import { CloudError, codeOf, reasonOf } from '../src/cloud/errors.ts';
import type { Failure } from '../src/domain/events.ts';
import { FencedOff } from '../src/ledger/ledger.ts';
import { failed } from './step.ts';

/** Node's and ioredis' names for a Redis that is away; ioredis gives no class to tell it by. */
const redisIsAway = /ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|Connection is closed|max retries per request/;

/**
 * The one place that says what a thrown fault of a step means: a failure to tell people, or undefined
 * when this worker cannot go on and the step must be run again by whoever takes over.
 */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof FencedOff) return undefined;
  if (error instanceof CloudError) {
    return failed(reasonOf(error.code), { summary: error.message, evidence: [`gRPC code ${error.code}`] })
      .failure;
  }
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  if (codeOf(error) === undefined && redisIsAway.test(text)) return undefined;
  return failed('INTERNAL', { summary: 'slipway failed in this step.', evidence: [text] }).failure;
}
