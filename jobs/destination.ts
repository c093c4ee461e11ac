import type { Operation } from '../src/domain/operation.ts';
import type { Split } from '../src/domain/results.ts';
import { Drift } from './drift.ts';
import type { StepContext } from './step.ts';

/** Where users are to be, whoever made it. */
export interface Destination {
  readonly revision: string;
  /** The candidate's own tag and URL; a rollback has none. */
  readonly tag?: string;
  readonly url?: string;
  readonly before: Split;
  /** The service's ingress once all users are there. Absent: as it is. */
  readonly ingress?: string | undefined;
}

export function destinationOf({ results, id }: Operation): Destination {
  const { candidate, choose } = results;
  if (candidate !== undefined) {
    const { revision, tag, url, split, ingress } = candidate;
    const before = split.filter((entry) => entry.revision !== revision);
    return { revision, tag, url, before, ingress: ingress?.after };
  }
  if (choose === undefined) throw new Error(`${id}: there is no revision to move to`);
  return { revision: choose.revision, before: choose.split };
}

/** A rollback is wanted now, and a first deploy has nobody to compare with: both go straight to 100. */
export function stepsOf({ target, operation }: StepContext, { before }: Destination): readonly number[] {
  return operation.request.kind === 'deploy' && before.length > 0 ? target.rollout.steps : [100];
}

/** How the candidate was left; a rollback is wanted now, whatever others did meanwhile. */
export function driftOf({ before }: Destination, context: StepContext): Drift | undefined {
  const { candidate } = context.operation.results;
  if (candidate === undefined || before.length === 0) return undefined;
  return new Drift(
    { split: candidate.split, since: 'when the candidate was ready', template: candidate.template },
    context,
  );
}
