import type { Lock } from './lock.ts';
import { type Freeze, hasRole, type Role, type Roles, type Who } from './policy.ts';
import { commitOf, type Proved, proofOf, type Wanted } from './proved.ts';
import type { Quarantined } from './quarantine.ts';
import type { ReasonCode } from './reasons.ts';

export type GateAction = 'deploy' | 'rollback' | 'lock' | 'lift';

/** Everything the decision is made from, as it was at one moment. */
export interface GateSnapshot {
  readonly action: GateAction;
  readonly request: {
    readonly services: readonly string[];
    readonly environment: string;
    readonly ref?: string | undefined;
    /** By service, what was built or is chosen; absent before the build. */
    readonly images?: Readonly<Record<string, Wanted>> | undefined;
  };
  /** Absent where the person was asked about before: in a worker. */
  readonly who?: Who | undefined;
  readonly roles: Roles;
  readonly lock?: Lock | undefined;
  /** The freezes that are on now. */
  readonly freezes: readonly Freeze[];
  /** Of the services of the request. */
  readonly quarantine: readonly Quarantined[];
  /** The environment before this one, and by service what it has proved. Absent: there is none. */
  readonly order?: { readonly after: string; readonly proved: Readonly<Record<string, readonly Proved[]>> };
  /** The ref meant another commit when somebody approved it. */
  readonly refMoved?: { readonly from: string; readonly to: string } | undefined;
  /** Somebody gave a reason to pass whatever is not about permission. */
  readonly bypass: boolean;
}

export type GateButton =
  | { readonly kind: 'unlock'; readonly environment: string; readonly lockedAt: number }
  | { readonly kind: 'bypass' };

/** One gate that is closed. */
export interface GateBlock {
  readonly code: ReasonCode;
  /** One sentence, with words of people in quotes; not escaped. */
  readonly summary: string;
  /** When it opens by itself, milliseconds since 1970. */
  readonly until?: number;
  readonly clearedBy: {
    /** Slack ids of people and groups; `anybody` when no role names somebody. */
    readonly people: readonly string[] | 'anybody';
    /** What they do, to be read after “may”. */
    readonly how: string;
  };
  readonly button?: GateButton;
}

/** Something that stops nothing but that people should know. */
export interface GateNote {
  /** `later`: asked again once the image is known. `passed`: closed, but not for this. `bypassed`: see the reason. */
  readonly kind: 'later' | 'passed' | 'bypassed';
  readonly code: ReasonCode;
  readonly summary: string;
}

export type GateDecision =
  | { readonly kind: 'proceed'; readonly notes: readonly GateNote[] }
  | {
      readonly kind: 'refuse';
      /** Every gate that is closed, permission first. */
      readonly blocks: readonly GateBlock[];
      readonly notes: readonly GateNote[];
    };

/** Whether an action may begin, and if not, everything that is in its way. Pure. */
export function decideGate(snapshot: GateSnapshot): GateDecision {
  const permission = permissionBlocks(snapshot);
  const rules = snapshot.action === 'lock' || snapshot.action === 'lift' ? [] : ruleBlocks(snapshot);
  const passed = rules.filter((block) => passes(block, snapshot));
  const closed = [...permission, ...rules.filter((block) => !passes(block, snapshot))];
  const kind = snapshot.action === 'rollback' ? 'passed' : 'bypassed';
  const notes = [
    ...passed.map(({ code, summary }): GateNote => ({ kind, code, summary })),
    ...laterNotes(snapshot, rules),
  ];
  return closed.length === 0 ? { kind: 'proceed', notes } : { kind: 'refuse', blocks: closed, notes };
}

/** What a rollback never waits for: it puts users back to what they had. */
const openToRollback: ReadonlySet<ReasonCode> = new Set(['LOCKED', 'FROZEN']);
/** What a reason and a second person get past. An approval that is void is given again instead. */
const openToBypass: ReadonlySet<ReasonCode> = new Set([
  'LOCKED',
  'FROZEN',
  'QUARANTINED',
  'NOT_PROVED_BEFORE',
]);

/** Whether an emergency could get past all that is closed. */
export function canBypass(blocks: readonly GateBlock[]): boolean {
  return blocks.every(({ code }) => openToBypass.has(code));
}

function passes({ code }: GateBlock, { action, bypass }: GateSnapshot): boolean {
  return (action === 'rollback' && openToRollback.has(code)) || (bypass && openToBypass.has(code));
}

const roleOf = {
  deploy: 'deploy',
  rollback: 'rollback',
  lock: 'lock',
  // What is lifted may be deployed again.
  lift: 'deploy',
} as const satisfies Record<GateAction, Role>;

const deeds = {
  deploy: 'deploy to',
  rollback: 'roll back in',
  lock: 'lock or unlock',
  lift: 'lift a quarantine in',
} as const satisfies Record<GateAction, string>;

