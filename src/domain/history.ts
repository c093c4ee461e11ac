import { type Change, changesBetween, type Deployed } from './change.ts';
import type { Split } from './results.ts';

/** A revision as Cloud Run and the ledger know it. */
export interface PastRevision {
  readonly revision: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly state: 'ready' | 'failed' | 'starting';
  /** E-mail address as Cloud Run tells it; `''` when it does not. */
  readonly creator: string;
  /** Who asked slipway for it. Absent: slipway has not made it, or the name is not known. */
  readonly stamp?: { readonly operation: string; readonly deployer?: string | undefined } | undefined;
  readonly deployed: Deployed;
}

export interface HistoryQuestion {
  /** Newest first. */
  readonly revisions: readonly PastRevision[];
  readonly serving: Split;
  /** What the ledger knows of revisions that served everything well. */
  readonly served: readonly {
    readonly revision: string;
    readonly operation: string;
    readonly byName: string;
  }[];
}

export interface HistoryRow {
  /** Absent: made by hand. */
  readonly operation: string | undefined;
  readonly revision: string;
  readonly createdAt: number;
  readonly by: string;
  /** To the revision before. Absent: that one is not known, or there is none. */
  readonly changes: readonly Change[] | undefined;
  readonly status: string;
}

/** As many as people look through. */
const mostRows = 10;

/** What became of a target, newest first. Pure. */
export function historyOf({ revisions, serving, served }: HistoryQuestion): readonly HistoryRow[] {
  return revisions.slice(0, mostRows).map((each, index) => {
    const before = revisions[index + 1];
    // A rollback notes the same revision again, in the name of who rolled back: the oldest note is the deploy's.
    const known = served.findLast(({ revision }) => revision === each.revision);
    return {
      operation: each.stamp?.operation,
      revision: each.revision,
      createdAt: each.createdAt,
      by: each.stamp?.deployer ?? (each.stamp === undefined ? undefined : known?.byName) ?? each.creator,
      changes: before === undefined ? undefined : changesBetween(before.deployed, each.deployed),
      status: statusOf(each, serving),
    };
  });
}

function statusOf({ revision, state }: PastRevision, serving: Split): string {
  const percent = serving.find((entry) => entry.revision === revision)?.percent ?? 0;
  return percent > 0 ? `serving ${percent} %` : state;
}
