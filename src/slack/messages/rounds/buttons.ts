import type { ActionsBlock, Button, ModalView } from '@slack/types';
import { z } from 'zod';
import { type Operation, operationLabel } from '../../../domain/operation.ts';
import { type RoundHand, roundHandsOf, roundTitles } from '../../../domain/rounds/ask.ts';
import { clip } from '../mrkdwn.ts';

export const roundActions = {
  retry: 'round-retry',
  deploy: 'round-deploy',
  're-run': 'round-again',
  stop: 'round-stop',
} as const satisfies Record<RoundHand, string>;

export const nextRoundView = 'next-round';
/** Where the ref stands among the values of the view. */
export const refField = { block: 'ref', field: 'text' } as const;

const valueSchema = z.object({
  operation: z.string(),
  /** The last round when it was drawn. */
  after: z.number().int().nonnegative(),
});
export type RoundValue = z.infer<typeof valueSchema>;

/** @returns undefined for a value that no button of ours carries. */
export function readRound(value: string | undefined): RoundValue | undefined {
  try {
    return valueSchema.safeParse(JSON.parse(value ?? '')).data;
  } catch {
    return undefined;
  }
}

/** The buttons that act between two rounds; none while one is under way. */
export function roundButtons(operation: Operation): readonly ActionsBlock[] {
  const hands = roundHandsOf(operation);
  if (hands.length === 0) return [];
  return [
    {
      type: 'actions',
      block_id: 'rounds',
      elements: hands.map((hand, index) => button(hand, operation, index === 0)),
    },
  ];
}

/** @param first whether it is what most people will want */
function button(hand: RoundHand, operation: Operation, first: boolean): Button {
  const value = { operation: operation.id, after: operation.rounds?.list.length ?? 0 } satisfies RoundValue;
  return {
    type: 'button',
    action_id: roundActions[hand],
    text: { type: 'plain_text', text: roundTitles[hand] },
    value: JSON.stringify(value),
    ...(first ? { style: 'primary' as const } : {}),
    ...(hand === 'stop' ? { style: 'danger' as const, confirm: stopConfirm(operation) } : {}),
  };
}

function stopConfirm({ id }: Operation) {
  return {
    title: { type: 'plain_text' as const, text: clip(`Stop ${operationLabel(id)}?`, 100) },
    text: {
      type: 'plain_text' as const,
      text: 'There is no further round, and the report is written. What is deployed stays.',
    },
    confirm: { type: 'plain_text' as const, text: 'Stop' },
    deny: { type: 'plain_text' as const, text: 'Back' },
  };
}

export interface NextRoundAsked {
  readonly value: RoundValue;
  readonly channel: string;
  readonly threadTs: string | undefined;
  /** What the field begins with. */
  readonly ref: string;
}

/** Asks what the next round deploys. */
export function nextRoundModal({ value, channel, threadTs, ref }: NextRoundAsked): ModalView {
  const text = `Round ${value.after + 1} of ${operationLabel(value.operation)}: deploys this ref, validates it and runs the suites.`;
  return {
    type: 'modal',
    callback_id: nextRoundView,
    private_metadata: JSON.stringify({ ...value, channel, threadTs }),
    title: { type: 'plain_text', text: 'Deploy next round' },
    submit: { type: 'plain_text', text: 'Deploy' },
    close: { type: 'plain_text', text: 'Back' },
    blocks: [
      { type: 'section', text: { type: 'plain_text', text: clip(text, 3_000) } },
      {
        type: 'input',
        block_id: refField.block,
        label: { type: 'plain_text', text: 'Branch, tag or commit' },
        element: {
          type: 'plain_text_input',
          action_id: refField.field,
          initial_value: clip(ref, 200),
          max_length: 200,
        },
      },
    ],
  };
}
