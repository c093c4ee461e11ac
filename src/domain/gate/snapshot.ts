import type { Lock } from '../lock.ts';
import type { Freeze, Role, Roles, Who } from '../policy.ts';
import type { Proved, Wanted } from '../proved.ts';
import type { Quarantined } from '../quarantine.ts';
import type { ReasonCode } from '../reasons.ts';

export type GateAction = 'deploy' | 'infrastructure' | 'rollback' | 'lock' | 'lift';

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

/** Whom a role names. */
export function peopleOf(roles: Roles, role: Role): readonly string[] | 'anybody' {
  return roles[role] ?? 'anybody';
}
