import type { Operation } from '../../domain/operation.ts';
import { brief, mention } from './mrkdwn.ts';

/** A person must decide: who asked for the deploy is rung. */
export function driftLines({ drift, request, adopted }: Operation): readonly string[] {
  if (drift === undefined || adopted !== undefined) return [];
  const place = request.parent === undefined ? 'at the top of this thread' : 'below';
  return [
    `*Paused*: somebody else changed the service. ${brief(drift.what, 500)}`,
    `${mention(request.by)}, keep their change, or put ours back? The buttons are ${place}.`,
  ];
}
