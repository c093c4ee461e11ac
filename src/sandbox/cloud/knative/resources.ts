import type { RevisionRecord, ServiceRecord, TrafficStatus, TrafficTarget } from '../run/resources.ts';
import { logUri } from '../run/messages.ts';
import { serving, wantedTraffic } from '../run/routes.ts';
import { conditionOf, rfc3339 } from './conditions.ts';
import { templateAnnotations, templateSpec } from './template.ts';

export const API_VERSION = 'serving.knative.dev/v1';

/** Counts every write to the service: who replaces it must name the one that was read. */
export const resourceVersion = (service: ServiceRecord): string => String(service.version);

/** https://cloud.google.com/run/docs/reference/rest/v1/namespaces.services */
export function toService(service: ServiceRecord): object {
  const { template } = service.spec;
  return {
    apiVersion: API_VERSION,
    kind: 'Service',
    metadata: {
      name: service.id,
      namespace: service.project,
      selfLink: `/apis/${API_VERSION}/namespaces/${service.project}/services/${service.id}`,
      uid: service.uid,
      resourceVersion: resourceVersion(service),
      generation: service.generation,
      creationTimestamp: rfc3339(service.createTime),
      labels: { ...service.spec.labels, 'cloud.googleapis.com/location': service.location },
      annotations: serviceAnnotations(service),
    },
    spec: {
      template: {
        metadata: {
          ...(template.revision === '' ? {} : { name: template.revision }),
          labels: template.labels,
          annotations: templateAnnotations(template),
        },
        spec: templateSpec(template),
      },
      traffic: wantedTraffic(service).map(targetOf),
    },
    status: statusOf(service),
  };
}

function serviceAnnotations(service: ServiceRecord): object {
  const { annotations, ingress } = service.spec;
  const entrance = String(ingress).replace('INGRESS_TRAFFIC_', '').toLowerCase().replaceAll('_', '-');
  return {
    ...annotations,
    'serving.knative.dev/creator': service.creator,
    'serving.knative.dev/lastModifier': service.lastModifier,
    'run.googleapis.com/ingress': entrance,
    'run.googleapis.com/ingress-status': entrance,
    'run.googleapis.com/urls': JSON.stringify([service.uri]),
  };
}

/** https://cloud.google.com/run/docs/reference/rest/v1/namespaces.services#ServiceStatus */
const statusOf = (service: ServiceRecord): object => ({
  observedGeneration: service.observedGeneration,
  conditions: [service.terminalCondition, ...service.conditions].map(conditionOf),
  ...(service.latestReady === '' ? {} : { latestReadyRevisionName: service.latestReady }),
  latestCreatedRevisionName: service.latestCreated,
  traffic: service.trafficStatuses.map((status) => statusTargetOf(status, service)),
  url: service.uri,
  address: { url: service.uri },
});

const isLatest = ({ type }: TrafficTarget): boolean => type === 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST';

/** https://cloud.google.com/run/docs/reference/rest/v1/TrafficTarget */
const targetOf = (target: TrafficTarget): object => ({
  ...(isLatest(target) ? { latestRevision: true } : { revisionName: target.revision }),
  ...(target.percent === 0 ? {} : { percent: target.percent }),
  ...(target.tag === '' ? {} : { tag: target.tag }),
});

const statusTargetOf = (status: TrafficStatus, service: ServiceRecord): object => ({
  ...targetOf(status),
  revisionName: status.revision || service.latestReady,
  ...(status.uri === '' ? {} : { url: status.uri }),
});

/** https://cloud.google.com/run/docs/reference/rest/v1/namespaces.revisions */
export function toRevision(service: ServiceRecord, revision: RevisionRecord): object {
  const image = revision.template.containers[0]?.image ?? '';
  return {
    apiVersion: API_VERSION,
    kind: 'Revision',
    metadata: {
      name: revision.name,
      namespace: service.project,
      selfLink: `/apis/${API_VERSION}/namespaces/${service.project}/revisions/${revision.name}`,
      uid: revision.uid,
      resourceVersion: `${revision.sequence}.${revision.state}`,
      generation: 1,
      creationTimestamp: rfc3339(revision.createTime),
      labels: {
        ...revision.template.labels,
        'cloud.googleapis.com/location': service.location,
        'serving.knative.dev/configuration': service.id,
        'serving.knative.dev/configurationGeneration': String(revision.sequence),
        'serving.knative.dev/service': service.id,
        'serving.knative.dev/serviceUid': service.uid,
      },
      annotations: {
        ...templateAnnotations(revision.template),
        'serving.knative.dev/creator': revision.creator,
      },
    },
    spec: templateSpec(revision.template),
    status: {
      observedGeneration: revision.state === 'starting' ? 0 : 1,
      conditions: [...revision.conditions.map(conditionOf), activeCondition(service, revision)],
      logUrl: logUri(service, revision.name),
      ...(image.includes('@sha256:') ? { imageDigest: image } : {}),
    },
  };
}

/** What the column ACTIVE of `gcloud run revisions list` shows: can anybody reach it? */
function activeCondition(service: ServiceRecord, revision: RevisionRecord): object {
  const tagged = service.trafficStatuses.some(
    ({ tag, revision: name }) => tag !== '' && (name || service.latestReady) === revision.name,
  );
  const active = tagged || serving(service).has(revision.name);
  return {
    type: 'Active',
    status: active ? 'True' : 'False',
    severity: 'Info',
    ...(active ? {} : { reason: 'NoTraffic' }),
    lastTransitionTime: rfc3339(service.updateTime),
  };
}
