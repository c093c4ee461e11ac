import { hasRole, type Role, type Roles, type Who } from '../policy.ts';
import { type GateAction, type GateBlock, type GateSnapshot, peopleOf } from './snapshot.ts';

const roleOf = {
  deploy: 'deploy',
  infrastructure: 'deploy',
  rollback: 'rollback',
  lock: 'lock',
  // What is lifted may be deployed again.
  lift: 'deploy',
} as const satisfies Record<GateAction, Role>;

const deeds = {
  deploy: 'deploy to',
  infrastructure: 'change the infrastructure of',
  rollback: 'roll back in',
  lock: 'lock or unlock',
  lift: 'lift a quarantine in',
} as const satisfies Record<GateAction, string>;

/** Whether the person may; nobody is asked about in a worker. */
export function permissionBlocks({ action, who, roles, request }: GateSnapshot): readonly GateBlock[] {
  if (who === undefined) return [];
  return roleBlocks({ who, roles, role: roleOf[action], deed: `${deeds[action]} ${request.environment}` });
}

export interface RoleQuestion {
  readonly who: Who;
  readonly roles: Roles;
  readonly role: Role;
  /** What the person wants to do, to be read after “may not”. */
  readonly deed: string;
}

/** The gate of permission alone, for what has no other: none when it is open, else one. */
export function roleBlocks({ who, roles, role, deed }: RoleQuestion): readonly GateBlock[] {
  const allowed = hasRole(who, role, roles);
  if (allowed === true) return [];
  const clearedBy = { people: peopleOf(roles, role), how: 'do it' };
  if (allowed === 'unknown')
    return [{ code: 'ROLE_UNKNOWN', summary: `Whether you may ${deed} could not be looked up.`, clearedBy }];
  return [{ code: 'NOT_ALLOWED', summary: `You may not ${deed}.`, clearedBy }];
}
