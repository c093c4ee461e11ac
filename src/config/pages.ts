import type { PageWay, Teams } from '../domain/page/page.ts';
import type { FilePages } from './pages.schema.ts';

const PAGERDUTY = 'https://events.pagerduty.com/v2/enqueue';
// https://docs.opsgenie.com/docs/alert-api: accounts of the EU have an address of their own.
const OPSGENIE = { us: 'https://api.opsgenie.com', eu: 'https://api.eu.opsgenie.com' } as const;

/** The teams without a prototype: any name can be looked up. */
export function teamsOf(pages: FilePages): Teams {
  const teams = Object.create(null) as Record<string, readonly PageWay[]>;
  for (const [name, ways] of Object.entries(pages)) teams[name] = waysOf(ways);
  return teams;
}

function waysOf({ slack, pagerduty, opsgenie, webhook }: FilePages[string]): readonly PageWay[] {
  const ways: PageWay[] = [];
  if (slack !== undefined) ways.push({ kind: 'slack', mention: slack });
  if (pagerduty !== undefined) {
    const { key, url = PAGERDUTY } = typeof pagerduty === 'string' ? { key: pagerduty } : pagerduty;
    ways.push({ kind: 'pagerduty', routingKey: key, url });
  }
  if (opsgenie !== undefined) {
    const { key, region = 'us', url = OPSGENIE[region] } = opsgenie;
    ways.push({ kind: 'opsgenie', apiKey: key, url });
  }
  if (webhook !== undefined) ways.push({ kind: 'webhook', ...webhook });
  return ways;
}
