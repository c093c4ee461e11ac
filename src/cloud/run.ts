import { protos } from '@google-cloud/run';
import type { Split } from '../domain/results.ts';
import type { Target } from '../domain/target.ts';
import type { GoogleClients } from './clients.ts';
import { CloudError, codeOf, grpcCode, reading, writing } from './errors.ts';
import { poll } from './poll.ts';
import {
  isLatest,
  problemOf,
  type RunService,
  type ServiceView,
  stateOf,
  type TrafficTarget,
  viewService,
} from './service-view.ts';

const { TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION, TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST } =
  protos.google.cloud.run.v2.TrafficTargetAllocationType;

/** Cloud Run gives up on a revision by itself well before: this is for a Cloud Run that says nothing. */
const settleMs = 10 * 60_000;
/** Concurrent writers of one service: each of our tries re-reads, and exactly one of theirs can win a round. */
const writeTries = 10;

export interface Candidate {
  readonly target: Target;
  readonly revision: string;
  readonly tag: string;
  readonly image: string;
  readonly operation: string;
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
  async service(target: Target, signal: AbortSignal): Promise<ServiceView | undefined> {
    const name = serviceName(target);
    try {
      const [raw] = await reading(
        `Reading ${target.run}`,
        () => this.#google.services.getService({ name }),
        signal,
      );
      return viewService(raw);
    } catch (error) {
      if (codeOf(error) === grpcCode.NOT_FOUND) return undefined;
      throw error;
    }
  }

  /**
   * Makes the candidate revision with a tag and without traffic; those who serve now are pinned, or the
   * new revision would take what goes to LATEST. Twice is safe: a template that bears our revision name
   * is ours, and Cloud Run refuses the same name with other content.
   */
  async createCandidate(candidate: Candidate, signal: AbortSignal): Promise<void> {
    const { target, revision, tag } = candidate;
    const before = await this.service(target, signal);
    if (before === undefined) return this.#createService(candidate, signal);
    // Where nothing has ever served there is nobody to protect, and traffic must go somewhere.
    const split = before.serving.length > 0 ? before.serving : [{ revision, percent: 100 }];
    const tags = { [tag]: revision };
    await this.#write(
      target,
      (service) =>
        service.raw.template?.revision === revision
          ? undefined
          : {
              service: {
                template: templateOf(service.raw, candidate),
                traffic: trafficOf(service.raw, { split, tags, drop: [] }),
              },
              paths: ['template', 'traffic'],
            },
      signal,
    );
  }

  /** The first deploy of a service: there is nobody to protect yet, so its only revision takes the traffic. */
  async #createService(candidate: Candidate, signal: AbortSignal): Promise<void> {
    const { target, tag } = candidate;
    try {
      await writing(
        `Creating ${target.run}`,
        () =>
          this.#google.services.createService({
            parent: locationName(target),
            serviceId: target.run,
            service: {
              template: templateOf({}, candidate),
              traffic: [{ type: TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST, percent: 100, tag }],
            },
          }),
        signal,
      );
    } catch (error) {
      // An earlier try of ours got through, or somebody else was first; the way of an existing service is right now.
      if (codeOf(error) !== grpcCode.ALREADY_EXISTS) throw error;
      await this.createCandidate(candidate, signal);
    }
  }

  /** Waits until the revision is ready or Cloud Run gave up on it. */
  async readiness(target: Target, revision: string, signal: AbortSignal): Promise<Readiness> {
    const name = `${serviceName(target)}/revisions/${revision}`;
    const look = async (): Promise<Readiness | undefined> => {
      try {
        const [seen] = await reading(
          `Reading ${revision}`,
          () => this.#google.revisions.getRevision({ name }),
          signal,
        );
        const ready = seen.conditions?.find((condition) => condition.type === 'Ready');
        if (stateOf(ready) === 'CONDITION_SUCCEEDED') return { kind: 'ready' };
        const problem = problemOf(ready);
        return problem === undefined ? undefined : { kind: 'failed', problem };
      } catch (error) {
        if (codeOf(error) !== grpcCode.NOT_FOUND) throw error;
        // Not made yet, or never will be: then the service says why.
        const service = await this.service(target, signal);
        return service?.settled === true && service.problem !== undefined
          ? { kind: 'failed', problem: service.problem }
          : undefined;
      }
    };
    return (await poll(look, { signal, forMs: settleMs })) ?? { kind: 'timeout' };
  }

  /**
   * Gives users this split and removes the tags in `drop`; other people's tags stay. Only traffic is
   * written, so this is also the way back. Twice is safe: nothing is written when it is so already.
   * @returns the service as it serves afterwards.
   * @throws CloudError when Cloud Run did not take it, with its own words.
   */
  async setTraffic(target: Target, wanted: { split: Split; drop: readonly string[] }, signal: AbortSignal) {
    await this.#write(
      target,
      (service) => {
        const traffic = trafficOf(service.raw, { ...wanted, tags: {} });
        return sameTraffic(service.raw.traffic ?? [], traffic)
          ? undefined
          : { service: { traffic }, paths: ['traffic'] };
      },
      signal,
    );
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
  async #write(
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
        await writing(`Updating ${target.run}`, () => this.#google.services.updateService(request), signal);
        return;
      } catch (error) {
        if (codeOf(error) !== grpcCode.ABORTED || attempt === writeTries) throw error;
      }
    }
  }
}

export function locationName(target: Target): string {
  return `projects/${target.project}/locations/${target.region}`;
}

function serviceName(target: Target): string {
  return `${locationName(target)}/services/${target.run}`;
}

function templateOf(service: RunService, candidate: Candidate): NonNullable<RunService['template']> {
  const before = service.template ?? {};
  const [first, ...others] = before.containers ?? [];
  return {
    ...before,
    revision: candidate.revision,
    annotations: { ...before.annotations, 'slipway.dev/operation': candidate.operation },
    containers: [{ ...first, image: candidate.image }, ...others],
  };
}

interface WantedTraffic {
  readonly split: Split;
  /** Tags to set: name → revision. */
  readonly tags: Readonly<Record<string, string>>;
  readonly drop: readonly string[];
}

function trafficOf(service: RunService, { split, tags, drop }: WantedTraffic): TrafficTarget[] {
  const type = TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION;
  const kept = (service.traffic ?? [])
    .filter((entry) => entry.tag && !drop.includes(entry.tag) && !(entry.tag in tags))
    .map(({ type: kind, revision, tag }) => ({ type: kind, revision, tag, percent: 0 }));
  return [
    ...split.map(({ revision, percent }) => ({ type, revision, percent })),
    ...kept,
    ...Object.entries(tags).map(([tag, revision]) => ({ type, revision, tag, percent: 0 })),
  ] as TrafficTarget[];
}

function sameTraffic(a: readonly TrafficTarget[], b: readonly TrafficTarget[]): boolean {
  const text = (entries: readonly TrafficTarget[]) =>
    entries
      .map(
        (entry) =>
          `${isLatest(entry) ? 'LATEST' : (entry.revision ?? '')}=${entry.percent ?? 0}#${entry.tag ?? ''}`,
      )
      .toSorted()
      .join();
  return text(a) === text(b);
}
