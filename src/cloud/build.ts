import type { protos } from '@google-cloud/cloudbuild';
import type { Target } from '../domain/target.ts';
import type { GoogleClients } from './clients.ts';
import { connectionProblem } from './connection.ts';
import { CloudError, callOptions, codeOf, grpcCode, reading, writing } from './errors.ts';
import { type Location, locationName } from './names.ts';
import { poll, type PollOptions } from './poll.ts';

export type Build = protos.google.devtools.cloudbuild.v1.IBuild;

/** Statuses after which a build does not change any more. */
export const endedBuild: ReadonlySet<string> = new Set([
  'SUCCESS',
  'FAILURE',
  'INTERNAL_ERROR',
  'TIMEOUT',
  'CANCELLED',
  'EXPIRED',
]);
/** A list may be a little behind what was created. */
export const listLagMs = 5_000;
/** A build may wait in Cloud Build's queue before its own time-out begins to count (queue TTL 1 h by default). */
export const queueMs = 60 * 60_000;

export interface BuildRequest {
  readonly target: Target;
  readonly ref: string;
  /** One tag, one build: the build of an operation is found again by it. */
  readonly tag: string;
  /** Registry tag of the image, e.g. the operation's id. */
  readonly imageTag: string;
  /** Whether an earlier try may have created it: then it is looked for with patience. Default false. */
  readonly begunBefore?: boolean;
}

export type BuildEnd =
  | {
      readonly kind: 'built';
      readonly digest: string;
      /** What the ref stood for when it was fetched; absent when Cloud Build does not say. */
      readonly commit: string | undefined;
      readonly logUrl: string | undefined;
    }
  | { readonly kind: 'failed'; readonly status: string; readonly step?: FailedStep; readonly detail?: string }
  | { readonly kind: 'timeout' };

export interface FailedStep {
  readonly index: number;
  readonly name: string;
  readonly exitCode: number | undefined;
}

/** Cloud Build, as far as slipway uses it. */
export class CloudBuild {
  readonly #google: GoogleClients;

  constructor(google: GoogleClients) {
    this.#google = google;
  }

  /**
   * Starts the build, or finds the one that was started already: a worker may die, or an answer be
   * lost, between the creation and its record. @returns its full name.
   */
  async start(request: BuildRequest, signal: AbortSignal): Promise<string> {
    let mayExist = request.begunBefore === true;
    const startOnce = async () => {
      const found = await this.#find(request, { signal, forMs: mayExist ? listLagMs : 0 });
      // From here on a lost answer may hide a build.
      mayExist = true;
      return found ?? (await this.#create(request, signal));
    };
    return writing(`Starting the build of ${request.target.service}`, startOnce, signal);
  }

  async #find(
    { target, tag }: Pick<BuildRequest, 'target' | 'tag'>,
    options: PollOptions,
  ): Promise<string | undefined> {
    const { project: projectId } = target;
    const query = { parent: locationName(target), projectId, filter: `tags="${tag}"` };
    return poll(async () => {
      const [builds] = await this.#google.builds.listBuilds(query, callOptions);
      // Not every reader of `filter` honours it, so the tag is looked at once more.
      const own = builds.find((build) => build.tags?.includes(tag) === true);
      return own === undefined ? undefined : nameOf(target, own);
    }, options);
  }