function permissionBlocks({ action, who, roles, request }: GateSnapshot): readonly GateBlock[] {
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

function ruleBlocks(snapshot: GateSnapshot): readonly GateBlock[] {
  return [
    ...lockBlocks(snapshot),
    ...freezeBlocks(snapshot),
    ...quarantineBlocks(snapshot),
    ...(snapshot.action === 'deploy' ? orderBlocks(snapshot) : []),
    ...refBlocks(snapshot),
  ];
}

function lockBlocks({ lock, request: { environment }, roles }: GateSnapshot): readonly GateBlock[] {
  if (lock === undefined) return [];
  const named = peopleOf(roles, 'lock');
  const people = named === 'anybody' ? named : [...new Set([lock.by, ...named])];
  return [
    {
      code: 'LOCKED',
      summary: `${environment} is locked by ${lock.byName}: “${lock.reason}”.`,
      until: lock.until,
      clearedBy: { people, how: `unlock it, also with /deploy unlock ${environment}` },
      button: { kind: 'unlock', environment, lockedAt: lock.at },
    },
  ];
}

function freezeBlocks({ freezes, request: { environment }, roles }: GateSnapshot): readonly GateBlock[] {
  return freezes.map(({ reason, until }) => ({
    code: 'FROZEN',
    summary: `${environment} is frozen: “${reason}”.`,
    until,
    clearedBy: { people: peopleOf(roles, 'approve'), how: 'approve an emergency bypass' },
    button: { kind: 'bypass' },
  }));
}

function quarantineBlocks({ quarantine, request, roles }: GateSnapshot): readonly GateBlock[] {
  return quarantine
    .filter(({ service, digest }) => request.images?.[service]?.digest === digest)
    .map(({ service, digest, operation, reason }) => ({
      code: 'QUARANTINED',
      summary: `This image of ${service} was taken back from users by ${operation}: ${reason}.`,
      clearedBy: {
        people: peopleOf(roles, 'deploy'),
        how: `lift it: /deploy lift ${service} ${digest.slice(0, 'sha256:'.length + 12)} "why it is safe now"`,
      },
      button: { kind: 'bypass' },
    }));
}

function orderBlocks({ order, request, roles }: GateSnapshot): readonly GateBlock[] {
  if (order === undefined) return [];
  return request.services
    .filter((service) => !isProved(service, { order, request }))
    .map((service) => ({
      code: 'NOT_PROVED_BEFORE',
      summary: `${order.after} has not proved this version of ${service}.`,
      clearedBy: {
        people: peopleOf(roles, 'deploy'),
        how: `deploy it there first: /deploy ${service} ${order.after}${request.ref === undefined ? '' : ` ref:${request.ref}`}`,
      },
      button: { kind: 'bypass' },
    }));
}

type Ordered = { readonly order: NonNullable<GateSnapshot['order']> } & Pick<GateSnapshot, 'request'>;

/** Before the build only a commit, or the lack of any proof, says something; the rest is asked after it. */
function isProved(service: string, { order, request }: Ordered): boolean {
  const proved = order.proved[service] ?? [];
  const wanted = request.images?.[service] ?? { commit: commitOf(request.ref ?? '') };
  if (proofOf(proved, wanted) !== undefined) return true;
  const unknown = wanted.digest === undefined && wanted.commit === undefined;
  return unknown && proved.length > 0;
}

function refBlocks({ refMoved, request, roles }: GateSnapshot): readonly GateBlock[] {
  if (refMoved === undefined) return [];
  return [
    {
      code: 'REF_MOVED',
      summary: `${request.ref ?? 'The ref'} was ${refMoved.from.slice(0, 12)} when it was approved, and is ${refMoved.to.slice(0, 12)} now.`,
      clearedBy: { people: peopleOf(roles, 'approve'), how: 'approve what it is now' },
    },
  ];
}

/** What only the image will tell. */
function laterNotes(
  { action, request, order, quarantine }: GateSnapshot,
  blocks: readonly GateBlock[],
): readonly GateNote[] {
  if (action !== 'deploy' || request.images !== undefined) return [];
  const known = blocks.some(({ code }) => code === 'NOT_PROVED_BEFORE');
  const ordered = order !== undefined && !known && commitOf(request.ref ?? '') === undefined;
  return [
    ...(ordered
      ? [later('NOT_PROVED_BEFORE', `After the build: whether ${order.after} has proved this version.`)]
      : []),
    ...(quarantine.length > 0
      ? [
          later(
            'QUARANTINED',
            `After the build: whether the image is one of ${quarantine.length} in quarantine.`,
          ),
        ]
      : []),
  ];
}

function later(code: ReasonCode, summary: string): GateNote {
  return { kind: 'later', code, summary };
}

function peopleOf(roles: Roles, role: Role): readonly string[] | 'anybody' {
  return roles[role] ?? 'anybody';
}
