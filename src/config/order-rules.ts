import { allBefore } from '../domain/part.ts';
import type { Finding } from './issues.ts';
import { suggest } from './suggest.ts';

const kinds = { environments: 'environment', services: 'service' } as const;

/** What comes `after` what must be there, and must have a beginning. */
export function checkOrder(
  part: keyof typeof kinds,
  things: Readonly<Record<string, unknown>>,
): readonly Finding[] {
  const after = Object.fromEntries(Object.entries(things).map(([name, thing]) => [name, afterOf(thing)]));
  return Object.entries(after).flatMap(([name, befores]) => {
    const others = Object.keys(things).filter((other) => other !== name);
    const [first = part === 'environments' ? 'staging' : 'backend'] = others;
    const place = {
      path: [part, name, 'after'],
      example: `after: ${part === 'services' ? `[${first}]` : first}`,
    };
    const unknown = befores.filter((before) => before !== name && !others.includes(before));
    if (befores.includes(name) || unknown.length > 0) {
      const meant = suggest(unknown[0] ?? '', others);
      const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`;
      return [{ ...place, expected: `the name of another ${kinds[part]}${hint}` }];
    }
    const comesBack = allBefore(name, after).has(name);
    return comesBack
      ? [{ ...place, expected: `an order with a first ${kinds[part]}`, found: 'one that leads back here' }]
      : [];
  });
}

function afterOf(thing: unknown): readonly string[] {
  const after = typeof thing === 'object' && thing !== null && 'after' in thing ? thing.after : undefined;
  return [after].flat().filter((name) => typeof name === 'string');
}
