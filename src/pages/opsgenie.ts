import type { Page, PageWayOf } from '../domain/page/page.ts';
import { cut, shorten } from './cut.ts';
import type { Pager } from './pager.ts';
import { post } from './post.ts';

// https://docs.opsgenie.com/docs/response: 202 is accepted, 400 no JSON, 401 and 403 the key, 422 what the request says.
// 429 is the rate limit: https://docs.opsgenie.com/docs/api-rate-limiting
const refused = new Set([400, 401, 403, 422]);

// Limits of fields: https://docs.opsgenie.com/docs/alert-api#create-alert
const longestMessage = 130;
const longestAlias = 512;
const longestDescription = 15_000;
const longestDetails = 8_000;
const longestSource = 100;

const priorities = { critical: 'P1', error: 'P2', warning: 'P3', info: 'P5' } as const satisfies Record<
  Page['severity'],
  string
>;

const actions = { acknowledge: 'acknowledge', resolve: 'close' } as const;

/** Sends to Opsgenie's Alert API v2. An open alert with the same alias is counted up: nobody is woken twice. */
export function opsgenie({ apiKey, url }: Omit<PageWayOf<'opsgenie'>, 'kind'>): Pager {
  return {
    send: async (page, { signal } = {}) => {
      await post({
        to: 'Opsgenie',
        ...requestOf(page, url),
        headers: { authorization: `GenieKey ${apiKey}` },
        taken: (status) => status === 202,
        refused,
        secret: apiKey,
        signal,
      });
    },
  };
}

function requestOf(page: Page, base: string): { readonly url: string; readonly body: string } {
  const alias = cut(page.dedupKey, longestAlias);
  const alerts = `${base.replace(/\/$/, '')}/v2/alerts`;
  if (page.action === 'trigger') return { url: alerts, body: JSON.stringify(alertOf(page, alias)) };
  // An alert that is not open is answered 202 as well: it is looked for later.
  const url = `${alerts}/${encodeURIComponent(alias)}/${actions[page.action]}?identifierType=alias`;
  return {
    url,
    body: JSON.stringify({ source: 'slipway', note: shorten(page.summary, longestDescription) }),
  };
}

function alertOf({ summary, source, severity, details, links }: Page, alias: string): object {
  const lines = [summary, ...links.map(({ text, url }) => `${text}: ${url}`)];
  return {
    message: shorten(summary, longestMessage),
    alias,
    description: shorten(lines.join('\n'), longestDescription),
    details: within(details),
    entity: shorten(source, longestAlias),
    source: shorten(`slipway ${source}`, longestSource),
    priority: priorities[severity],
  };
}

/** Names and values together must stay under the limit: what comes last is left out. */
function within(details: Page['details']): Page['details'] {
  let size = 0;
  const kept = Object.entries(details).filter(([name, value]) => {
    size += name.length + value.length;
    return size <= longestDetails;
  });
  return Object.fromEntries(kept);
}
