import type { Operation } from '../../../domain/operation.ts';
import { type Draft, draft } from '../draft.ts';
import { brief } from '../mrkdwn.ts';

/** Only what somebody should know: that all is well stands in the plan. */
export function preflightReply({ results }: Operation): Draft | undefined {
  const warnings = results.preflight?.warnings ?? [];
  if (warnings.length === 0) return undefined;
  return draft({ key: 'preflight', lines: warnings.map((text) => `*Warning* ${brief(text)}`) });
}
