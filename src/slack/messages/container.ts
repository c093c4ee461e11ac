import type { Weighed } from '../../domain/container/container.ts';
import { containerText, costBasis } from '../../domain/container/words.ts';
import { brief } from './mrkdwn.ts';

/** Image, start, limits and cost, before → after; below, from what the cost was computed and what is not known. */
export function containerLines(weighed: Weighed | undefined): readonly string[] {
  if (weighed === undefined) return [];
  const basis = costBasis(weighed);
  const unknown = weighed.unknown.map((each) => brief(each, 200)).join('; ');
  return [
    `*Container* ${containerText(weighed)}`,
    ...(basis === undefined ? [] : [`_${basis}_`]),
    ...(unknown === '' ? [] : [`_Not known: ${unknown}_`]),
  ];
}
