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
    if (value['type'] === 'button' || value['type'] === 'static_select') yield value;
    else for (const item of Object.values(value)) yield* elements(item);
  }
}

/** A button bears one value, a menu one an option. */
function bears(element: Readonly<Record<string, unknown>>, value: string): boolean {
  if (element['type'] === 'button') return element['value'] === value;
  return optionOf(element, value) !== undefined;
}

/** The option of a menu with this value. */
export function optionOf(element: Readonly<Record<string, unknown>>, value: string | undefined): unknown {
  const options: unknown = element['options'];
  return Array.isArray(options)
    ? options.find((option) => isRecord(option) && option['value'] === value)
    : undefined;
}

/** Looks for a button or a menu of a message, by its action id and, when given, its value. */
export function findButton(
  message: { readonly blocks: readonly Block[]; readonly ts: string },
  actionId: string,
  value?: string,
): Found | undefined {
  for (const block of withBlockIds(message.blocks, message.ts))
    for (const element of elements(block))
      if (element['action_id'] === actionId && (value === undefined || bears(element, value)))
        return { element, blockId: String(block['block_id']) };
  return undefined;
}
