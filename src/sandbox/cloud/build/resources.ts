import { createHash } from 'node:crypto';
import type { Timestamp } from '../wire.ts';
import type { StepWork } from './step-work.ts';

export type BuildStatus = 'QUEUED' | 'WORKING' | 'SUCCESS' | 'FAILURE' | 'CANCELLED';

export interface TimeSpan {
  readonly startTime: Timestamp;
  readonly endTime: Timestamp | null;
}

export interface StepMessage {
  readonly id: string;
  readonly name: string;
  readonly args: readonly string[];
  readonly entrypoint: string;
  readonly script: string;
  readonly [field: string]: unknown;
}

/** A step with what has become of it. */
export interface StepRecord extends StepMessage {
  status: BuildStatus;
  timing: TimeSpan | null;
  exitCode: number;
}

/** google.devtools.cloudbuild.v1.Build as a client sends it; fields that nothing here reads are kept as they came. */
export interface BuildMessage {
  readonly steps: readonly StepMessage[];
  readonly images: readonly string[];
  readonly tags: readonly string[];
  readonly substitutions: Readonly<Record<string, string>>;
  readonly buildTriggerId?: string;
  readonly source: SourceMessage | null;
  readonly [field: string]: unknown;
}

export interface SourceMessage {
  readonly gitSource?: { readonly url: string; readonly revision: string } | null;
  readonly connectedRepository?: { readonly repository: string; readonly revision: string } | null;
  readonly repoSource?: {
    readonly repoName: string;
    readonly branchName?: string;
    readonly tagName?: string;
    readonly commitSha?: string;
  } | null;
}

export interface BuiltImage {
  readonly name: string;
  readonly digest: string;
  readonly pushTiming: TimeSpan;
}

export interface BuildRecord {
  /** What its steps do; absent: they print what the ref makes of them. */
  readonly work: StepWork | undefined;
  readonly halt: AbortController;
  readonly id: string;
  readonly project: string;
  readonly location: string;
  readonly ref: string;
  readonly request: BuildMessage;
  readonly steps: StepRecord[];
  readonly createTime: Timestamp;
  startTime: Timestamp | null;
  finishTime: Timestamp | null;
  status: BuildStatus;
  statusDetail: string;
  failureInfo: { readonly type: string; readonly detail: string } | null;
  images: BuiltImage[];
}

export const buildParent = (build: BuildRecord): string =>
  `projects/${build.project}/locations/${build.location}`;

export const buildName = (build: BuildRecord): string => `${buildParent(build)}/builds/${build.id}`;

export const isOver = (build: BuildRecord): boolean => !['QUEUED', 'WORKING'].includes(build.status);

/** Cloud Build says which commit a ref stood for once it has fetched it; here each ref stands for one for ever. */
function provenanceOf({ ref, request }: BuildRecord): object {
  const revision = /^[0-9a-f]{40}$/.test(ref) ? ref : createHash('sha1').update(ref).digest('hex');
  const { gitSource, connectedRepository } = request.source ?? {};
  return {
    ...(gitSource ? { resolvedGitSource: { ...gitSource, revision } } : {}),
    ...(connectedRepository ? { resolvedConnectedRepository: { ...connectedRepository, revision } } : {}),
  };
}

export function toMessage(build: BuildRecord): object {
  return {
    ...build.request,
    name: buildName(build),
    id: build.id,
    projectId: build.project,
    status: build.status,
    statusDetail: build.statusDetail,
    failureInfo: build.failureInfo,
    steps: build.steps,
    createTime: build.createTime,
    startTime: build.startTime,
    finishTime: build.finishTime,
    logUrl: `https://console.cloud.google.com/cloud-build/builds;region=${build.location}/${build.id}?project=${build.project}`,
    results: { images: build.images },
    ...(build.startTime === null ? {} : { sourceProvenance: provenanceOf(build) }),
  };
}
