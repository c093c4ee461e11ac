import type { protos } from '@google-cloud/cloudbuild';
import { listLagMs, nameOf, queueMs } from './build.ts';
import type { GoogleClients } from './clients.ts';
import { CloudError, callOptions, codeOf, grpcCode, missing, reading, writing } from './errors.ts';
import { type Location, locationName } from './names.ts';
import { poll, type PollOptions } from './poll.ts';
import { markName, type TriggeredBuild, triggeredBuild } from './triggered.ts';

type RepoSource = protos.google.devtools.cloudbuild.v1.IRepoSource;

export interface TriggerPlace extends Location {
  /** Name or id. */
  readonly trigger: string;
}

export interface Trigger extends TriggerPlace {
  readonly id: string;
  /** `projects/P/serviceAccounts/…`, where it has one of its own. */
  readonly serviceAccount: string | undefined;
}

export interface TriggeredRequest {
  readonly trigger: Trigger;
  /** A branch, a tag or a full commit. */
  readonly ref: string;
  /** One mark, one build: it is found again by it. */
  readonly mark: string;
  /** Names with an underscore first: https://cloud.google.com/build/docs/configuring-builds/substitute-variable-values */
  readonly substitutions: Readonly<Record<string, string>>;
  /** Whether an earlier try may have created it: then it is looked for with patience. */
  readonly begunBefore: boolean;
}

/** Cloud Build lists the newest first, and one operation has a few. */
const newestPage = 100;

/** Triggers of Cloud Build: they are run by hand, or what they build by themselves is waited for. */
export class CloudTriggers {
  readonly #google: Pick<GoogleClients, 'builds'>;

  constructor(google: Pick<GoogleClients, 'builds'>) {
    this.#google = google;
  }

  /** @returns undefined when there is none of that name. */
  async trigger(place: TriggerPlace, signal: AbortSignal): Promise<Trigger | undefined> {
    try {
      const [{ id, serviceAccount }] = await this.#read(place, signal);
      return { ...place, id: id ?? '', serviceAccount: serviceAccount || undefined };
    } catch (error) {
      if (error instanceof CloudError && error.code === grpcCode.NOT_FOUND) return undefined;
      throw error;
    }
  }

