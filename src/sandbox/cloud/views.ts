import { buildName, type BuildRecord, type BuildStatus, type BuiltImage } from './build/resources.ts';
import type {
  Condition,
  RevisionRecord,
  ServiceRecord,
  TrafficStatus,
  TrafficTarget,
} from './run/resources.ts';
import { etagOf, serviceName } from './run/resources.ts';
import { serving } from './run/routes.ts';

/** A service as it stands, from outside of the API: a copy, for tests and the demo's pages. */
export interface ServiceView {
  readonly name: string;
  readonly uri: string;
  /** Tag → URL, as far as it is open. */
  readonly tags: Readonly<Record<string, string>>;
  /** What was asked for. */
  readonly traffic: readonly TrafficTarget[];
  /** What is so. */
  readonly trafficStatuses: readonly TrafficStatus[];
  /** Short revision name → percent of the traffic now, LATEST resolved. */
  readonly serving: Readonly<Record<string, number>>;
  readonly image: string;
  readonly env: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly generation: number;
  readonly observedGeneration: number;
  readonly etag: string;
  readonly reconciling: boolean;
  readonly terminalCondition: Condition;
  readonly conditions: readonly Condition[];
  /** `INGRESS_TRAFFIC_ALL` … */
  readonly ingress: string;
  /** Short names. */
  readonly latestReadyRevision: string;
  readonly latestCreatedRevision: string;
  readonly lastModifier: string;
}

export interface RevisionView {
  /** Short name. */
  readonly name: string;
  readonly image: string;
  /** The git ref its image was built from; undefined for an image that nobody pushed. */
  readonly ref: string | undefined;
  readonly state: 'starting' | 'ready' | 'failed';
  readonly conditions: readonly Condition[];
  readonly env: Readonly<Record<string, string>>;
  /** `cpu` and `memory`. */
  readonly limits: Readonly<Record<string, string>>;
  /** WebSockets open to it now. */
  readonly openSockets: number;
}

export interface BuildView {
  readonly id: string;
  /** Full name, with project and location. */
  readonly name: string;
  readonly tags: readonly string[];
  readonly substitutions: Readonly<Record<string, string>>;
  readonly ref: string;
  readonly status: BuildStatus;
  readonly images: readonly BuiltImage[];
}

export function serviceView(service: ServiceRecord): ServiceView {
  const tagged = service.trafficStatuses.filter(({ tag }) => tag !== '');
  const container = service.spec.template.containers[0];
  return structuredClone({
    name: serviceName(service),
    uri: service.uri,
    tags: Object.fromEntries(tagged.map(({ tag, uri }) => [tag, uri])),
    traffic: service.spec.traffic,
    trafficStatuses: service.trafficStatuses,
    serving: Object.fromEntries(serving(service)),
    image: container?.image ?? '',
    env: envOf(container),
    labels: service.spec.labels,
    annotations: service.spec.annotations,
    generation: service.generation,
    observedGeneration: service.observedGeneration,
    etag: etagOf(service),
    reconciling: service.reconciling,
    terminalCondition: service.terminalCondition,
    conditions: service.conditions,
    ingress: String(service.spec['ingress']),
    latestReadyRevision: service.latestReady,
    latestCreatedRevision: service.latestCreated,
    lastModifier: service.lastModifier,
  });
}

export function revisionView(revision: RevisionRecord): RevisionView {
  const container = revision.template.containers[0];
  return {
    name: revision.name,
    image: container?.image ?? '',
    ref: revision.ref,
    state: revision.state,
    conditions: [...revision.conditions],
    env: envOf(container),
    limits: { ...container?.resources?.limits },
    openSockets: revision.container?.openSockets ?? 0,
  };
}

export const buildView = (build: BuildRecord): BuildView => ({
  id: build.id,
  name: buildName(build),
  tags: build.request.tags,
  substitutions: build.request.substitutions,
  ref: build.ref,
  status: build.status,
  images: [...build.images],
});

const envOf = (container: { readonly env: readonly { name: string; value?: string }[] } | undefined) =>
  Object.fromEntries((container?.env ?? []).map(({ name, value }) => [name, value ?? '']));
