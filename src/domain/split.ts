import { sameSplit, type Split } from './results.ts';

/**
 * Users served by a revision at this percent, and by those before it at the rest, in the proportions they had.
 * Percents are whole and sum to 100: what is left over by rounding goes to the largest.
 */
export function splitWith(before: Split, revision: string, percent: number): Split {
  const others = before.filter((entry) => entry.revision !== revision && entry.percent > 0);
  const total = others.reduce((sum, entry) => sum + entry.percent, 0);
  if (percent >= 100 || total === 0) return [{ revision, percent: 100 }];
  const rest = 100 - percent;
  const scaled = others.map((entry) => ({
    revision: entry.revision,
    percent: Math.floor((entry.percent * rest) / total),
  }));
  const short = rest - scaled.reduce((sum, entry) => sum + entry.percent, 0);
  const largest = scaled.reduce((most, entry, index) => {
    return entry.percent > (scaled[most]?.percent ?? 0) ? index : most;
  }, 0);
  return [
    { revision, percent },
    ...scaled
      .map((entry, index) => (index === largest ? { ...entry, percent: entry.percent + short } : entry))
      .filter((entry) => entry.percent > 0),
  ];
}

/** Whether users are served as they may be at these percents of a rollout: a worker may have died before it said so. */
export function isOfRollout(
  serving: Split,
  {
    before,
    revision,
    percents,
  }: { readonly before: Split; readonly revision: string; readonly percents: readonly number[] },
): boolean {
  return percents.some((percent) => sameSplit(serving, splitWith(before, revision, percent)));
}
