/** The value at a dotted path, `data.access_token` or `items.0.id`; only own properties are looked at. */
export function fieldOf(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inner, part) => {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, part)) return undefined;
    return (inner as Readonly<Record<string, unknown>>)[part];
  }, value);
}

/** Whether `value` has at least what `wanted` has; lists must be equal in length and order. */
export function hasAtLeast(value: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return Object.is(value, wanted);
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(wanted) !== Array.isArray(value)) return false;
  if (Array.isArray(wanted) && wanted.length !== (value as readonly unknown[]).length) return false;
  return Object.entries(wanted).every(
    ([key, inner]) =>
      Object.hasOwn(value, key) && hasAtLeast((value as Readonly<Record<string, unknown>>)[key], inner),
  );
}
