/** What a person may be allowed to do in an environment. */
export const roleNames = ['deploy', 'approve', 'rollback', 'lock'] as const;
export type Role = (typeof roleNames)[number];

/** Slack user ids (`U…`, `W…`) and user group ids (`S…`). A role that is absent belongs to everybody. */
export type Roles = Readonly<Partial<Record<Role, readonly string[]>>>;

/** A time that comes again and again, in which nothing is deployed. */
export interface FreezeRule {
  /** Five fields: minute, hour, day of month, month, day of week. Each time it fires a freeze begins. */
  readonly cron: string;
  /** Milliseconds from each beginning. */
  readonly lastsMs: number;
  /** IANA name, in which `cron` is read. */
  readonly zone: string;
  readonly reason: string;
}

/** A freeze that is on now. */
export interface Freeze {
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** The rules of an environment that are asked before anything changes there. */
export interface GatePolicy {
  readonly roles: Roles;
  readonly freeze: readonly FreezeRule[];
  /** The environment that must have proved an image before this one takes it. Absent: none. */
  readonly after?: string;
}

/** Everybody may do everything at any time. */
export const openPolicy: GatePolicy = { roles: {}, freeze: [] };

/** A person, as far as roles are concerned. */
export interface Who {
  readonly id: string;
  /** The groups among those with a role that the person belongs to; `unknown` when Slack did not say. */
  readonly groups: readonly string[] | 'unknown';
}

/** `unknown`: it depends on a group of which Slack did not tell the members. */
export function hasRole(who: Who, role: Role, roles: Roles): boolean | 'unknown' {
  const named = roles[role];
  if (named === undefined || named.includes(who.id)) return true;
  const groups = named.filter(isGroup);
  if (who.groups !== 'unknown') return groups.some((group) => who.groups.includes(group));
  return groups.length === 0 ? false : 'unknown';
}

export function isGroup(id: string): boolean {
  return id.startsWith('S');
}