  async #create(request: BuildRequest, signal: AbortSignal): Promise<string> {
    const { target } = request;
    const [operation] = await this.#google.builds.createBuild(
      { parent: locationName(target), projectId: target.project, build: buildOf(request) },
      callOptions,
    );
    const metadata = operation.metadata as { build?: Build } | null | undefined;
    if (metadata?.build) return nameOf(target, metadata.build);
    const name = await this.#find(request, { signal, forMs: listLagMs });
    if (name === undefined)
      throw new CloudError('The new build cannot be found', grpcCode.NOT_FOUND, undefined);
    return name;
  }

  /** Stops the build that bears the tag, if it still runs. Twice is safe: an ended build stays as it is. */
  async cancel({ target, tag }: Pick<BuildRequest, 'target' | 'tag'>, signal: AbortSignal): Promise<void> {
    const name = await this.#find({ target, tag }, { signal, forMs: listLagMs });
    if (name === undefined) return;
    try {
      const id = name.split('/').at(-1) ?? '';
      const request = { name, projectId: target.project, id };
      await writing(
        'Cancelling the build',
        () => this.#google.builds.cancelBuild(request, callOptions),
        signal,
      );
    } catch (error) {
      // It has ended meanwhile, by itself or by an earlier try.
      if (codeOf(error) !== grpcCode.FAILED_PRECONDITION) throw error;
    }
  }

  /** Why it cannot fetch from a connected repository; undefined when it can. @throws CloudError when that is not known. */
  async sourceProblem({ build }: Target, signal: AbortSignal): Promise<string | undefined> {
    return isConnected(build.repository)
      ? connectionProblem(this.#google, build.repository, signal)
      : undefined;
  }

  /** Waits for the end of the build. */
  async end(name: string, target: Target, signal: AbortSignal): Promise<BuildEnd> {
    const look = async () => {
      const [build] = await reading(
        'Reading the build',
        () => this.#google.builds.getBuild({ name }, callOptions),
        signal,
      );
      return endedBuild.has(String(build.status)) ? build : undefined;
    };
    const build = await poll(look, { signal, forMs: target.build.timeoutMs + queueMs });
    if (build === undefined) return { kind: 'timeout' };
    const digest = build.results?.images?.[0]?.digest;
    if (build.status === 'SUCCESS' && digest)
      return { kind: 'built', digest, commit: commitOfBuild(build), logUrl: build.logUrl ?? undefined };
    const step = failedStep(build);
    const detail = build.failureInfo?.detail ?? build.statusDetail ?? '';
    return {
      kind: 'failed',
      status: String(build.status),
      ...(step === undefined ? {} : { step }),
      ...(detail === '' ? {} : { detail }),
    };
  }
}

/** https://cloud.google.com/build/docs/api/reference/rest/v1/projects.builds#SourceProvenance */
export function commitOfBuild({ sourceProvenance: source }: Build): string | undefined {
  const revision =
    source?.resolvedGitSource?.revision ??
    source?.resolvedConnectedRepository?.revision ??
    source?.resolvedRepoSource?.commitSha ??
    '';
  return /^[0-9a-f]{40}$/.test(revision) ? revision : undefined;
}

export function nameOf(target: Location, build: Build): string {
  return build.name || `${locationName(target)}/builds/${build.id ?? ''}`;
}

export function failedStep(build: Build): FailedStep | undefined {
  const steps = build.steps ?? [];
  const index = steps.findIndex((step) => step.status === 'FAILURE' || step.status === 'TIMEOUT');
  const step = steps[index];
  if (step === undefined) return undefined;
  return { index, name: step.id || step.name || `step ${index}`, exitCode: step.exitCode ?? undefined };
}

/** Its host is known to Cloud Build alone. */
function isConnected(repository: string): boolean {
  return repository.startsWith('projects/');
}

function buildOf({ target, ref, tag, imageTag }: BuildRequest): Build {
  const { repository, directory, dockerfile, image, timeoutMs, serviceAccount } = target.build;
  const tagged = `${image}:${imageTag}`;
  return {
    source: isConnected(repository)
      ? { connectedRepository: { repository, dir: directory, revision: ref } }
      : { gitSource: { url: repository, dir: directory, revision: ref } },
    steps: [
      {
        id: 'docker build',
        name: 'gcr.io/cloud-builders/docker',
        args: ['build', '--tag', tagged, '--file', dockerfile, '.'],
      },
    ],
    images: [tagged],
    tags: [tag],
    timeout: { seconds: Math.ceil(timeoutMs / 1000) },
    // slipway reads the lines of a failed step from Cloud Logging.
    options: { logging: 'CLOUD_LOGGING_ONLY' },
    ...(serviceAccount === undefined ? {} : { serviceAccount }),
  };
}
