import { type Operation, stepOf } from './operation.ts';
import { sameSplit, type Split } from './results.ts';
import { isOfRollout } from './split.ts';

/** The service as it is before anything is put back. */
export interface Found {
  readonly serving: Split;
  readonly ingress: string | undefined;
  readonly modifier: string | undefined;
  /** The candidate of this operation. */
  readonly own: string;
  /** The percents of the target's rollout. */
  readonly percents: readonly number[];
}

export interface WayBack {
  /** Who is to serve users. Absent: they stay with whom they are. */
  readonly split?: Split;
  /** The ingress that users had. Absent: it stays. */
  readonly ingress?: string;
  /** The candidate has had users, and a rule may say that its image is to blame. */
  readonly had: boolean;
  /** What somebody else has made of the traffic; `left`: no user is on the candidate, so it stays so. */
  readonly foreign?: { readonly split: Split; readonly by?: string; readonly left: boolean };
}

/**
 * What is put back, whoever made it. Users are taken from the candidate in any case but one: a person has said that
 * somebody else's change is kept. Users that this operation has not moved, or that somebody else has taken from the
 * candidate since, are left alone. Pure.
 */
export function wayBack(operation: Operation, found: Found): WayBack {
  const { moves, results, failure } = operation;
  const { serving, own, percents } = found;
  const on = serving.some(({ revision }) => revision === own);
  const kept = failure?.code === 'DRIFT_ADOPTED';
  const shifted = stepOf(operation, 'shift')?.startedAt !== undefined;
  const had = moves.length > 0 || on;
  const ingress = shifted && !(kept && on) ? ingressBack(operation, found) : {};
  // A first deploy has nothing to go back to.
  const before = results.candidate?.split.filter(({ revision }) => revision !== own) ?? [];
  if (kept || !shifted || before.length === 0) return { had, ...ingress };
  const ours = isOfRollout(serving, { before, revision: own, percents: [...percents, 100] });
  if (ours || sameSplit(serving, before)) return { had, split: before, ...ingress };
  const { modifier } = found;
  const foreign = { split: serving, left: !on, ...(modifier === undefined ? {} : { by: modifier }) };
  return { had, ...(on ? { split: before } : {}), foreign, ...ingress };
}

/** Another ingress than the deploy's is somebody else's. */
function ingressBack({ results }: Operation, { ingress }: Found): Pick<WayBack, 'ingress'> {
  const changed = results.candidate?.ingress;
  return changed !== undefined && changed.after === ingress ? { ingress: changed.before } : {};
}
