import type { ActionsBlock, Button } from '@slack/types';
import { z } from 'zod';
import { type Control, controlsOf, controlTitle } from '../../domain/controls.ts';
import { type Operation, operationLabel, titleOf } from '../../domain/operation.ts';
import { clip } from './mrkdwn.ts';

const valueSchema = z.object({ operation: z.string() });

/** @returns the operation, or undefined for a value that no button of ours carries. */
export function readControl(value: string | undefined): string | undefined {
  try {
    return valueSchema.safeParse(JSON.parse(value ?? '')).data?.operation;
  } catch {
    return undefined;
  }
}

/** The buttons that act now; none when there is nothing to do. */
export function controlButtons(operation: Operation): readonly ActionsBlock[] {
  const elements = controlsOf(operation).map((control) => button(control, operation));
  return elements.length === 0 ? [] : [{ type: 'actions', block_id: 'controls', elements }];
}

/** What a click on these would do, for whoever clicks by accident. */
const warnings: Partial<Record<Control, string>> = {
  cancelled: 'What it has done until now is undone.',
  rollback: 'Users go back to the revision before.',
};

function button(control: Control, operation: Operation): Button {
  const title = controlTitle(control, operation);
  const warning = warnings[control];
  return {
    type: 'button',
    action_id: control,
    text: { type: 'plain_text', text: title },
    value: JSON.stringify({ operation: operation.id }),
    ...(warning === undefined
      ? {}
      : {
          style: 'danger' as const,
          confirm: {
            title: { type: 'plain_text', text: clip(`${title}: ${operationLabel(operation.id)}?`, 100) },
            text: { type: 'plain_text', text: clip(`${titleOf(operation.request)}. ${warning}`, 300) },
            confirm: { type: 'plain_text', text: clip(title, 30) },
            deny: { type: 'plain_text', text: 'Back' },
          },
        }),
  };
}
