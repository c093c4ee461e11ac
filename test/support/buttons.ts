import type { StoredMessage } from '../../src/sandbox/slack/index.ts';

export interface Button {
  readonly action_id: string;
  readonly value: string;
}

/** The buttons of a message, in their order. */
function buttonsOf({ blocks }: Pick<StoredMessage, 'blocks'>): readonly Button[] {
  return blocks.flatMap((block) => (block.type === 'actions' ? (block['elements'] as Button[]) : []));
}

/** What the buttons of a message do, in their order. */
export function actionsOf(message: Pick<StoredMessage, 'blocks'>): readonly string[] {
  return buttonsOf(message).map(({ action_id }) => action_id);
}
