import { deployedOf } from '../src/cloud/deployed.ts';
import { changesBetween } from '../src/domain/change.ts';
import { type Operation, partOf } from '../src/domain/operation.ts';
import type { StepResults } from '../src/domain/results.ts';
import type { Round } from '../src/domain/rounds/state.ts';
import type { Target } from '../src/domain/target.ts';
import type { StepContext } from './step.ts';

type Changes = NonNullable<StepResults['rounds']['changes']>;

/**
 * What the last round deployed and the first one had not: read from the two revisions. Twice is safe: it only reads.
 * @returns undefined where there are no two to be compared, or Cloud Run does not say: then the report does without
 */
export async function changesOfRounds(
  list: readonly Round[],
  context: StepContext,
): Promise<Changes | undefined> {
  const deploys = list.filter(({ way }) => way === 'deploy');
  const children = (await Promise.all(deploys.map(({ operation }) => context.other(operation)))).filter(
    (child) => child !== undefined,
  );
  try {
    const each = await Promise.all(context.targets.map((target) => ofTarget(target, children, context)));
    const known = each.filter((one) => one !== undefined);
    return known.length === 0 ? undefined : known;
  } catch (error) {
    context.signal.throwIfAborted();
    context.log.warn({ err: error, operation: context.operation.id }, 'revisions could not be compared');
    return undefined;
  }
}

async function ofTarget(
  target: Target,
  children: readonly Operation[],
  { cloud, signal }: StepContext,
): Promise<Changes[number] | undefined> {
  const made = children.flatMap((child) => partOf(child, target.service)?.results.candidate ?? []);
  const [first, last] = [made[0], made.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  // One deploy alone is compared with what served before it.
  const from = first === last ? first.split.find(({ percent }) => percent > 0)?.revision : first.revision;
  if (from === undefined || from === last.revision) return undefined;
  const [before, after] = await Promise.all([
    cloud.run.revision(target, from, signal),
    cloud.run.revision(target, last.revision, signal),
  ]);
  if (before === undefined || after === undefined) return undefined;
  const changes = changesBetween(deployedOf(before, undefined), deployedOf(after, undefined));
  return { service: target.service, from, to: last.revision, changes: [...changes] };
}
