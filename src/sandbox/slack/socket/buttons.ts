import { withBlockIds } from '../api/present.ts';
import type { Block } from '../types.ts';

export interface Found {
  readonly element: Readonly<Record<string, unknown>>;
  readonly blockId: string;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

function* elements(value: unknown): Generator<Record<string, unknown>> {
  if (Array.isArray(value)) for (const item of value) yield* elements(item);
  else if (isRecord(value)) {
    if (value['type'] === 'button') yield value;
    else for (const item of Object.values(value)) yield* elements(item);
  }
}

/** Looks for a button of a message, by its action id and, when given, its value. */
export function findButton(
  message: { readonly blocks: readonly Block[]; readonly ts: string },
  actionId: string,
  value?: string,
): Found | undefined {
  for (const block of withBlockIds(message.blocks, message.ts))
    for (const element of elements(block))
      if (element['action_id'] === actionId && (value === undefined || element['value'] === value))
        return { element, blockId: String(block['block_id']) };
  return undefined;
}
