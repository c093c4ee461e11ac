import type { Container } from '../container.ts';
import type { Meter } from '../monitoring/meter.ts';
import type { Duration, Packed, Timestamp } from '../wire.ts';

export type AllocationType =
  | 'TRAFFIC_TARGET_ALLOCATION_TYPE_UNSPECIFIED'
  | 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST'
  | 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION';

export interface TrafficTarget {
  type: AllocationType;
  /** Short name; empty for LATEST. */
  revision: string;
  percent: number;
  tag: string;
}

export interface TrafficStatus extends TrafficTarget {
  uri: string;
}

export interface ContainerSpec {
  name: string;
  image: string;
  env: { name: string; value?: string }[];
  resources: { limits: Record<string, string> } | null;
  ports: { name: string; containerPort: number }[];
  [field: string]: unknown;
}

export interface Template {
  revision: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  timeout: Duration | null;
  containers: ContainerSpec[];
  maxInstanceRequestConcurrency: number;
  sessionAffinity: boolean;
  [field: string]: unknown;
}

/** The part of a Service that clients write; fields that nothing here reads are kept as they came. */
export interface ServiceSpec {
  name: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  template: Template | null;
  traffic: TrafficTarget[];
  etag: string;
  [field: string]: unknown;
}

export type Reason =
  | { readonly executionReason: 'NON_ZERO_EXIT_CODE' | 'CANCELLED' }
  | { readonly reason: 'REVISION_FAILED' | 'CONTAINER_MISSING' | 'UNKNOWN' }
  | { readonly revisionReason: 'HEALTH_CHECK_CONTAINER_ERROR' };

export type ConditionState =
  | 'CONDITION_PENDING'
  | 'CONDITION_RECONCILING'
  | 'CONDITION_FAILED'
  | 'CONDITION_SUCCEEDED';

export interface Condition {
  readonly type: string;
  readonly state: ConditionState;
  readonly message: string;
  readonly lastTransitionTime: Timestamp;
  readonly severity: 'SEVERITY_UNSPECIFIED' | 'ERROR';
  readonly reason?: string;
  readonly revisionReason?: string;
}

export interface Failure {
  readonly message: string;
  readonly reason: Reason;
}

export interface RevisionRecord {
  /** Short name. */
  readonly name: string;
  readonly uid: string;
  readonly template: Template;
  /** Position among the service's revisions: a higher one is newer. */
  readonly sequence: number;
  createTime: Timestamp;
  /** E-mail of who asked for it. */
  readonly creator: string;
  readonly ref: string | undefined;
  state: 'starting' | 'ready' | 'failed';
  failure: Failure | undefined;
  conditions: Condition[];
  container: Container | undefined;
  /** Counts what the container serves; there as long as it runs. */
  meter: Meter | undefined;
  /** Resolves when the state is no longer `starting`. */
  settled: Promise<void>;
}

export interface ServiceRecord {
  readonly project: string;
  readonly location: string;
  readonly id: string;
  readonly uid: string;
  createTime: Timestamp;
  /** Seconds of instances a day, from its creation until the sandbox started. Default 0. */
  usedBefore?: number;
  readonly revisions: Map<string, RevisionRecord>;
  spec: ServiceSpec & { template: Template };
  readonly creator: string;
  lastModifier: string;
  updateTime: Timestamp;
  generation: number;
  observedGeneration: number;
  /** Counts every write to the service, status included: the etag is made of it. */
  version: number;
  sequence: number;
  latestCreated: string;
  latestReady: string;
  reconciling: boolean;
  terminalCondition: Condition;
  conditions: Condition[];
  trafficStatuses: TrafficStatus[];
  uri: string;
  /** The work on the newest generation. */
  work: Promise<Packed>;
  deleted: boolean;
}

export const serviceName = (service: ServiceRecord): string =>
  `projects/${service.project}/locations/${service.location}/services/${service.id}`;

export const etagOf = (service: ServiceRecord): string =>
  `"${Buffer.from(`${service.uid}/${service.version}`).toString('base64url')}"`;

/** Every write goes through here, or its etag would not change. */
export function touch(service: ServiceRecord, updateTime: Timestamp): void {
  service.version += 1;
  service.updateTime = updateTime;
}
