import { DelayedError, type Job, RateLimitError, UnrecoverableError } from 'bullmq';
import type { EnvironmentStatus } from '../src/domain/status.ts';
import type { HomeNotes } from '../src/ledger/home-notes.ts';
import { type HomePayload, homePayloadSchema } from '../src/queue/names.ts';
import { retryAfterMs, slackErrorName } from '../src/slack/client.ts';
import { type HomeClient, publishHome } from '../src/slack/home.ts';

export interface HomeOptions {
  readonly notes: HomeNotes;
  readonly client: HomeClient;
  /** How all environments stand now. */
  readonly status: () => Promise<readonly EnvironmentStatus[]>;
  readonly now: () => number;
  /** Holds back all processes that draw tabs for this many milliseconds. */
  readonly holdBack: (ms: number) => Promise<void>;
}

/**
 * Draws one person's Home tab from what is so now. Twice is safe: a view takes the place of the one before, and what
 * is shown already is not published. One job a person runs at a time, so a tab has one writer.
 */
export async function drawHome(job: Job<HomePayload>, token: string, options: HomeOptions): Promise<void> {
  const { notes, client, now } = options;
  const { user } = homePayloadSchema.parse(job.data);
  const dueAt = await notes.dueAt(user);
  if (dueAt > now()) {
    await job.moveToDelayed(dueAt, token);
    throw new DelayedError();
  }
  const shown = await notes.shown(user);
  try {
    const hash = await publishHome({ user, shown: shown.hash, status: await options.status() }, client);
    if (hash !== shown.hash) await notes.published(user, { hash, at: now() });
  } catch (error) {
    const wait = retryAfterMs(error);
    if (wait !== undefined) {
      await options.holdBack(wait);
      throw new RateLimitError();
    }
    // Slack has answered and will answer so again: the person is gone, or the app has no Home tab.
    const name = slackErrorName(error);
    if (name === undefined) throw error;
    await notes.forget(user);
    throw new UnrecoverableError(`Slack answered ${name} to the Home tab of ${user}`);
  }
}
