import type { Page, PageWayKind } from '../../domain/page/page.ts';
import { brief, mention } from './mrkdwn.ts';

/** Rings the people who must act: what happened is said once more, because a notification shows only this. */
export function pageText({ source, summary }: Page, people: readonly string[]): string {
  return `${people.map(mention).join(' ')} *${brief(source)}*: ${brief(summary, 1_000)}`;
}

const ways = {
  slack: 'Slack',
  pagerduty: 'PagerDuty',
  opsgenie: 'Opsgenie',
  webhook: 'the webhook',
} as const satisfies Record<PageWayKind, string>;

const actions = {
  trigger: 'was not woken',
  acknowledge: 'was not told that somebody has taken it',
  resolve: 'was not told that it is over',
} as const satisfies Record<Page['action'], string>;

/** Says that a page did not arrive: whoever reads the thread may have to wake somebody by hand. */
export function pageFailedText({ team, action }: Page, way: PageWayKind, reason: string): string {
  return [
    `:warning: *${brief(team)}* ${actions[action]} through ${ways[way]}: ${brief(reason, 500)}`,
    `Next: look at \`pages\` in slipway.yaml, and try \`slipway page test ${brief(team)}\`.`,
  ].join('\n');
}
