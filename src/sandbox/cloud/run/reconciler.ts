import { isDeepStrictEqual } from 'node:util';
import { RpcError, type StatusName } from '../errors.ts';
import { timestamp, type Packed } from '../wire.ts';
import * as conditions from './conditions.ts';
import { packService } from './messages.ts';
import { touch, type Failure, type RevisionRecord, type ServiceRecord } from './resources.ts';
import { revisionFor, type RevisionTools } from './revisions.ts';
import { wantedTraffic, type Routes } from './routes.ts';

/** Milliseconds of demo time for traffic to move. */
const ROUTING = 600;

interface Fault {
  readonly code: StatusName;
  readonly failure: Failure;
}

/** Brings services to the state that their spec asks for, one generation at a time. */
export class Reconciler {
  readonly #tools: RevisionTools;
  readonly #routes: Routes;

  constructor(tools: RevisionTools, routes: Routes) {
    this.#tools = tools;
    this.#routes = routes;
  }

  /**
   * Takes a new spec and starts the work on it. What comes back resolves with the service, or rejects with the
   * operation's error. A spec that changes nothing joins the work already done or under way.
   */
  apply(service: ServiceRecord, spec: ServiceRecord['spec'], by: string): Promise<Packed> {
    const first = service.generation === 0;
    if (!first && isDeepStrictEqual(service.spec, spec)) return service.work;
    const changed = first || !isDeepStrictEqual(service.spec.template, spec.template);
    const revision = changed ? revisionFor(service, { template: spec.template, by }, this.#tools) : undefined;
    service.spec = spec;
    service.lastModifier = by;
    service.generation += 1;
    service.latestCreated = revision?.name ?? service.latestCreated;
    service.reconciling = true;
    service.terminalCondition = conditions.reconciling('Ready');
    service.conditions = conditions.SERVICE_PARTS.map((part) => conditions.reconciling(part));
    touch(service, timestamp(Date.now()));
    service.work = this.#work(service, service.generation, revision);
    // An edit from outside has no operation that would take the rejection.
    service.work.catch(() => undefined);
    return service.work;
  }

  async #work(service: ServiceRecord, generation: number, revision?: RevisionRecord): Promise<Packed> {
    await Promise.all(involved(service).map((each) => each.settled));
    refuseIfSuperseded(service, generation);
    const fault = newRevisionFault(revision) ?? routingFault(service);
    if (fault !== undefined) throw this.#fail(service, fault, revision);
    await this.#tools.pace.wait(ROUTING);
    refuseIfSuperseded(service, generation);
    const statuses = await this.#routes.statuses(service);
    refuseIfSuperseded(service, generation);
    if (service.revisions.get(service.latestCreated)?.state === 'ready')
      service.latestReady = service.latestCreated;
    service.trafficStatuses = statuses;
    service.terminalCondition = conditions.succeeded('Ready');
    service.conditions = conditions.SERVICE_PARTS.map((part) => conditions.succeeded(part));
    settle(service);
    return packService(service);
  }

  // The traffic statuses stay: on failure the last serving state goes on.
  #fail(service: ServiceRecord, { code, failure }: Fault, revision: RevisionRecord | undefined): RpcError {
    const broken = revision?.state === 'failed' ? 'ConfigurationsReady' : 'RoutesReady';
    service.terminalCondition = conditions.failed('Ready', failure);
    service.conditions = conditions.SERVICE_PARTS.map((part) =>
      part === broken ? conditions.failed(part, failure) : conditions.succeeded(part),
    );
    settle(service);
    return new RpcError(code, failure.message);
  }
}

function settle(service: ServiceRecord): void {
  service.reconciling = false;
  service.observedGeneration = service.generation;
  touch(service, timestamp(Date.now()));
}

function refuseIfSuperseded(service: ServiceRecord, generation: number): void {
  if (service.deleted) throw new RpcError('ABORTED', `Service '${service.id}' was deleted.`);
  if (service.generation === generation) return;
  throw new RpcError(
    'ABORTED',
    `Generation ${generation} of service '${service.id}' was superseded by a newer update.`,
  );
}

/** The newest revision and those that the traffic names. */
function involved(service: ServiceRecord): RevisionRecord[] {
  const names = [service.latestCreated, ...wantedTraffic(service).map(({ revision }) => revision)];
  return names.flatMap((name) => service.revisions.get(name) ?? []);
}

function newRevisionFault(revision: RevisionRecord | undefined): Fault | undefined {
  if (revision?.failure === undefined) return undefined;
  return {
    code: 'FAILED_PRECONDITION',
    failure: conditions.revisionNotReady(revision.name, revision.failure),
  };
}

function routingFault(service: ServiceRecord): Fault | undefined {
  for (const { revision: name } of wantedTraffic(service)) {
    if (name === '') continue;
    const revision = service.revisions.get(name);
    if (revision === undefined) return { code: 'INTERNAL', failure: conditions.revisionMissing(name) };
    if (revision.failure !== undefined) return newRevisionFault(revision);
  }
  return undefined;
}
