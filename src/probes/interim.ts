import type { ClientRequest } from 'node:http';
import { observed } from '../domain/diagnosis/observed.ts';
import type { Evidence } from '../domain/validation/evidence.ts';

/** Nobody has so much to say before an answer; 102 is meant for every twenty seconds (RFC 2518 §10.1). */
const mostInterim = 100;

/** Calls back once when interim answers (1xx) come without end. */
export function onFlood(outgoing: ClientRequest, flooded: (seen: Partial<Evidence>) => void): void {
  let count = 0;
  outgoing.on('information', ({ statusCode }) => {
    count += 1;
    if (count === mostInterim)
      flooded({
        status: statusCode,
        error: observed.unasked,
        message: `${count} interim answers and no other`,
      });
  });
}
