import { monotonicMs } from '../clock.ts';

const minute = 60_000;

/** Calls a minute for each method, from the rate limit tiers of Slack's Web API reference. */
const perMinute: Readonly<Record<string, number>> = {
  'usergroups.users.list': 20,
  'chat.update': 50,
  'chat.delete': 50,
  'conversations.history': 50,
  'conversations.replies': 50,
  'conversations.info': 50,
  'chat.postEphemeral': 100,
  'users.info': 100,
  'files.getUploadURLExternal': 100,
  'files.completeUploadExternal': 100,
  'files.info': 100,
  'views.open': 100,
  'views.update': 100,
  'views.publish': 100,
  // "Several hundred messages a minute" for the workspace; each channel has its own limit below.
  'chat.postMessage': 300,
};

/** One message a second in a channel; Slack lets "short bursts" pass without a number, this one is an assumption. */
const channelBurst = 5;

export interface RateLimits {
  /** 0 when the call may pass, else the `Retry-After` in whole seconds. */
  take(method: string, channel: unknown): number;
}

export interface LimitOptions {
  /** So many times what Slack allows: a story of hundreds of messages takes as much less time. Default 1. */
  readonly times?: number;
  /** Milliseconds that never jump back. Default: the machine's. */
  readonly now?: () => number;
}

/** Slack's documented limits, for one workspace and one app. */
export function documentedLimits({ times = 1, now: clock = monotonicMs }: LimitOptions = {}): RateLimits {
  const calls = new Map<string, number[]>();
  const buckets = new Map<string, { tokens: number; at: number }>();

  const waitForMethod = (method: string, now: number): number => {
    const documented = perMinute[method];
    if (documented === undefined) return 0;
    const allowed = documented * times;
    const recent = (calls.get(method) ?? []).filter((at) => at > now - minute);
    const oldest = recent[0];
    const full = recent.length >= allowed && oldest !== undefined;
    if (!full) recent.push(now);
    calls.set(method, recent);
    return full ? Math.ceil((oldest + minute - now) / 1000) : 0;
  };

  const waitForChannel = (channel: string, now: number): number => {
    const burst = channelBurst * times;
    const bucket = buckets.get(channel) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * times);
    const passes = tokens >= 1;
    buckets.set(channel, { tokens: passes ? tokens - 1 : tokens, at: now });
    return passes ? 0 : Math.max(1, Math.ceil((1 - tokens) / times));
  };

  return {
    take(method, channel) {
      const now = clock();
      const channelWait = method === 'chat.postMessage' ? waitForChannel(String(channel), now) : 0;
      return channelWait > 0 ? channelWait : waitForMethod(method, now);
    },
  };
}

export const noLimits: RateLimits = { take: () => 0 };
