import type { MonitorPolicy } from './policy.ts';

/** Whether an environment is watched now. */
export interface WatchState {
  readonly on: boolean;
  /** Milliseconds since 1970: then it is as the configuration says. Absent: until somebody says otherwise. */
  readonly until?: number;
  /** Who said so, and when. Absent: the configuration. */
  readonly byName?: string;
  readonly at?: number;
}

/** Somebody says whether an environment is watched. */
export interface WatchWish {
  readonly environment: string;
  readonly type: 'started' | 'stopped';
  readonly by: string;
  readonly byName: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly until?: number;
  /** The same when a command is delivered again. */
  readonly deliveryId: string;
}

/** Who started and stopped watching each environment. */
export interface MonitorStore {
  state(environment: string, policy: Pick<MonitorPolicy, 'on'>, now: number): Promise<WatchState>;
  /** @returns `known` when this delivery was written down before */
  say(wish: WatchWish): Promise<'written' | 'known'>;
}
