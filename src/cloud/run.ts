import { setTimeout as wait } from 'node:timers/promises';
import type { LROperation } from 'google-gax';
import type { RevisionChoice, Split } from '../domain/results.ts';
import type { Target } from '../domain/target.ts';
import { type Candidate, type Creation, isApproved, wishOf } from './candidate.ts';
import type { GoogleClients } from './clients.ts';
import { CloudError, callOptions, codeOf, grpcCode, reading, writing } from './errors.ts';
import { ingressNamed } from './ingress.ts';
import { locationName, type ServicePlace, serviceName } from './names.ts';
import { poll } from './poll.ts';
import { type RevisionView, type RunRevision, viewRevision } from './revision-view.ts';
import {
  isLatest,
  problemOf,
  type RunService,
  type ServiceView,
  stateOf,
  type TrafficTarget,
  viewService,
} from './service-view.ts';
import { sameTraffic, trafficOf, withoutTag } from './traffic.ts';

/** Cloud Run gives up on a revision by itself well before: this is for a Cloud Run that says nothing. */
const settleMs = 10 * 60_000;
/** Concurrent writers of one service: each of our tries re-reads, and exactly one of theirs can win a round. */
const writeTries = 10;
/** Longest pause after the first lost round, in milliseconds; grows with each. */
const writePauseMs = 200;

export interface WantedTraffic {
  /** Default: whoever is served now stays so. */
  readonly split?: Split;
  /** The tag to remove. Default: none. */
  readonly drop?: string;
  /** Where requests may come from; it is the service's, so it changes for all revisions. Default: stays. */
  readonly ingress?: string | undefined;
}

export type Readiness =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly problem: string }
  | { readonly kind: 'timeout' };

/** Cloud Run, as far as slipway uses it. Every write looks first, so each may be made again after a crash. */
export class CloudRun {
  readonly #google: GoogleClients;

  constructor(google: GoogleClients) {
    this.#google = google;
  }

  /** @returns undefined when the service does not exist. */
  async service(target: ServicePlace, signal: AbortSignal): Promise<ServiceView | undefined> {
    const name = serviceName(target);
    const read = () => this.#google.services.getService({ name }, callOptions);
    return unlessMissing(async () => viewService((await reading(`Reading ${target.run}`, read, signal))[0]));
  }

  /**
   * Makes the candidate revision with a tag and without traffic; those who serve now are pinned, or the
   * new revision would take what goes to LATEST. Twice is safe: a template that bears our revision name
   * is ours, and Cloud Run refuses the same name with other content.
   */
  async createCandidate(candidate: Candidate, signal: AbortSignal): Promise<Creation> {
    const { target, revision, tag } = candidate;
    let creation: Creation = 'made';
    const before = await this.service(target, signal);
    if (before === undefined) return this.#createService(candidate, signal);
    const made = (await this.revision(target, revision, signal)) !== undefined;
    // Somebody else's change that is under way would be undone by pinning who serves until it is done.
    if (!made && before.raw.template?.revision !== revision) await this.settled(target, signal);
    const change = (service: ServiceView) => {
      const { raw, serving } = service;
      const now = raw.traffic ?? [];
      const ours = made || raw.template?.revision === revision;
      const isOurs = (entry: TrafficTarget) => entry.revision === revision || isLatest(entry);
      if (ours && now.some((entry) => entry.tag === tag && isOurs(entry))) return undefined;
      // Where nothing has ever served there is nobody to protect, and traffic must go somewhere.
      const split = serving.length > 0 ? serving : [{ revision, percent: 100 }];
      const traffic = trafficOf(now, { split, tag: { name: tag, revision } });
      if (ours) return { service: { traffic }, paths: ['traffic'] };
      const wish = wishOf(service, candidate);
      creation = isApproved(wish, candidate) ? 'made' : 'changed';
      // The ingress is not the candidate's: it comes with the users.
      const template = wish.template ?? {};
      return creation === 'made'
        ? { service: { template, traffic }, paths: ['template', 'traffic'] }
        : undefined;
    };
    await this.rewrite(target, change, signal);
    return creation;
  }

  /** The first deploy of a service: there is nobody to protect yet, so its only revision takes the traffic. */
  async #createService(candidate: Candidate, signal: AbortSignal): Promise<Creation> {
    const { target, tag } = candidate;
    const service = wishOf(undefined, candidate);
    if (!isApproved(service, candidate)) return 'changed';
    const request = {
      parent: locationName(target),
      serviceId: target.run,
      service: {
        ...service,
        traffic: [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST' as const, percent: 100, tag }],
      },
    };
    try {
      const create = () => this.#google.services.createService(request, callOptions);
      const [operation] = await writing(`Creating ${target.run}`, create, signal);
      refuseFailed(operation);
      return 'made';
    } catch (error) {
      // An earlier try of ours got through, or somebody else was first; the way of an existing service is right now.
      if (codeOf(error) !== grpcCode.ALREADY_EXISTS) throw error;
      return this.createCandidate(candidate, signal);
    }
  }

