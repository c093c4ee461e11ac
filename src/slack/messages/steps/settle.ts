import type { Operation } from '../../../domain/operation.ts';
import { type Draft, draft } from '../draft.ts';
import { duration } from '../mrkdwn.ts';

/** How the connections of the revisions before came to their end. */
export function settleReply({ results }: Operation): Draft | undefined {
  const result = results.settle;
  if (result === undefined) return undefined;
  const { waitedMs, left, ended } = result;
  const line = ended
    ? `*Drained* in ${duration(waitedMs)}: no connection is left on the revisions before.`
    : left === undefined
      ? `*Drain limit passed* after ${duration(waitedMs)}: Cloud Monitoring told no number of connections.`
      : `*Drain limit passed* after ${duration(waitedMs)}: ${left} connections were left; they end with the request time-out.`;
  return draft({ key: 'settle', lines: [line] });
}
