import type { ReceivedPage } from '../../src/sandbox/pages/incidents.ts';
import type { CallRecord } from '../../src/sandbox/slack/types.ts';

/** How often services are looked at: what a team has that says nothing. */
export const everyMs = 10_000;
/** Threads a minute: what `slack.updatesPerMinute` is when nobody says otherwise. */
export const usual = 48;

/** A message as it was posted, or as it was changed. */
export interface Shown {
  readonly type: 'posted' | 'updated';
  /** Milliseconds since 1970, as all times here. */
  readonly at: number;
  /** Name of an alert's thread, or of a digest. */
  readonly owner: string;
  readonly isRoot: boolean;
  /** How many alerts it tells of; absent where it is no digest. */
  readonly digestOf?: number;
}

/** What became of one outage. */
export interface Seen {
  readonly symptoms: number;
  /** So many times what Slack allows was there, and what slipway takes. */
  readonly times: number;
  readonly shown: readonly Shown[];
  /** What PagerDuty has taken, oldest first. */
  readonly pages: readonly Pick<ReceivedPage, 'action' | 'key' | 'at'>[];
  readonly calls: readonly CallRecord[];
  /** Threads that are still to be drawn when all is told. */
  readonly left: number;
  /** By name of its thread: when an alert fired. */
  readonly fired: ReadonlyMap<string, number>;
  /** Of the worker. */
  readonly cost: {
    readonly tookMs: number;
    readonly cpuMs: number;
    /** How late its event loop was: 99 of 100 ticks were no later, and the latest. */
    readonly lateMs: number;
    readonly latestMs: number;
    readonly megabytes: number;
  };
}
