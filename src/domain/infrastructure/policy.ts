/** Terraform or OpenTofu on the worker. */
export interface ProgramWay {
  readonly kind: 'program';
  readonly program: 'terraform' | 'tofu';
  readonly source: GitSource | { readonly kind: 'folder'; readonly folder: string };
  /** Absent: the default one. */
  readonly workspace?: string | undefined;
  /** What `init` is told of the backend. */
  readonly backend: Readonly<Record<string, string>>;
  /** The whole environment of the program, variables of the configuration (`TF_VAR_…`) among it. Holds secrets. */
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds that somebody else's state lock is waited for. */
  readonly lockWaitMs: number;
  /** Milliseconds that an apply may take; a worker that takes over waits as long for the one before. */
  readonly timeoutMs: number;
}

/** A trigger of Cloud Build, whose builds plan and apply: docs/configuration.md says what they are asked for. */
export interface TriggerWay {
  readonly kind: 'trigger';
  /** Name or id. */
  readonly trigger: string;
  readonly project: string;
  /** `global` for a trigger that is in no region. */
  readonly region: string;
  /** Where its builds keep plans and outputs. */
  readonly bucket: string;
  /** Prefix of the objects, without a slash at its end; may be empty. */
  readonly prefix: string;
  /** As with a program; the builds are told of it. */
  readonly lockWaitMs: number;
  readonly timeoutMs: number;
}

export interface GitSource {
  readonly kind: 'git';
  /** `https://…` or `file:///…` */
  readonly repository: string;
  /** Folder of the configuration inside the repository; `.` is the repository itself. */
  readonly directory: string;
}

/** How the infrastructure of an environment is changed. */
export interface InfrastructurePolicy {
  readonly way: ProgramWay | TriggerWay;
  /** Absent: when something is destroyed, or the environment asks for approvals anyway. */
  readonly approval?: 'always' | 'destroy' | 'never' | undefined;
  readonly propagation: {
    /** Milliseconds in which the way users come must be well. */
    readonly withinMs: number;
    /** Looks in a row that must be well. */
    readonly times: number;
    readonly probes: 'health' | 'validation';
  };
  /** By name, what an output must be; numbers and booleans as text. */
  readonly outputs: Readonly<Record<string, string>>;
}
