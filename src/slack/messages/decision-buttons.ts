import type { ActionsBlock } from '@slack/types';
import { z } from 'zod';
import { type Operation, operationLabel, titleOf } from '../../domain/operation.ts';
import { fieldsText } from './changes.ts';
import { clip, shortDigest } from './mrkdwn.ts';

export const approveAction = 'approve';
export const rejectAction = 'reject';

const valueSchema = z.object({ operation: z.string(), fingerprint: z.string() });
/** What a button carries: which operation, and what was shown when it was drawn. */
export type ButtonValue = z.infer<typeof valueSchema>;

/** @returns undefined for a value that no button of ours carries. */
export function readButton(value: string | undefined): ButtonValue | undefined {
  try {
    return valueSchema.safeParse(JSON.parse(value ?? '')).data;
  } catch {
    return undefined;
  }
}

export function decisionButtons(operation: Operation): ActionsBlock {
  const value = JSON.stringify({
    operation: operation.id,
    fingerprint: operation.approval?.fingerprint ?? '',
  } satisfies ButtonValue);
  return {
    type: 'actions',
    block_id: 'decision',
    elements: [
      {
        type: 'button',
        action_id: approveAction,
        style: 'primary',
        text: { type: 'plain_text', text: 'Approve' },
        value,
        confirm: {
          title: { type: 'plain_text', text: clip(`Approve ${operationLabel(operation.id)}?`, 100) },
          text: { type: 'plain_text', text: clip(whatOf(operation), 300) },
          confirm: { type: 'plain_text', text: 'Approve' },
          deny: { type: 'plain_text', text: 'Back' },
        },
      },
      {
        type: 'button',
        action_id: rejectAction,
        style: 'danger',
        text: { type: 'plain_text', text: 'Reject' },
        value,
      },
    ],
  };
}

/** What a click approves, in the 300 characters that Slack allows: risks first, then the names of what changes. */
function whatOf({ request, approval }: Operation): string {
  const { digest = '', split = '', changes = [], risks = [], of } = approval?.shown ?? {};
  if (of === 'infrastructure')
    return `${titleOf(request)}, ref ${clip(request.ref, 40)}: ${split}. Exactly this plan is applied.`;
  const flags = risks.map(({ flag }) => flag.toLowerCase().replaceAll('_', ' ')).join(', ');
  return [
    ...(risks.length === 0 ? [] : [`Risks: ${clip(flags, 100)}.`]),
    `${titleOf(request)}, ref ${clip(request.ref, 40)}, image ${shortDigest(digest)}.`,
    ...(changes.length === 0 ? [] : [`${changes.length} changes: ${clip(fieldsText(changes), 90)}.`]),
    `Serving now: ${split}`,
  ].join(' ');
}