  /**
   * Why its builds cannot be waited for, in Google's words; undefined when they can. Builds are in the region of their
   * trigger: one elsewhere is as good as none. @throws CloudError when that is not known
   */
  async problem(place: TriggerPlace, signal: AbortSignal): Promise<string | undefined> {
    return missing(this.#read(place, signal));
  }

  /**
   * The commit of its newest build that ended well, whoever began it, after a time in milliseconds since 1970.
   * Undefined: there is none, or it does not say.
   */
  async newest(place: TriggerPlace, since: number, signal: AbortSignal): Promise<string | undefined> {
    const trigger = await this.trigger(place, signal);
    if (trigger === undefined) return undefined;
    const builds = await reading('Listing builds', () => this.#list(trigger), signal);
    return builds
      .filter(({ status, endedAt }) => status === 'SUCCESS' && endedAt > since)
      .toSorted((a, b) => b.endedAt - a.endedAt)[0]?.commit;
  }

  /**
   * Runs the trigger, or finds the build that was begun already: a worker may die, or an answer be lost, between its
   * creation and its record. @throws CloudError, e.g. where there is neither such a branch nor such a tag
   */
  async start(request: TriggeredRequest, signal: AbortSignal): Promise<TriggeredBuild> {
    const { trigger, mark } = request;
    let mayExist = request.begunBefore;
    const startOnce = async () => {
      const found = await this.#find(request, { signal, forMs: mayExist ? listLagMs : 0 });
      // From here on a lost answer may hide a build.
      mayExist = true;
      if (found !== undefined) return found;
      await this.#run(request);
      const made = await this.#find(request, { signal, forMs: listLagMs });
      if (made === undefined)
        throw new CloudError(`The new build ${mark} cannot be found`, grpcCode.NOT_FOUND, undefined);
      return made;
    };
    return writing(`Running the trigger ${trigger.trigger}`, startOnce, signal);
  }

  /** Those that are marked by slipway, newest first. */
  async builds(trigger: Trigger, signal: AbortSignal): Promise<readonly TriggeredBuild[]> {
    return reading('Listing builds', () => this.#marked(trigger), signal);
  }

  async get(name: string, signal: AbortSignal): Promise<TriggeredBuild> {
    const ask = () => this.#google.builds.getBuild({ name }, callOptions);
    const [build] = await reading('Reading the build', ask, signal);
    return triggeredBuild(name, build);
  }

  /** Waits for its end. @param onLook is called each time that it runs on. @returns undefined when it does not end in time */
  async end(
    name: string,
    { timeoutMs, onLook }: { readonly timeoutMs: number; readonly onLook?: () => Promise<void> },
    signal: AbortSignal,
  ): Promise<TriggeredBuild | undefined> {
    const look = async () => {
      const seen = await this.get(name, signal);
      if (seen.ended) return seen;
      await onLook?.();
      return undefined;
    };
    return poll(look, { signal, forMs: timeoutMs + queueMs });
  }

  /** Twice is safe: an ended build stays as it is. */
  async cancel(name: string, place: TriggerPlace, signal: AbortSignal): Promise<void> {
    const request = { name, projectId: place.project, id: name.split('/').at(-1) ?? '' };
    const cancel = () => this.#google.builds.cancelBuild(request, callOptions);
    try {
      await writing('Cancelling the build', cancel, signal);
    } catch (error) {
      // It has ended meanwhile, by itself or by an earlier try.
      if (codeOf(error) !== grpcCode.FAILED_PRECONDITION) throw error;
    }
  }

  async #find(
    { trigger, mark }: TriggeredRequest,
    options: PollOptions,
  ): Promise<TriggeredBuild | undefined> {
    return poll(async () => (await this.#marked(trigger)).find((build) => build.mark === mark), options);
  }

  #read(place: TriggerPlace, signal: AbortSignal) {
    const request = { name: triggerName(place), projectId: place.project, triggerId: place.trigger };
    const ask = () => this.#google.builds.getBuildTrigger(request, callOptions);
    return reading(`Reading the trigger ${place.trigger}`, ask, signal);
  }

  async #marked(trigger: Trigger): Promise<readonly TriggeredBuild[]> {
    return (await this.#list(trigger)).filter(({ mark }) => mark !== '');
  }

  async #list(trigger: Trigger): Promise<readonly TriggeredBuild[]> {
    const query = {
      parent: locationName(trigger),
      projectId: trigger.project,
      // https://cloud.google.com/build/docs/view-build-results#filtering_build_results_using_queries
      filter: `trigger_id="${trigger.id}"`,
      pageSize: newestPage,
    };
    const [builds] = await this.#google.builds.listBuilds(query, { ...callOptions, autoPaginate: false });
    return builds.map((build) => triggeredBuild(nameOf(trigger, build), build));
  }

  async #run(request: TriggeredRequest): Promise<void> {
    const { trigger, ref } = request;
    const revisions = revisionsOf(ref);
    for (const [index, revision] of revisions.entries()) {
      const source = {
        ...revision,
        substitutions: { ...request.substitutions, [markName]: request.mark },
      };
      const run = { name: triggerName(trigger), projectId: trigger.project, triggerId: trigger.id, source };
      try {
        await this.#google.builds.runBuildTrigger(run, callOptions);
        return;
      } catch (error) {
        if (index === revisions.length - 1 || !isRefusal(error)) throw error;
      }
    }
  }
}

/** Cloud Build wants to know what a name stands for; most are branches. */
function revisionsOf(ref: string): readonly RepoSource[] {
  if (/^[0-9a-f]{40}$/.test(ref)) return [{ commitSha: ref }];
  const [, kind, name = ref] = /^refs\/(heads|tags)\/(.+)$/.exec(ref) ?? [];
  const ways = [{ branchName: name }, { tagName: name }];
  if (kind === undefined) return ways;
  return kind === 'heads' ? ways.slice(0, 1) : ways.slice(1);
}

/** A name that it cannot resolve: nothing was created. */
function isRefusal(error: unknown): boolean {
  const code = codeOf(error);
  return (
    code === grpcCode.INVALID_ARGUMENT || code === grpcCode.NOT_FOUND || code === grpcCode.FAILED_PRECONDITION
  );
}

function triggerName(place: TriggerPlace): string {
  return `${locationName(place)}/triggers/${place.trigger}`;
}
