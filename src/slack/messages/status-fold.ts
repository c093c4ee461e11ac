import type { Condition, EnvironmentStatus } from '../../domain/status.ts';

const ranks: Readonly<Record<Condition, number>> = { trouble: 0, busy: 1, unsure: 2, fine: 3 };

export interface FoldLimits {
  /** Environments that are shown whole, at most. */
  readonly most: number;
  /** What they may cost together, in the unit of `cost`; the first is shown whatever it costs. */
  readonly budget: number;
  readonly cost: (environment: EnvironmentStatus) => number;
}

export interface FoldedStatus {
  /** Shown whole, in the order of the configuration. */
  readonly full: readonly EnvironmentStatus[];
  /** Only named. */
  readonly folded: readonly EnvironmentStatus[];
}

/** Picks which environments are shown whole: those in trouble, then those that change just now. */
export function foldStatus(
  status: readonly EnvironmentStatus[],
  { most, budget, cost }: FoldLimits,
): FoldedStatus {
  const chosen = new Set<EnvironmentStatus>();
  let left = budget;
  for (const environment of pressingFirst(status)) {
    left -= cost(environment);
    if (chosen.size >= most || (left < 0 && chosen.size > 0)) break;
    chosen.add(environment);
  }
  return {
    full: status.filter((each) => chosen.has(each)),
    folded: status.filter((each) => !chosen.has(each)),
  };
}

/** Those in trouble first; else in their order. */
export function pressingFirst(status: readonly EnvironmentStatus[]): readonly EnvironmentStatus[] {
  return status.toSorted((a, b) => ranks[a.condition] - ranks[b.condition]);
}
