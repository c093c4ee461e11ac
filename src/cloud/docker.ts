import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import type { Target } from '../domain/target.ts';
import { type ProgramEnd, runProgram } from '../programs/program.ts';
import { BuildProgress } from './docker-progress.ts';

/** Questions that Docker answers at once when it answers at all. */
const askMs = 10_000;

export interface LocalBuild {
  readonly target: Target;
  readonly ref: string;
  /** Registry tag of the image, made from the operation. */
  readonly imageTag: string;
  readonly signal: AbortSignal;
  /** Hears the name of each step that begins, e.g. `[3/6] RUN pip install -r requirements.txt`. */
  readonly onStep: (name: string) => void;
}

export type LocalBuildEnd =
  | { readonly kind: 'built'; readonly digest: string; readonly commit: string | undefined }
  | { readonly kind: 'timeout' }
  | {
      readonly kind: 'failed';
      /** The step that broke, if one did. */
      readonly step: string | undefined;
      /** What Docker says of it, e.g. `ERROR: failed to solve: …`. */
      readonly detail: readonly string[];
      /** Last lines that the step printed, oldest first. */
      readonly logs: readonly string[];
    };

/** `refused`: the question could not be answered, in Docker's own words. */
export type Found =
  | { readonly kind: 'found'; readonly digest: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'refused'; readonly text: string };

/** https://docs.docker.com/reference/cli/docker/buildx/imagetools/inspect/#json-output */
const manifestSchema = z.object({ digest: z.string().regex(/^sha256:[0-9a-f]{64}$/) });

/**
 * https://docs.docker.com/reference/cli/docker/buildx/build/#metadata-file; where the source came from stands in the
 * provenance, of which there are two forms: https://docs.docker.com/build/metadata/attestations/slsa-definitions/
 */
const sourceSchema = z.object({ digest: z.object({ sha1: z.string().optional() }).optional() }).optional();
const metadataSchema = z.object({
  'containerimage.digest': manifestSchema.shape.digest,
  'buildx.build.provenance': z
    .object({
      invocation: z.object({ configSource: sourceSchema }).optional(),
      buildDefinition: z
        .object({ externalParameters: z.object({ configSource: sourceSchema }).optional() })
        .optional(),
    })
    .optional()
    .catch(undefined),
});

/** The Docker of this machine, as far as slipway uses it. */
export class Docker {
  readonly #env: Readonly<Record<string, string>>;

  /** @param env the whole environment of the program. */
  constructor(env: Readonly<Record<string, string>>) {
    this.#env = env;
  }

