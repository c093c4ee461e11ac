import type { ServiceCard } from '../../domain/monitor/policy.ts';
import { brief, code, mention } from './mrkdwn.ts';

/** Slack's ids of people and of groups; anything else is a name. */
const idPattern = /^[USW][A-Z0-9]{2,20}$/;

/** What a failure costs, how much that matters, and whose it is. @param rings whether the owner is mentioned */
export function concernLine({ impact, tier, owner }: ServiceCard, rings: boolean): readonly string[] {
  const concern = [
    ...(impact === undefined ? [] : [brief(impact)]),
    ...(tier === undefined ? [] : [`tier ${tier}`]),
    ...(owner === undefined ? [] : [`owner ${ownerText(owner, rings)}`]),
  ];
  return concern.length === 0 ? [] : [`*Impact* ${concern.join(' · ')}`];
}

function ownerText(owner: string, rings: boolean): string {
  if (!idPattern.test(owner)) return brief(owner, 200);
  return rings ? mention(owner) : code(owner);
}
