import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Container } from '../container.ts';
import { RpcError } from '../errors.ts';
import type { LogStore } from '../logging/store.ts';
import { Meter, type Sampling } from '../monitoring/meter.ts';
import type { Pace } from '../pace.ts';
import { suffix, type Random } from '../random.ts';
import { behaviourOf } from '../refs.ts';
import type { Registry } from '../registry.ts';
import { timestamp } from '../wire.ts';
import * as conditions from './conditions.ts';
import { logUri } from './messages.ts';
import type { Failure, RevisionRecord, ServiceRecord, Template } from './resources.ts';
import { revisionLog } from './revision-log.ts';

export interface RevisionTools {
  readonly pace: Pace;
  readonly logs: LogStore;
  readonly registry: Registry;
  readonly random: Random;
  readonly sampling: Sampling;
}

/** Milliseconds of demo time from creation to a container that listens. */
const STARTUP = 1500;

/**
 * The revision that a template asks for: a new one, or the existing one of that name when it has the same content.
 * @throws RpcError ALREADY_EXISTS when the name stands for other content.
 */
export function revisionFor(
  service: ServiceRecord,
  { template, by: creator }: { readonly template: Template; readonly by: string },
  tools: RevisionTools,
): RevisionRecord {
  const existing = service.revisions.get(template.revision);
  if (existing !== undefined) {
    if (sameContent(existing.template, template)) return existing;
    // Wording: https://github.com/googleapis/google-cloud-python/issues/14259
    throw new RpcError(
      'ALREADY_EXISTS',
      `Revision named '${template.revision}' with different configuration already exists.`,
    );
  }
  return createRevision(service, { template, creator }, tools);
}

const sameContent = (one: Template, other: Template): boolean =>
  isDeepStrictEqual({ ...one, revision: '' }, { ...other, revision: '' });

function createRevision(
  service: ServiceRecord,
  { template, creator }: Pick<RevisionRecord, 'template' | 'creator'>,
  tools: RevisionTools,
): RevisionRecord {
  service.sequence += 1;
  const number = String(service.sequence).padStart(5, '0');
  const revision: RevisionRecord = {
    name: template.revision || `${service.id}-${number}-${suffix(tools.random)}`,
    uid: randomUUID(),
    template: structuredClone(template),
    sequence: service.sequence,
    createTime: timestamp(Date.now()),
    creator,
    ref: tools.registry.refOf(template.containers[0]?.image ?? ''),
    state: 'starting',
    failure: undefined,
    conditions: conditions.REVISION_PARTS.map((part) => conditions.reconciling(part, 'Deploying revision.')),
    container: undefined,
    meter: undefined,
    settled: Promise.resolve(),
  };
  service.revisions.set(revision.name, revision);
  startRevision(service, revision, tools);
  return revision;
}

/** Starts the container; `revision.settled` resolves when it listens or has failed. */
function startRevision(service: ServiceRecord, revision: RevisionRecord, tools: RevisionTools): void {
  const began = Date.now();
  revision.settled = bringUp(service, revision, tools).then((failure) => {
    const healthy = conditions.healthyIn(Date.now() - began);
    revision.failure = failure;
    revision.state = failure === undefined ? 'ready' : 'failed';
    revision.conditions = conditions.REVISION_PARTS.map((part) => partCondition(part, failure, healthy));
  });
}

function partCondition(
  part: string,
  failure: Failure | undefined,
  healthy: string,
): ReturnType<typeof conditions.succeeded> {
  if (failure === undefined) return conditions.succeeded(part, part === 'ContainerHealthy' ? healthy : '');
  const missing = 'reason' in failure.reason;
  // An image that is not there never gets to run; a container that crashed was fetched all right.
  const untouched = missing ? part === 'ContainerHealthy' : part === 'ContainerReady';
  return untouched ? conditions.reconciling(part) : conditions.failed(part, failure);
}

async function bringUp(
  service: ServiceRecord,
  revision: RevisionRecord,
  tools: RevisionTools,
): Promise<Failure | undefined> {
  const image = revision.template.containers[0]?.image ?? '';
  const behaviour = revision.ref === undefined ? undefined : behaviourOf(revision.ref);
  if (behaviour === undefined) {
    await tools.pace.wait(STARTUP / 3);
    return conditions.imageNotFound(image);
  }
  const start = (): Promise<void> => tools.pace.wait(STARTUP * (behaviour.startupFactor ?? 1));
  await start();
  const log = revisionLog(service, revision, tools.logs);
  if (behaviour.startup !== undefined) {
    log.crash(behaviour.startup);
    return conditions.containerDidNotStart(portOf(revision), logUri(service, revision.name));
  }
  revision.container = new Container({
    service: service.id,
    revision: revision.name,
    port: portOf(revision),
    env: revision.template.containers[0]?.env ?? [],
    behaviour,
    memory: memoryOf(revision),
    restarted: start,
    log,
    random: tools.random,
  });
  await revision.container.start();
  revision.meter = new Meter({ period: tools.sampling.period, instances: revision.container.size });
  return undefined;
}

const portOf = (revision: RevisionRecord): number =>
  revision.template.containers[0]?.ports[0]?.containerPort ?? 8080;

const UNITS = {
  Ki: 1 / 1024,
  Mi: 1,
  Gi: 1024,
  K: 1e3 / 2 ** 20,
  M: 1e6 / 2 ** 20,
  G: 1e9 / 2 ** 20,
} as const;

/** In MiB; Kubernetes' quantities: https://cloud.google.com/run/docs/configuring/services/memory-limits */
function memoryOf(revision: RevisionRecord): number {
  const limit = revision.template.containers[0]?.resources?.limits['memory'] ?? '';
  const [, number = '512', unit = 'Mi'] = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi|K|M|G)$/.exec(limit) ?? [];
  return Number(number) * UNITS[unit as keyof typeof UNITS];
}

/** Ends what the service's revisions run, open sockets too. */
export async function stopContainers(service: ServiceRecord): Promise<void> {
  for (const { container } of service.revisions.values()) await container?.stop();
}
