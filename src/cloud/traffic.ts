import type { Split } from '../domain/results.ts';
import { isLatest, type TrafficTarget } from './service-view.ts';

const type = 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION' as const;

export interface NewTraffic {
  readonly split: Split;
  /** Our tag. */
  readonly tag?: { readonly name: string; readonly revision: string };
  /** A tag of ours to leave out. */
  readonly drop?: string;
}

/** The split and our tag, beside the tags of others. */
export function trafficOf(now: readonly TrafficTarget[], { split, tag, drop }: NewTraffic): TrafficTarget[] {
  const kept = now
    .filter((entry) => entry.tag && entry.tag !== drop && entry.tag !== tag?.name)
    .map((entry) => ({ ...entry, percent: 0 }));
  const own = tag === undefined ? [] : [{ type, revision: tag.revision, tag: tag.name, percent: 0 }];
  return [...split.map(({ revision, percent }) => ({ type, revision, percent })), ...kept, ...own];
}

/** The same traffic without our tag; an entry that had nothing else goes with it. */
export function withoutTag(now: readonly TrafficTarget[], drop: string | undefined): TrafficTarget[] {
  return now
    .map((entry) => (drop !== undefined && entry.tag === drop ? { ...entry, tag: '' } : entry))
    .filter((entry) => entry.tag || (entry.percent ?? 0) > 0);
}

/** Order does not matter. */
export function sameTraffic(a: readonly TrafficTarget[], b: readonly TrafficTarget[]): boolean {
  const text = (entries: readonly TrafficTarget[]) =>
    entries
      .map((entry) => {
        const revision = isLatest(entry) ? 'LATEST' : (entry.revision ?? '');
        return `${revision}=${entry.percent ?? 0}#${entry.tag ?? ''}`;
      })
      .toSorted()
      .join();
  return text(a) === text(b);
}
