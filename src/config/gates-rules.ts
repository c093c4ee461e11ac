import { commandWords } from '../domain/request.ts';
import { quote } from './found.ts';
import type { Finding } from './issues.ts';
import { suggest } from './suggest.ts';

type Mapping = Readonly<Record<string, unknown>>;

/** Rules of gates between parts of the file. */
export function checkGates(services: Mapping, environments: Mapping): readonly Finding[] {
  return [
    ...Object.keys(services).filter(isWord).map(reserved),
    ...Object.keys(environments).flatMap((name) => [
      ...approverFaults(name, mapping(environments[name])),
      ...orderFaults(name, environments),
    ]),
  ];
}

function isWord(name: string): boolean {
  return commandWords.some((word) => word === name);
}

function reserved(name: string): Finding {
  return {
    path: ['services', name],
    expected: `a name that means nothing else behind /deploy (not ${commandWords.join(', ')})`,
    found: quote(name),
    atKey: true,
    example: 'backend:',
  };
}

/** Approvers have one place: said twice, one of both would be wrong some day. */
function approverFaults(name: string, environment: Mapping): readonly Finding[] {
  const approval = environment['approval'];
  const path = ['environments', name, 'approval', 'by'];
  const example = 'by: [S0APPROVERS]';
  const role = mapping(environment['roles'])['approve'];
  const by = mapping(approval)['by'];
  if (by !== undefined && role !== undefined)
    return [
      {
        path,
        expected: 'approvers in one place',
        found: 'both approval.by and roles.approve',
        atKey: true,
        example,
      },
    ];
  const isMapping = typeof approval === 'object' && approval !== null && !Array.isArray(approval);
  return isMapping && by === undefined && role === undefined
    ? [{ path, expected: 'at least one approver, here or in roles.approve', found: 'nothing', example }]
    : [];
}

function orderFaults(name: string, environments: Mapping): readonly Finding[] {
  const after = mapping(environments[name])['after'];
  if (typeof after !== 'string') return [];
  const path = ['environments', name, 'after'];
  const others = Object.keys(environments).filter((other) => other !== name);
  const example = `after: ${others[0] ?? 'staging'}`;
  if (!others.includes(after)) {
    const meant = suggest(after, others);
    const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`;
    return [{ path, expected: `the name of another environment${hint}`, example }];
  }
  return comesBack(name, environments)
    ? [{ path, expected: 'an order with a first environment', found: 'one that leads back here', example }]
    : [];
}

/** Whether going from each environment to the one before it leads back to where it began. */
function comesBack(name: string, environments: Mapping): boolean {
  const seen = new Set<unknown>();
  let before: unknown = mapping(environments[name])['after'];
  while (typeof before === 'string' && !seen.has(before)) {
    if (before === name) return true;
    seen.add(before);
    before = mapping(Object.hasOwn(environments, before) ? environments[before] : undefined)['after'];
  }
  return false;
}

function mapping(value: unknown): Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Mapping) : {};
}
