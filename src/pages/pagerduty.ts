import type { Page, PageWayOf } from '../domain/page/page.ts';
import { cut, shorten } from './cut.ts';
import type { Pager } from './pager.ts';
import { post } from './post.ts';

// 202 accepted; 400 never again; 429, 5xx and the network again:
// https://developer.pagerduty.com/docs/events-api-v2-overview#response-codes--retry-logic
// 401 and 403 are not of PagerDuty itself, but of what stands between.
const refused = new Set([400, 401, 403]);

// Fields and limits: https://developer.pagerduty.com/docs/send-alert-event
const longestSummary = 1_024;
const longestKey = 255;

/** Sends to PagerDuty's Events API v2. An open alert with the same key is the same alert: nobody is woken twice. */
export function pagerDuty({ routingKey, url }: Omit<PageWayOf<'pagerduty'>, 'kind'>): Pager {
  return {
    send: async (page, { signal } = {}) => {
      await post({
        to: 'PagerDuty',
        url,
        headers: {},
        body: JSON.stringify({ routing_key: routingKey, ...eventOf(page) }),
        taken: (status) => status === 202,
        refused,
        secret: routingKey,
        signal,
      });
    },
  };
}

function eventOf(page: Page): object {
  const { action, dedupKey, summary, source, severity, at, details, links } = page;
  const event = { event_action: action, dedup_key: cut(dedupKey, longestKey) };
  // Whatever else an acknowledgement or a resolution says is not read.
  if (action !== 'trigger') return event;
  const [group, component] = source.split('/');
  const custom = Object.keys(details).length === 0 ? {} : { custom_details: details };
  return {
    ...event,
    client: 'slipway',
    links: links.map(({ text, url: href }) => ({ href, text })),
    payload: {
      summary: shorten(summary, longestSummary),
      source,
      severity,
      timestamp: new Date(at).toISOString(),
      ...(component === undefined ? {} : { component, group }),
      ...custom,
    },
  };
}
