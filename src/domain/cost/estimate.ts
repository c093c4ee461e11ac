import type { Container, Cost, Usage } from '../container/container.ts';
import { prices, type Tier, tierOf } from './prices.ts';

/** Days of an average month, as Google's own calculator has it: 730 hours. */
const monthDays = 730 / 24;
const daySeconds = 86_400;
/** Prices that were confirmed longer ago than this are told to be old. */
const oldAfterDays = 180;

export interface Estimating {
  readonly before: Container | undefined;
  readonly after: Container;
  /** Absent: it was not measured. */
  readonly usage: Usage | undefined;
  readonly region: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * What a month costs before and after, at list prices: the instances that are always on, and on top of that what was
 * measured, as if the same instances had been used for as long. Pure.
 * @returns undefined when nothing is certain: no price for the region or a GPU, or neither a measurement nor an
 * instance that is always on.
 */
export function estimate({ before, after, usage, region, now }: Estimating): Cost | undefined {
  const tier = tierOf(region);
  const known = usage !== undefined || Math.max(before?.minInstances ?? 0, after.minInstances) > 0;
  if (tier === undefined || !known || before?.gpu === true || after.gpu === true) return undefined;
  return {
    ...(before === undefined ? {} : { before: monthly(before, usage, tier) }),
    after: monthly(after, usage, tier),
    ...(usage === undefined ? {} : { usage }),
    region,
    pricesOf: prices.day,
    old: now - Date.parse(prices.day) > oldAfterDays * daySeconds * 1_000,
  };
}

/**
 * Whether Cloud Run counts an idle minimum instance of request-based billing among its billable seconds is not
 * documented; counted as if it did not, the sum is at most a little too high.
 */
function monthly(container: Container, usage: Usage | undefined, tier: Tier): number {
  const month = monthDays * daySeconds;
  const always = container.minInstances * month;
  const months = usage === undefined ? 0 : usage.days / monthDays;
  const used = usage === undefined ? 0 : usage.instanceSeconds / months;
  const second = ({ cpu, memory }: { readonly cpu: number; readonly memory: number }) =>
    (container.cpu / 1_000) * cpu + (container.memory / 1_024) * memory;
  if (container.billing === 'instance') return Math.max(always, used) * second(tier.instance);
  const requests = usage === undefined ? 0 : usage.requests / months;
  return (
    used * second(tier.active) + Math.max(0, always - used) * second(tier.idle) + requests * tier.request
  );
}
