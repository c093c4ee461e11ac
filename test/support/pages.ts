import { onTestFinished } from 'vitest';
import type { Page, PageWayOf } from '../../src/domain/page/page.ts';
import { type PagesSandbox, startPagesSandbox } from '../../src/sandbox/pages/index.ts';

export const began = 1_767_607_200_000;

/** A page about one alert, changed like this. */
export function page(change: Partial<Page> = {}): Page {
  return {
    dedupKey: 'staging/backend/connectionFailures',
    action: 'trigger',
    team: 'operations',
    summary: 'staging/backend: 12 % of connections fail (limit 5 %)',
    source: 'staging/backend',
    severity: 'critical',
    at: began,
    details: { samples: '120', diagnosis: 'SERVICE_DOWN' },
    links: [{ text: 'Runbook', url: 'https://example.com/runbook' }],
    ...change,
  };
}

/** Stand-ins for one test. */
export async function standIns(): Promise<PagesSandbox> {
  const sandbox = await startPagesSandbox();
  onTestFinished(() => sandbox.stop());
  return sandbox;
}

/** How slipway.yaml would name the stand-ins. */
export function waysTo({ environment }: PagesSandbox) {
  const read = (name: string) => environment[name] ?? '';
  return {
    pagerduty: { kind: 'pagerduty', routingKey: read('PAGERDUTY_KEY'), url: read('PAGERDUTY_URL') },
    opsgenie: { kind: 'opsgenie', apiKey: read('OPSGENIE_KEY'), url: read('OPSGENIE_URL') },
    webhook: { kind: 'webhook', url: read('PAGE_WEBHOOK_URL'), secret: read('PAGE_WEBHOOK_SECRET') },
  } as const satisfies { [Kind in 'pagerduty' | 'opsgenie' | 'webhook']: PageWayOf<Kind> };
}
