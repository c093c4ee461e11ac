import { FrontDoor, type Route } from '../frontend.ts';
import type { LogStore } from '../logging/store.ts';
import type { Random } from '../random.ts';
import { behaviourOf } from '../refs.ts';
import { milliseconds } from '../wire.ts';
import type { RevisionRecord, ServiceRecord, TrafficStatus, TrafficTarget } from './resources.ts';
import { revisionLog } from './revision-log.ts';

interface Doors {
  readonly main: { readonly door: FrontDoor; readonly uri: string };
  readonly tags: Map<string, { readonly door: FrontDoor; readonly uri: string }>;
}

export interface RouteTools {
  readonly random: Random;
  readonly logs: LogStore;
  /** Milliseconds that a short load balancer lets a WebSocket live while nobody has set its time-out. */
  readonly proxyLifetime: number;
}

/** Seconds; what Google gives a backend service: https://cloud.google.com/load-balancing/docs/backend-service#timeout-setting */
const DEFAULT_TIMEOUT = 30;

const LATEST: TrafficTarget = {
  type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST',
  revision: '',
  percent: 100,
  tag: '',
};

/** No traffic entries mean 100 % to the latest ready revision. */
export const wantedTraffic = (service: ServiceRecord): readonly TrafficTarget[] =>
  service.spec.traffic.length === 0 ? [LATEST] : service.spec.traffic;

/** Revision → percent as it is served now; entries for LATEST count for the revision it stands for. */
export function serving(service: ServiceRecord): ReadonlyMap<string, number> {
  const split = new Map<string, number>();
  for (const { revision, percent } of service.trafficStatuses) {
    const name = revision || service.latestReady;
    if (percent > 0) split.set(name, (split.get(name) ?? 0) + percent);
  }
  return split;
}

/** The public URLs of all services and their tags; each keeps its port as long as the service or the tag lives. */
export class Routes {
  readonly #doors = new Map<ServiceRecord, Doors>();
  readonly #closed: FrontDoor[] = [];
  readonly #lifetimes = new Map<string, number>();
  readonly #random: Random;
  readonly #logs: LogStore;
  readonly #proxyLifetime: number;

  constructor({ random, logs, proxyLifetime }: RouteTools) {
    this.#random = random;
    this.#logs = logs;
    this.#proxyLifetime = proxyLifetime;
  }

  /** Opens the service's own URL; it answers 503 until a revision serves. */
  async open(service: ServiceRecord): Promise<string> {
    const door = new FrontDoor((affinity) => this.#split(service, affinity));
    const uri = await door.open();
    this.#doors.set(service, { main: { door, uri }, tags: new Map() });
    return uri;
  }

  /** Opens the URLs of new tags, closes those of tags that are gone, and tells the new statuses. */
  async statuses(service: ServiceRecord): Promise<TrafficStatus[]> {
    const tags = this.#doors.get(service)?.tags ?? new Map<string, never>();
    const wanted = wantedTraffic(service);
    for (const { tag } of wanted) {
      if (tag !== '' && !tags.has(tag)) tags.set(tag, await this.#openTag(service, tag));
    }
    for (const [tag, { door }] of tags) {
      if (wanted.some((target) => target.tag === tag)) continue;
      door.close();
      this.#closed.push(door);
      tags.delete(tag);
    }
    return wanted.map((target) => ({ ...target, uri: tags.get(target.tag)?.uri ?? '' }));
  }

  close(service: ServiceRecord): void {
    const doors = this.#doors.get(service);
    if (doors === undefined) return;
    doors.main.door.destroy();
    for (const { door } of doors.tags.values()) door.destroy();
    this.#doors.delete(service);
  }

  stop(): void {
    for (const service of this.#doors.keys()) this.close(service);
    for (const door of this.#closed) door.destroy();
  }

  async #openTag(service: ServiceRecord, tag: string): Promise<{ door: FrontDoor; uri: string }> {
    const door = new FrontDoor(() => {
      const status = service.trafficStatuses.find((each) => each.tag === tag);
      return status && this.#to(service, status.revision || service.latestReady, tag);
    });
    return { door, uri: await door.open() };
  }

  // Affinity outranks the split while its revision still has a share of it.
  #split(service: ServiceRecord, affinity: string | undefined): Route | undefined {
    const split = serving(service);
    const wanted =
      affinity !== undefined && split.has(affinity) ? service.revisions.get(affinity) : undefined;
    if (wanted?.template.sessionAffinity) return this.#to(service, wanted.name);
    let left = this.#random() * 100;
    for (const [revision, percent] of split) {
      left -= percent;
      if (left < 0) return this.#to(service, revision);
    }
    return undefined;
  }

  #to(service: ServiceRecord, name: string, tag?: string): Route | undefined {
    const revision = service.revisions.get(name);
    if (revision?.container === undefined || revision.state !== 'ready') return undefined;
    const { instance, port } = revision.container.next();
    return {
      revision: name,
      port,
      tag,
      timeout: timeoutOf(revision),
      socketLifetime: this.#lifetimeOf(service.project, revision),
      sessionAffinity: revision.template.sessionAffinity,
      begin: () => {
        revision.meter?.begin(instance);
        return (request) => {
          revision.meter?.end(instance, request.status, milliseconds(request.latency));
          revisionLog(service, revision, this.#logs).request(request);
        };
      },
    };
  }

  /** The load balancer in front of a project has this time-out from now on; sockets that are open keep theirs. */
  setTimeout(project: string, seconds: number): void {
    this.#lifetimes.set(project, (seconds / DEFAULT_TIMEOUT) * this.#proxyLifetime);
  }

  #lifetimeOf(project: string, { ref }: RevisionRecord): number | undefined {
    const short = ref !== undefined && behaviourOf(ref)?.behindShortProxy === true;
    return short ? (this.#lifetimes.get(project) ?? this.#proxyLifetime) : undefined;
  }
}

const timeoutOf = (revision: RevisionRecord): number =>
  milliseconds(revision.template.timeout ?? { seconds: '300', nanos: 0 });