  /** Waits until the revision is ready or Cloud Run gave up on it. */
  async readiness(target: Target, revision: string, signal: AbortSignal): Promise<Readiness> {
    const look = async (): Promise<Readiness | undefined> => {
      const seen = await this.revision(target, revision, signal);
      if (seen === undefined) {
        // Not made yet, or never will be: then the service says why.
        const service = await this.service(target, signal);
        return service?.settled === true && service.problem !== undefined
          ? { kind: 'failed', problem: service.problem }
          : undefined;
      }
      const ready = seen.conditions?.find((condition) => condition.type === 'Ready');
      if (stateOf(ready) === 'CONDITION_SUCCEEDED') return { kind: 'ready' };
      const problem = problemOf(ready);
      return problem === undefined ? undefined : { kind: 'failed', problem };
    };
    return (await poll(look, { signal, forMs: settleMs })) ?? { kind: 'timeout' };
  }

  /** Newest first, as Cloud Run lists them: at most the last 100. */
  async revisions(target: Target, signal: AbortSignal): Promise<readonly RevisionChoice[]> {
    return (await this.history(target, signal)).map(({ revision, deployed, createdAt, state }) => ({
      revision,
      image: deployed.image,
      createdAt,
      ready: state === 'ready',
    }));
  }

  /** The same with all that is known of them. */
  async history(target: Target, signal: AbortSignal): Promise<readonly RevisionView[]> {
    const request = { parent: serviceName(target), pageSize: 100 };
    const list = () => this.#google.revisions.listRevisions(request, { ...callOptions, autoPaginate: false });
    const [revisions] = await reading(`Listing the revisions of ${target.run}`, list, signal);
    return revisions.map((revision) => viewRevision(revision));
  }

  /** How many there are: Cloud Run keeps 1,000 and removes the oldest, https://cloud.google.com/run/quotas */
  async revisionCount(target: Target, signal: AbortSignal): Promise<number> {
    const list = () => this.#google.revisions.listRevisions({ parent: serviceName(target) }, callOptions);
    return (await reading(`Counting the revisions of ${target.run}`, list, signal))[0].length;
  }

  /** @returns undefined when Cloud Run has no such revision, or no longer. */
  async revision(target: Target, revision: string, signal: AbortSignal): Promise<RunRevision | undefined> {
    const name = `${serviceName(target)}/revisions/${revision}`;
    const read = () => this.#google.revisions.getRevision({ name }, callOptions);
    return unlessMissing(async () => (await reading(`Reading ${revision}`, read, signal))[0]);
  }

  /**
   * Removes the tag, and gives users the split if one is wanted, with the ingress that goes with it; other people's
   * tags stay. No template is written, so this is also the way back. Twice is safe: nothing is written when it is so already.
   * @returns the service as it serves afterwards.
   * @throws CloudError when Cloud Run did not take it, with its own words.
   */
  async setTraffic(
    target: Target,
    { split, drop, ingress }: WantedTraffic,
    signal: AbortSignal,
  ): Promise<ServiceView> {
    const change = ({ raw, ingress: open }: ServiceView) => {
      const now = raw.traffic ?? [];
      const left = drop === undefined ? {} : { drop };
      const traffic = split === undefined ? withoutTag(now, drop) : trafficOf(now, { split, ...left });
      if (ingress !== undefined && ingress !== open)
        return { service: { traffic, ingress: ingressNamed(ingress) }, paths: ['traffic', 'ingress'] };
      return sameTraffic(now, traffic) ? undefined : { service: { traffic }, paths: ['traffic'] };
    };
    await this.rewrite(target, change, signal);
    return this.settled(target, signal);
  }

  /** Waits until Cloud Run has done what was asked last. @throws CloudError when it gave up on it. */
  async settled(target: Target, signal: AbortSignal): Promise<ServiceView> {
    const look = async () => {
      const service = await this.service(target, signal);
      return service?.settled === true ? service : undefined;
    };
    const service = await poll(look, { signal, forMs: settleMs });
    if (service === undefined)
      throw new CloudError(`${target.run} is still reconciling`, grpcCode.DEADLINE_EXCEEDED, undefined);
    return service;
  }

  /** Reads, changes and writes with the etag that was read; when somebody else was faster, begins again. */
  async rewrite(
    target: Target,
    change: (service: ServiceView) => { service: RunService; paths: string[] } | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const service = await this.service(target, signal);
      if (service === undefined)
        throw new CloudError(`${target.run} has gone`, grpcCode.NOT_FOUND, undefined);
      const wanted = change(service);
      if (wanted === undefined) return;
      const { name, etag } = service.raw;
      const request = {
        service: { ...wanted.service, name: name ?? null, etag: etag ?? null },
        updateMask: { paths: wanted.paths },
      };
      try {
        const update = () => this.#google.services.updateService(request, callOptions);
        const [operation] = await writing(`Updating ${target.run}`, update, signal);
        refuseFailed(operation);
        return;
      } catch (error) {
        if (codeOf(error) !== grpcCode.ABORTED || attempt === writeTries) throw error;
        await wait(attempt * writePauseMs * Math.random(), undefined, { signal });
      }
    }
  }
}

async function unlessMissing<Value>(read: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await read();
  } catch (error) {
    if (codeOf(error) === grpcCode.NOT_FOUND) return undefined;
    throw error;
  }
}

/** Cloud Run may answer with an operation that has failed already, and leave the service as it was. */
function refuseFailed(operation: LROperation<RunService, unknown>): void {
  const error = operation.latestResponse.error;
  if (error) throw new CloudError(error.message ?? 'Cloud Run gave no reason', error.code ?? 0, error);
}
