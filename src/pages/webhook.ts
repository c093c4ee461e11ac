import { Webhook } from 'standardwebhooks';
import { pageId } from '../domain/page/line.ts';
import type { Page, PageWayOf } from '../domain/page/page.ts';
import type { Pager } from './pager.ts';
import { post } from './post.ts';

// 2xx is success, 410 means that nobody listens any more, all else is tried again:
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#delivery-success-and-failure
const refused = new Set([400, 401, 403, 410]);

/**
 * Sends to any receiver of Standard Webhooks: signed, with an id that stays the same when it is sent again, by which the
 * receiver knows a repeat.
 */
export function webhook({ url, secret }: Omit<PageWayOf<'webhook'>, 'kind'>): Pager {
  const signer = new Webhook(secret);
  return {
    send: async (page, { signal } = {}) => {
      const id = pageId(page, 'webhook');
      const at = new Date();
      const body = JSON.stringify(eventOf(page));
      await post({
        to: 'The webhook',
        url,
        headers: {
          'webhook-id': id,
          // The time of this attempt: a receiver refuses what is older than some minutes.
          'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
          'webhook-signature': signer.sign(id, at, body),
        },
        body,
        taken: (status) => status >= 200 && status <= 299,
        refused,
        secret,
        signal,
      });
    },
  };
}

const types = {
  trigger: 'alert.triggered',
  acknowledge: 'alert.acknowledged',
  resolve: 'alert.resolved',
} as const satisfies Record<Page['action'], string>;

/** `type`, `timestamp` and `data`, as the specification recommends; the time is that of the alert's beginning. */
function eventOf({ action, at, ...data }: Page): object {
  return { type: types[action], timestamp: new Date(at).toISOString(), data };
}
