import type { WebClient } from '@slack/web-api';
import { pageId, pageLine } from '../domain/page/line.ts';
import type { Page, PageWayKind } from '../domain/page/page.ts';
import { type Pager, PageNotTaken, PageRefused } from '../pages/pager.ts';
import { retryAfterMs, slackErrorName } from './client.ts';
import { findStamped } from './find-message.ts';
import { pageFailedText, pageText } from './messages/page.ts';

/** Where people read of an alert. */
export interface PagePlace {
  readonly channel: string;
  /** Root of the alert's thread. Absent: it is posted in the channel. */
  readonly root?: string | undefined;
  /** Nobody has to act any more: who was not mentioned until now is not mentioned. Default false. */
  readonly over?: boolean;
}

export interface SlackPagesOptions {
  readonly client: WebClient;
  /** @throws when the thread is not there yet: the page is tried again */
  readonly placeOf: (page: Page) => Promise<PagePlace>;
}

const stampType = 'slipway_page';

/** Slack's trouble, not ours: https://api.slack.com/methods/chat.postMessage#errors. A root that was deleted is drawn anew. */
const passing = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'ratelimited',
  'rate_limited',
  'team_added_to_org',
  'thread_not_found',
]);

/** Pages by mention, and what became of pages on other ways. */
export class SlackPages {
  readonly #client: WebClient;
  readonly #placeOf: SlackPagesOptions['placeOf'];

  constructor({ client, placeOf }: SlackPagesOptions) {
    this.#client = client;
    this.#placeOf = placeOf;
  }

  /**
   * Mentions these in the alert's thread when it fires. That it was taken or is over, the thread itself says; a mention
   * that comes only then, because Slack was away, is left out.
   */
  pager(mention: readonly string[]): Pager {
    return {
      send: async (page, { again = false } = {}) => {
        if (page.action !== 'trigger') return;
        const key = pageId(page, 'slack');
        await this.#post(page, { key, text: pageText(page, mention), look: again, calls: true });
      },
    };
  }

  /**
   * Says in the alert's thread, once for each line of pages, that one did not arrive. Where Slack refuses that too,
   * nobody can be told there. @throws PageNotTaken
   */
  async tellFailed(page: Page, way: PageWayKind, reason: string): Promise<void> {
    const text = pageFailedText(page, way, reason);
    try {
      await this.#post(page, { key: `failed-${pageLine(page, way)}`, text, look: true, calls: false });
    } catch (error) {
      if (!(error instanceof PageRefused)) throw error;
    }
  }

  async #post(page: Page, message: Message): Promise<void> {
    try {
      const { channel, root, over = false } = await this.#placeOf(page);
      if (over && message.calls) return;
      const metadata = { event_type: stampType, event_payload: { page: message.key } };
      const place = { stamp: metadata, channel, root, since: page.at };
      if (message.look && (await findStamped(this.#client, place)) !== undefined) return;
      await this.#client.chat.postMessage({
        channel,
        text: message.text,
        metadata,
        unfurl_links: false,
        unfurl_media: false,
        ...(root === undefined ? {} : { thread_ts: root }),
      });
    } catch (error) {
      throw judged(error);
    }
  }
}

interface Message {
  /** Names it in its metadata. */
  readonly key: string;
  readonly text: string;
  /** Whether it may be there already. */
  readonly look: boolean;
  /** Whether it calls people. */
  readonly calls: boolean;
}

function judged(error: unknown): Error {
  const wait = retryAfterMs(error);
  if (wait !== undefined) return new PageNotTaken('Slack answered 429', wait);
  const name = slackErrorName(error);
  if (name === undefined)
    return error instanceof Error ? error : new PageNotTaken(`Slack did not answer: ${String(error)}`);
  const message = `Slack answered ${name}`;
  return passing.has(name) ? new PageNotTaken(message) : new PageRefused(message);
}
