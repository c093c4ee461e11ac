import type { Thread } from '../../src/slack/thread.ts';

/** A thread as it should be now, and what is done once Slack shows it. */
export interface View {
  readonly thread: Thread;
  /** Gives Slack what is no message, once the thread is drawn; twice is safe. */
  readonly more?: (() => Promise<void>) | undefined;
  /** When what it tells of ended, milliseconds since 1970; absent while it goes on. */
  readonly endedAt?: number | undefined;
  /** Notes that Slack shows it; twice is safe. */
  readonly drawn: () => Promise<void>;
}