  /** @returns why there is no daemon that answers, in Docker's own words; undefined when one does. */
  async daemonProblem(signal: AbortSignal): Promise<string | undefined> {
    return problemOf(await this.#run(['version', '--format', '{{.Server.Version}}'], signal));
  }

  /** The same of Buildx, which is a plugin of Docker's. */
  async buildxProblem(signal: AbortSignal): Promise<string | undefined> {
    return problemOf(await this.#run(['buildx', 'version'], signal));
  }

  /** Looks an image up in its registry, with the credentials that Docker has for it; the daemon is not asked. */
  async look(image: string, signal: AbortSignal): Promise<Found> {
    const end = await this.#run(
      ['buildx', 'imagetools', 'inspect', image, '--format', '{{json .Manifest}}'],
      signal,
    );
    const text = problemOf(end);
    if (text === undefined && end.kind === 'exited') {
      const read = manifestSchema.safeParse(jsonOf(end.stdout));
      if (read.success) return { kind: 'found', digest: read.data.digest };
      return { kind: 'refused', text: `docker buildx imagetools inspect gave no digest of ${image}` };
    }
    // containerd's words for a tag that the registry does not have: `ERROR: NAME:TAG: not found`.
    if (text?.endsWith(': not found') === true) return { kind: 'absent' };
    return { kind: 'refused', text: text ?? '' };
  }

  /** Builds for Cloud Run and pushes. @throws the signal's reason when it aborts: the build ends with it. */
  async build(request: LocalBuild): Promise<LocalBuildEnd> {
    const { target, signal, onStep } = request;
    const folder = await mkdtemp(path.join(tmpdir(), 'slipway-build-'));
    const metadata = path.join(folder, 'metadata.json');
    const progress = new BuildProgress(onStep);
    try {
      const end = await runProgram({
        file: 'docker',
        args: buildArguments(request, { metadata, token: this.#env['GIT_AUTH_TOKEN'] !== undefined }),
        env: this.#env,
        timeoutMs: target.build.timeoutMs,
        signal,
        onLine: (line) => {
          progress.hear(line);
        },
      });
      if (end.kind === 'timed-out') return { kind: 'timeout' };
      if (end.kind === 'exited' && end.exitCode === 0) return await builtOf(metadata);
      const { step, detail, logs } = progress;
      const last = detail.length > 0 ? detail : [problemOf(end) ?? ''];
      return { kind: 'failed', step, detail: last, logs };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #run(args: readonly string[], signal: AbortSignal): Promise<ProgramEnd> {
    return runProgram({ file: 'docker', args, env: this.#env, timeoutMs: askMs, signal });
  }
}

/** Cloud Run runs 64-bit x86 alone: https://cloud.google.com/run/docs/container-contract#languages */
const platform = 'linux/amd64';

function buildArguments(
  { target, ref, imageTag }: LocalBuild,
  { metadata, token }: { readonly metadata: string; readonly token: boolean },
): readonly string[] {
  const { image, dockerfile } = target.build;
  return [
    ...['buildx', 'build', '--push', '--platform', platform],
    // Made to be read by programs: https://docs.docker.com/reference/cli/docker/buildx/build/#progress
    ...['--progress', 'rawjson'],
    // One manifest and nothing beside it, so that its digest is the image's own.
    '--provenance=false',
    ...['--metadata-file', metadata, '--tag', `${image}:${imageTag}`, '--file', dockerfile],
    ...(token ? ['--secret', 'id=GIT_AUTH_TOKEN'] : []),
    gitContext(target, ref),
  ];
}

/**
 * `https://…/chat.git#ref:directory`. Only what ends with .git is Git to Docker:
 * https://docs.docker.com/build/concepts/context/#git-repositories
 */
function gitContext({ build: { repository, directory } }: Target, ref: string): string {
  const url = repository.replace(/\/$/, '');
  const folder = directory === '.' ? '' : `:${directory.replace(/\/$/, '')}`;
  return `${url.endsWith('.git') ? url : `${url}.git`}#${ref}${folder}`;
}

async function builtOf(file: string): Promise<LocalBuildEnd> {
  const read = metadataSchema.safeParse(jsonOf(await readFile(file, 'utf8').catch(() => '')));
  if (!read.success)
    return {
      kind: 'failed',
      step: undefined,
      detail: ['Docker ended well, but its metadata file names no containerimage.digest.'],
      logs: [],
    };
  const { 'containerimage.digest': digest, 'buildx.build.provenance': provenance } = read.data;
  const source =
    provenance?.invocation?.configSource ?? provenance?.buildDefinition?.externalParameters?.configSource;
  const commit = source?.digest?.sha1;
  return { kind: 'built', digest, commit: /^[0-9a-f]{40}$/.test(commit ?? '') ? commit : undefined };
}

/** The last line on stderr that says something; undefined for a program that ended well. */
function problemOf(end: ProgramEnd): string | undefined {
  if (end.kind === 'exited' && end.exitCode === 0) return undefined;
  if (end.kind === 'not-started') return end.error;
  if (end.kind === 'timed-out') return 'Docker did not answer in time';
  const lines = end.stderr.split('\n').map((line) => line.trim());
  const said = lines.filter((line) => line !== '' && !line.startsWith('Run '));
  return said.at(-1) ?? `docker ended with ${end.kind === 'exited' ? `exit code ${end.exitCode}` : end.kind}`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
