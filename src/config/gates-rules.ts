import { commandWords } from '../domain/request.ts';
import { quote } from './found.ts';
import type { Finding } from './issues.ts';
import { checkOrder } from './order-rules.ts';

type Mapping = Readonly<Record<string, unknown>>;

/** Rules of gates between parts of the file. */
export function checkGates(services: Mapping, environments: Mapping): readonly Finding[] {
  return [
    ...Object.keys(services).filter(isWord).map(reserved),
    ...Object.keys(environments).flatMap((name) => approverFaults(name, mapping(environments[name]))),
    ...checkOrder('environments', environments),
    ...checkOrder('services', services),
  ];
}

function isWord(name: string): boolean {
  return commandWords.includes(name);
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

function mapping(value: unknown): Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Mapping) : {};
}
