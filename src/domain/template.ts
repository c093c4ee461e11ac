/** Where requests to a service may come from, the widest last. */
export const ingresses = ['internal', 'internal-and-cloud-load-balancing', 'all'] as const;
export type Ingress = (typeof ingresses)[number];

/** A secret by name: its value is known to Cloud Run alone. */
export interface SecretReference {
  /** The name, or `projects/P/secrets/S` for one of another project. */
  readonly secret: string;
  /** A number, an alias or `latest`. */
  readonly version: string;
}

/** How Cloud Run asks an instance whether it has started, or still lives. */
export interface ContainerProbe {
  /** Absent: whether the port takes connections is enough. */
  readonly path?: string;
  /** Absent: the port of the container. */
  readonly port?: number;
  readonly periodMs: number;
  readonly timeoutMs: number;
  /** Failures one after the other that are one too many. */
  readonly failures: number;
}

/** What a service should run with, as far as the configuration says; what is absent stays as Cloud Run has it. */
export interface WantedTemplate {
  /** Null removes the variable, whatever it holds. */
  readonly env?: Readonly<Record<string, string | null>>;
  /** By the name of the variable. */
  readonly secrets?: Readonly<Record<string, SecretReference>>;
  /** Cloud Run's own form: `2`, `500m`. */
  readonly cpu?: string;
  /** Cloud Run's own form: `512Mi`, `2Gi`. */
  readonly memory?: string;
  /** Requests that one instance takes at the same time. */
  readonly concurrency?: number;
  /** Cloud Run cuts requests and WebSockets at this age; whole seconds. */
  readonly timeoutMs?: number;
  readonly minInstances?: number;
  readonly maxInstances?: number;
  /** E-mail address. */
  readonly serviceAccount?: string;
  readonly ingress?: Ingress;
  /** Whether a client's requests go to the same instance. */
  readonly affinity?: boolean;
  /** More CPU while an instance starts. */
  readonly cpuBoost?: boolean;
  readonly startupProbe?: ContainerProbe;
  readonly livenessProbe?: ContainerProbe;
}

/** One over the other, key by key; variables name by name, whether they are plain or secret. */
export function templateOver(
  base: WantedTemplate | undefined,
  over: WantedTemplate | undefined,
): WantedTemplate | undefined {
  if (base === undefined || over === undefined) return over ?? base;
  const env = { ...without(base.env, over.secrets), ...over.env };
  const secrets = { ...without(base.secrets, over.env), ...over.secrets };
  return {
    ...base,
    ...over,
    ...(base.env === undefined && over.env === undefined ? {} : { env }),
    ...(base.secrets === undefined && over.secrets === undefined ? {} : { secrets }),
  };
}

function without<Value>(
  entries: Readonly<Record<string, Value>> | undefined,
  taken: object | undefined,
): Readonly<Record<string, Value>> {
  return Object.fromEntries(
    Object.entries(entries ?? {}).filter(([name]) => !Object.hasOwn(taken ?? {}, name)),
  );
}
