/** Where something is so in a value of JSON: `true` for all of it, else by its parts. */
export type Marks = unknown;

export interface Leaf {
  /** `timeout_sec`, `backend[0].group`; empty for the value itself. */
  readonly path: string;
  /** A string as it is, all else as JSON. */
  readonly text: string;
  readonly value: unknown;
}

/**
 * The parts of a value that people compare. What is marked is one leaf, whatever is inside: even its keys may tell
 * something that is not to be told.
 */
export function leavesOf(value: unknown, marks: Marks, path = ''): readonly Leaf[] {
  const entries = entriesOf(value);
  if (marks === true || entries === undefined || entries.length === 0)
    return value === null || value === undefined ? [] : [{ path, text: textOf(value), value }];
  return entries.flatMap(([key, inner]) => leavesOf(inner, markAt(marks, key), join(path, key)));
}

/** The paths at which something is marked, nothing below another. */
export function marked(marks: Marks, path = ''): readonly string[] {
  if (marks === true) return [path];
  return (entriesOf(marks) ?? []).flatMap(([key, inner]) => marked(inner, join(path, key)));
}

/** Marked by one or by the other. */
export function either(one: Marks, other: Marks): Marks {
  if (one === true || other === true) return true;
  const keys = new Map(
    [...(entriesOf(one) ?? []), ...(entriesOf(other) ?? [])].map(([key]) => [String(key), key]),
  );
  return Object.fromEntries(
    [...keys.values()].map((key) => [key, either(markAt(one, key), markAt(other, key))]),
  );
}

/** Whether the path, or anything inside it, or around it, is among these. */
export function touches(path: string, paths: readonly string[]): boolean {
  return paths.some((each) => each === path || isInside(each, path) || isInside(path, each));
}

function isInside(path: string, outer: string): boolean {
  return outer === '' || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`);
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function entriesOf(value: unknown): readonly (readonly [string | number, unknown])[] | undefined {
  if (Array.isArray(value)) return value.map((inner: unknown, index) => [index, inner] as const);
  return typeof value === 'object' && value !== null ? Object.entries(value) : undefined;
}

/** Marks of a list are a list; joined ones are a mapping with its numbers. */
function markAt(marks: Marks, key: string | number): Marks {
  return entriesOf(marks)?.find(([name]) => String(name) === String(key))?.[1];
}

function join(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
}
