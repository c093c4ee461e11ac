import type { PageWay, PageWayKind, PageWayOf, Teams } from '../domain/page/page.ts';
import { opsgenie } from './opsgenie.ts';
import type { Pager } from './pager.ts';
import { pagerDuty } from './pagerduty.ts';
import { webhook } from './webhook.ts';

/** Makes the pager of a mention in Slack: the client is the caller's. */
export type SlackPagerOf = (way: PageWayOf<'slack'>) => Pager;

/** @returns undefined when the team, or this way of it, is not configured (any more) */
export type PagerOf = (team: string, way: PageWayKind) => Pager | undefined;

/** The pagers of all teams. */
export function pagersOf(teams: Teams, slack: SlackPagerOf): PagerOf {
  return (team, kind) => {
    const way = Object.hasOwn(teams, team) ? teams[team]?.find((each) => each.kind === kind) : undefined;
    return way === undefined ? undefined : pagerOf(way, slack);
  };
}

function pagerOf(way: PageWay, slack: SlackPagerOf): Pager {
  switch (way.kind) {
    case 'slack':
      return slack(way);
    case 'pagerduty':
      return pagerDuty(way);
    case 'opsgenie':
      return opsgenie(way);
    case 'webhook':
      return webhook(way);
  }
}
