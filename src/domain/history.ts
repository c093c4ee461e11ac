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
  /** A revision, or a part of its name: the page begins with the one before. Absent: with the newest. */
  readonly before?: string | undefined;
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

/** One page of a history. */
export interface HistoryPage {
  readonly rows: readonly HistoryRow[];
  /** The last row's revision, where older ones are known: the next page ends before it. */
  readonly olderThan?: string;
}

/** As many as people look through at once. */
const mostRows = 10;

/** What became of a target, newest first. Pure. @returns undefined when there is no such revision to begin before. */
export function historyOf(question: HistoryQuestion): HistoryPage | undefined {
  const { revisions, before } = question;
  const start = before === undefined ? 0 : placeOf(before, revisions) + 1;
  if (before !== undefined && start === 0) return undefined;
  const rows = revisions.slice(start, start + mostRows).map((each, index) => {
    return rowOf(each, revisions[start + index + 1], question);
  });
  const last = rows.at(-1)?.revision;
  const more = revisions.length > start + mostRows;
  return { rows, ...(more && last !== undefined ? { olderThan: last } : {}) };
}

function rowOf(
  each: PastRevision,
  previous: PastRevision | undefined,
  { served, serving }: HistoryQuestion,
): HistoryRow {
  // A rollback notes the same revision again, in the name of who rolled back: the oldest note is the deploy's.
  const known = served.findLast(({ revision }) => revision === each.revision);
  return {
    operation: each.stamp?.operation,
    revision: each.revision,
    createdAt: each.createdAt,
    by: each.stamp?.deployer ?? (each.stamp === undefined ? undefined : known?.byName) ?? each.creator,
    changes: previous === undefined ? undefined : changesBetween(previous.deployed, each.deployed),
    status: statusOf(each, serving),
  };
}

/** By the whole name, or by a part of it such as 00136: the newest that bears it. -1 when none does. */
function placeOf(name: string, revisions: readonly PastRevision[]): number {
  const whole = revisions.findIndex(({ revision }) => revision === name);
  return whole >= 0 ? whole : revisions.findIndex(({ revision }) => revision.split('-').includes(name));
}

function statusOf({ revision, state }: PastRevision, serving: Split): string {
  const percent = serving.find((entry) => entry.revision === revision)?.percent ?? 0;
  return percent > 0 ? `serving ${percent} %` : state;
}
