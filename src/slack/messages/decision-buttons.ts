import type { ActionsBlock } from '@slack/types';
import { z } from 'zod';
import { type Operation, operationLabel, titleOf } from '../../domain/operation.ts';
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
  const { ref } = operation.request;
  const value = JSON.stringify({
    operation: operation.id,
    fingerprint: operation.approval?.fingerprint ?? '',
  } satisfies ButtonValue);
  const digest = shortDigest(operation.approval?.shown.digest ?? '');
  const what = `${titleOf(operation.request)}, ref ${clip(ref, 80)}, image ${digest}. Serving now: ${operation.approval?.shown.split ?? ''}`;
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
          text: { type: 'plain_text', text: clip(what, 300) },
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
