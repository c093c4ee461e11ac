import { runValidation } from '../../../src/probes/validate.ts';
import type { ServiceFacts } from '../../../src/domain/validation/evidence.ts';
import type { ValidationPlan, WebSocketCheckPlan } from '../../../src/domain/validation/plan.ts';
import type { ValidationResult } from '../../../src/domain/validation/result.ts';
import type { Place } from './place.ts';
import { planOf, socketPlan } from './plans.ts';

/** A broken thing and the one code that a validation must give to it. */
export interface Fault {
  readonly name: string;
  readonly code: string;
  readonly start: () => Promise<Place>;
  readonly plan?: Partial<WebSocketCheckPlan>;
  /** Instead of one WebSocket check. */
  readonly whole?: Partial<ValidationPlan>;
  readonly facts?: ServiceFacts;
  /** Default `http`. */
  readonly scheme?: 'http' | 'https';
  readonly host?: string;
  readonly token?: () => Promise<string>;
}

export async function validateFault(fault: Fault): Promise<ValidationResult> {
  const place = await fault.start();
  const sockets = [{ ...socketPlan, ...fault.plan }];
  try {
    return await runValidation(planOf(fault.whole ?? { websocket: sockets }), {
      url: `${fault.scheme ?? 'http'}://${fault.host ?? '127.0.0.1'}:${place.port}`,
      facts: fault.facts,
      token: fault.token,
      signal: new AbortController().signal,
      now: Date.now,
    });
  } finally {
    await place.stop();
  }
}

/** All codes of a validation, each once. */
export function codesOf(result: ValidationResult): string[] {
  return [...new Set(result.checks.flatMap(({ diagnoses }) => diagnoses.map(({ code }) => code)))];
}
