/** What a look found, or why nothing was seen: then it is unknown and never guessed. */
export type Looked<Value> =
  | { readonly kind: 'seen'; readonly value: Value }
  | { readonly kind: 'unknown'; readonly why: string };

export function seen<Value>(value: Value): Looked<Value> {
  return { kind: 'seen', value };
}

export function seenValue<Value>(looked: Looked<Value>): Value | undefined {
  return looked.kind === 'seen' ? looked.value : undefined;
}
