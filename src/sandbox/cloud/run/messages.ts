import { pack, type Packed } from '../wire.ts';
import { etagOf, serviceName, type RevisionRecord, type ServiceRecord } from './resources.ts';

const revisionName = (service: ServiceRecord, short: string): string =>
  short && `${serviceName(service)}/revisions/${short}`;

/** google.cloud.run.v2.Service */
export function toServiceMessage(service: ServiceRecord): object {
  return {
    ...service.spec,
    name: serviceName(service),
    uid: service.uid,
    generation: String(service.generation),
    observedGeneration: String(service.observedGeneration),
    createTime: service.createTime,
    updateTime: service.updateTime,
    creator: service.creator,
    lastModifier: service.lastModifier,
    reconciling: service.reconciling,
    terminalCondition: service.terminalCondition,
    conditions: service.conditions,
    latestCreatedRevision: revisionName(service, service.latestCreated),
    latestReadyRevision: revisionName(service, service.latestReady),
    trafficStatuses: service.trafficStatuses,
    uri: service.uri,
    urls: service.uri ? [service.uri] : [],
    etag: etagOf(service),
  };
}

export const packService = (service: ServiceRecord): Packed =>
  pack('google.cloud.run.v2.Service', toServiceMessage(service));

/** google.cloud.run.v2.Revision */
export function toRevisionMessage(service: ServiceRecord, revision: RevisionRecord): object {
  return {
    ...revision.template,
    name: revisionName(service, revision.name),
    uid: revision.uid,
    generation: '1',
    observedGeneration: revision.state === 'starting' ? '0' : '1',
    createTime: revision.createTime,
    creator: revision.creator,
    updateTime: revision.createTime,
    service: service.id,
    reconciling: revision.state === 'starting',
    conditions: revision.conditions,
    logUri: logUri(service, revision.name),
    etag: `"${revision.uid}"`,
  };
}

export function logUri(service: ServiceRecord, revision: string): string {
  const filter = [
    'resource.type="cloud_run_revision"',
    `resource.labels.service_name="${service.id}"`,
    `resource.labels.revision_name="${revision}"`,
  ].join('\n');
  const place = `cloud_run_revision/service_name/${service.id}/revision_name/${revision}`;
  return `https://console.cloud.google.com/logs/viewer?project=${service.project}&resource=${place}&advancedFilter=${encodeURIComponent(filter)}`;
}
