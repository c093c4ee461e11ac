import type { Operation } from './operation.ts';
import type { Target } from './target.ts';

/**
 * The candidate's revision: `backend-r42-k3f9ab`. Made from the operation alone, so a worker that takes
 * over looks for the same name; the random part keeps it apart from names of an earlier ledger.
 */
export function revisionName(operation: Operation, target: Target): string {
  return `${target.run}-r${operation.request.number}-${operation.request.uid}`;
}

/**
 * The tag under which the candidate has a URL of its own. At least 3 characters, and with the name of
 * the service at most 46 (Cloud Run's limits; the configuration keeps names short enough).
 */
export function candidateTag(operation: Operation): string {
  return `op${operation.request.number}`;
}
