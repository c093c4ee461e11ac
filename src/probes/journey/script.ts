/** What the steps so far captured. */
export type Captured = ReadonlyMap<string, unknown>;

const variable = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** A text names what no step captured: the script is wrong, not the service. */
export class UnknownVariable extends Error {
  override readonly name = 'UnknownVariable';

  constructor(name: string) {
    super(`nothing was captured as ${name}`);
  }
}

/**
 * Every `${name}` replaced, in texts at any depth. A text that is one variable and nothing else keeps the kind of what
 * was captured, so that a number stays a number. What was captured is not searched again. @throws UnknownVariable
 */
export function fill(value: unknown, captured: Captured): unknown {
  if (typeof value === 'string') return fillWhole(value, captured);
  if (Array.isArray(value)) return value.map((inner) => fill(inner, captured));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner, captured)]));
}

function fillWhole(text: string, captured: Captured): unknown {
  const [whole, name] = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/.exec(text) ?? [];
  return whole === undefined || name === undefined ? fillText(text, captured) : valueOf(name, captured);
}

/** As text; `escape` makes each captured value fit where it goes. */
export function fillText(
  text: string,
  captured: Captured,
  escape: (value: string) => string = (value) => value,
): string {
  return text.replace(variable, (_all, name: string) => escape(textOf(valueOf(name, captured))));
}

export function fillHeaders(
  headers: Readonly<Record<string, string>>,
  captured: Captured,
): Record<string, string> {
  // A captured line break would begin another header.
  const clean = (value: string): string => value.replace(/[\r\n\0]/g, '');
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, fillText(value, captured, clean)]),
  );
}

function valueOf(name: string, captured: Captured): unknown {
  if (!captured.has(name)) throw new UnknownVariable(name);
  return captured.get(name);
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
