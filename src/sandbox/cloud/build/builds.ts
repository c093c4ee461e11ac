import { randomUUID } from 'node:crypto';
import { invalidArgument, RpcError } from '../errors.ts';
import { permissionDenied } from '../faults.ts';
import type { OperationMessage, Operations } from '../operations.ts';
import { pack, page, timestamp, type Packed } from '../wire.ts';
import { parseBuildFilter } from './filter.ts';
import {
  buildName,
  buildParent,
  isOver,
  toMessage,
  type BuildMessage,
  type BuildRecord,
} from './resources.ts';
import { cancelBuild, runBuild, type BuildTools } from './runner.ts';
import { refOf } from './source.ts';
import type { StepWork } from './step-work.ts';

export interface BuildsContext extends BuildTools {
  readonly operations: Operations;
  readonly projects: ReadonlySet<string>;
}

interface Named {
  readonly name: string;
  readonly projectId: string;
  readonly id: string;
}

/** Cloud Build: every build ever created, and the calls on them. */
export class Builds {
  readonly #context: BuildsContext;
  readonly #builds: BuildRecord[] = [];

  constructor(context: BuildsContext) {
    this.#context = context;
  }

  all(): readonly BuildRecord[] {
    return this.#builds;
  }

  create(request: {
    readonly parent: string;
    readonly projectId: string;
    readonly build: BuildMessage | null;
  }): OperationMessage {
    const { project, location } = this.#parent(request, 'CreateBuild');
    if (request.build === null) throw invalidArgument('invalid build: build is required');
    validate(request.build);
    return this.begin(request.build, { project, location });
  }

  /** A build as it was asked for, by a client or through a trigger. */
  begin(request: BuildMessage, place: Place): OperationMessage {
    const build = newBuild(request, place);
    this.#builds.push(build);
    const metadata = (): Packed =>
      pack('google.devtools.cloudbuild.v1.BuildOperationMetadata', { build: toMessage(build) });
    const work = runBuild(build, this.#context).then(() => result(build));
    return this.#context.operations.start({
      parent: buildParent(build),
      resource: buildName(build),
      metadata,
      work,
      cancel: () => {
        this.#cancel(build);
      },
    });
  }

  /** Ends what really runs. */
  stop(): void {
    for (const build of this.#builds) build.halt.abort();
  }

  get(request: Named): object {
    return toMessage(this.#find(request));
  }

  list(request: {
    readonly parent: string;
    readonly projectId: string;
    readonly filter: string;
    readonly pageSize: number;
    readonly pageToken: string;
  }): { builds: object[]; nextPageToken: string } {
    const { project, location } = this.#parent(request, 'ListBuilds');
    const matches = parseBuildFilter(request.filter);
    const found = this.#builds.filter(
      (build) => build.project === project && build.location === location && matches(build),
    );
    // Newest first, as the API lists them.
    const { items, nextPageToken } = page(found.toReversed(), request);
    return { builds: items.map(toMessage), nextPageToken };
  }

  cancel(request: Named): object {
    const build = this.#find(request);
    if (isOver(build)) throw new RpcError('FAILED_PRECONDITION', 'build is not running or queued');
    this.#cancel(build);
    return toMessage(build);
  }

  #cancel(build: BuildRecord): void {
    if (!isOver(build)) cancelBuild(build, this.#context.logs);
  }

  // {projectId, id} without a name means the global region: a regional build is not there.
  #find(request: Named): BuildRecord {
    const name = request.name || `projects/${request.projectId}/locations/global/builds/${request.id}`;
    const build = this.#builds.find((each) => buildName(each) === name);
    if (build === undefined) throw new RpcError('NOT_FOUND', 'Requested entity was not found.');
    return build;
  }

  #parent(
    request: { readonly parent: string; readonly projectId: string },
    method: string,
  ): { project: string; location: string } {
    const parent = request.parent || `projects/${request.projectId}/locations/global`;
    const match = /^projects\/([^/]+)\/locations\/([^/]+)$/.exec(parent);
    if (match === null) throw invalidArgument(`invalid parent: "${parent}"`);
    const [, project = '', location = ''] = match;
    if (!this.#context.projects.has(project)) throw permissionDenied(method, `projects/${project}`);
    return { project, location };
  }
}

function validate(build: BuildMessage): void {
  if (build.steps.length === 0) throw invalidArgument('invalid build: no build steps are specified');
  const nameless = build.steps.findIndex((step) => step.name === '');
  if (nameless >= 0)
    throw invalidArgument(`invalid build: invalid build step #${nameless}: name is required`);
  // Pattern and number of tags: google/devtools/cloudbuild/v1, Build.tags in the reference.
  const bad = build.tags.find((tag) => !/^[\w][\w.-]{0,127}$/.test(tag));
  if (bad !== undefined) throw invalidArgument(`invalid build: invalid build tag "${bad}"`);
  if (build.tags.length > 64) throw invalidArgument('invalid build: too many tags');
}

interface Place {
  readonly project: string;
  readonly location: string;
  readonly work?: StepWork | undefined;
}

const newBuild = (request: BuildMessage, { project, location, work }: Place): BuildRecord => ({
  work,
  halt: new AbortController(),
  id: randomUUID(),
  project,
  location,
  ref: refOf(request),
  request,
  steps: request.steps.map((step) => ({ ...step, status: 'QUEUED', timing: null, exitCode: 0 })),
  createTime: timestamp(Date.now()),
  startTime: null,
  finishTime: null,
  status: 'QUEUED',
  statusDetail: '',
  failureInfo: null,
  images: [],
});

function result(build: BuildRecord): Packed {
  if (build.status === 'SUCCESS') return pack('google.devtools.cloudbuild.v1.Build', toMessage(build));
  if (build.status === 'CANCELLED') throw new RpcError('CANCELLED', 'Build cancelled');
  throw new RpcError('UNKNOWN', 'Build failed; check build logs for details');
}
