import type { WebClient } from '@slack/web-api';
import { type LockEvent, pastLock } from '../domain/lock.ts';
import { slackErrorName } from './client.ts';
import { overNotice } from './messages/lock.ts';

/** A message that says that a lock holds. */
export interface LockNotice {
  readonly channel: string;
  readonly ts: string;
  /** When that lock was set, milliseconds since 1970. */
  readonly lockedAt: number;
}

/** The journal of locks, and which messages show it; must outlive the process. */
export interface LockNotices {
  events(environment: string): Promise<readonly LockEvent[]>;
  notices(environment: string): Promise<readonly LockNotice[]>;
  forget(environment: string, notice: LockNotice): Promise<void>;
}

export interface LockNoticeOptions {
  readonly client: WebClient;
  readonly locks: LockNotices;
  readonly now: () => number;
}

/** Nobody reads these any more, or nobody may write there. */
const gone = new Set(['message_not_found', 'cant_update_message', 'channel_not_found', 'is_archived']);

/**
 * Makes the notices of locks that are over say so, and takes their button away. Twice is safe: the same is shown again.
 * @throws Slack's errors; what was done until then is noted.
 */
export async function redrawLockNotices(
  environment: string,
  { client, locks, now }: LockNoticeOptions,
): Promise<void> {
  const notices = await locks.notices(environment);
  if (notices.length === 0) return;
  const events = await locks.events(environment);
  for (const notice of notices) {
    const past = pastLock(events, notice.lockedAt, now());
    if (past?.end === undefined) continue;
    const { channel, ts } = notice;
    try {
      await client.chat.update({ channel, ts, ...overNotice(environment, past.lock, past.end) });
    } catch (error) {
      if (!gone.has(slackErrorName(error) ?? '')) throw error;
    }
    await locks.forget(environment, notice);
  }
}
