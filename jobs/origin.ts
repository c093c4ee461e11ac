import { changedIn } from '../src/cloud/changed.ts';
import type { Origin } from '../src/domain/cause/origin.ts';
import type { StepContext } from './step.ts';

/** The revision that a cause is in, and what it changed: for a deploy, from what served when it began. */
export async function originOf(revision: string, context: StepContext): Promise<Origin> {
  const { cloud, target, operation, signal } = context;
  const before = operation.results.preflight?.split[0]?.revision;
  const changes = await changedIn(cloud.run, { target, revision, before }, signal);
  return { revision, ...(changes === undefined ? {} : { changes: [...changes] }) };
}
