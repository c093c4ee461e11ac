import type { Diagnostic, StateLock } from './messages.ts';
import type { InfrastructurePlan } from './plan.ts';

/** Why a program, or a build, did not do what it was asked for. */
export type Problem =
  /** It cannot be run at all: the error of the system. */
  | {
      readonly kind: 'missing';
      readonly what: string;
      readonly error: string;
      /** Default: to install it on the worker. */
      readonly advice?: string;
    }
  | { readonly kind: 'locked'; readonly lock: StateLock }
  /** The saved plan is not for the state as it is now. */
  | { readonly kind: 'stale' }
  | { readonly kind: 'timed-out'; readonly afterMs: number }
  /** It was told to end, and did so in order. */
  | { readonly kind: 'stopped' }
  | {
      readonly kind: 'failed';
      /** What it ran, e.g. `terraform plan`, with its exit code. */
      readonly what: string;
      readonly diagnostics: readonly Diagnostic[];
      /** The last lines, where no diagnostic explains it. */
      readonly lines: readonly string[];
    };

export type Done<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  | { readonly kind: 'problem'; readonly problem: Problem };

export interface Linted {
  readonly program: string;
  /** Empty where the configuration is checked only when it is planned. */
  readonly version: string;
  readonly warnings: readonly string[];
  /** What the ref stands for; absent where the configuration is a folder without a history. */
  readonly commit: string | undefined;
}

/** What became of the resources of a plan until it ended. */
export interface Applied {
  readonly done: readonly string[];
  readonly failed: readonly string[];
  /** Begun, and nothing was heard of them since. */
  readonly open: readonly string[];
}

export interface Output {
  readonly name: string;
  /** As text: strings as they are, all else as JSON. */
  readonly value: string;
  readonly sensitive: boolean;
}

/** What changes the infrastructure of an environment: of one operation, on one worker. */
export interface InfrastructureTool {
  /** Whether an apply that was begun is found again by whoever takes over, with all that becomes of it. */
  readonly findsAgain: boolean;
  /** Whether it can be run at all. */
  ready(): Promise<Done<{ readonly program: string; readonly version: string }>>;
  /** @param ref what is planned from now on; a commit stays the same one. */
  lint(ref: string): Promise<Done<Linted>>;
  /** Makes a plan and keeps it, so that exactly this one can be applied. Nothing is changed by it. */
  plan(ref: string): Promise<Done<InfrastructurePlan>>;
  /** Whether exactly this plan is kept here and can be applied. */
  keeps(digest: string): Promise<boolean>;
  /** Applies the plan that is kept, and no other. `tell` hears how far it is. */
  apply(tell: (text: string) => void): Promise<Done<Applied> & { readonly applied: Applied }>;
  /** Of the state as it is, read with the configuration at this ref. */
  outputs(ref: string): Promise<Done<readonly Output[]>>;
}
