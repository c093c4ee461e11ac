import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Pace } from '../cloud/pace.ts';
import { behaviourOf } from '../cloud/refs.ts';
import type { Registry } from '../cloud/registry.ts';

/** As the program sends it: the flags of `docker buildx build`. */
export const askedSchema = z.object({
  context: z.string(),
  tag: z.string(),
  push: z.literal(true),
  platform: z.string().optional(),
});
type Asked = z.infer<typeof askedSchema>;

/** What the program prints, and how it ends. */
export type Told = { readonly print: string } | { readonly exit: number; readonly metadata?: object };

export interface DockerBuildTools {
  readonly registry: Registry;
  readonly pace: Pace;
  /** Whether the registry refuses what is pushed. */
  readonly pushDenied: () => boolean;
}

/** Milliseconds of demo time for all steps of a build together. */
const STEPS = 2_200;

const RUN = 'pytest -q';
const steps = [
  '[1/6] FROM docker.io/library/python:3.12-slim',
  '[2/6] WORKDIR /app',
  '[3/6] COPY requirements.txt .',
  '[4/6] RUN pip install -r requirements.txt',
  '[5/6] COPY . .',
  `[6/6] RUN ${RUN}`,
];

/** Builds a Git context, as BuildKit tells it with `--progress=rawjson`, and pushes the image into the registry. */
export async function* buildImage(asked: Asked, tools: DockerBuildTools): AsyncGenerator<Told, void> {
  const [, url = '', ref = 'main'] = /^(https:[^#]+\.git)#([^:]*)/.exec(asked.context) ?? [];
  const { platform = 'linux/amd64' } = asked;
  const behaviour = behaviourOf(ref);
  if (platform !== 'linux/amd64') return yield* failed(`no match for platform in manifest: ${platform}`);
  const source = `[internal] load git source ${asked.context}`;
  if (url === '' || behaviour === undefined) {
    // https://github.com/moby/buildkit/blob/master/source/git/source.go
    const error = `repository does not contain ref ${ref}, output: ""`;
    yield vertex(source, { error });
    return yield* failed(`failed to load cache key: ${error}`);
  }
  yield vertex(source);
  for (const step of steps) {
    yield vertex(step);
    await tools.pace.wait(STEPS / steps.length);
    const broken = step === steps.at(-1) ? behaviour.build : undefined;
    if (broken === undefined) continue;
    for (const line of broken.output) yield log(step, line);
    const error = `process "/bin/sh -c ${RUN}" did not complete successfully: exit code: ${broken.exitCode}`;
    yield vertex(step, { error });
    return yield* failed(error);
  }
  yield vertex('exporting to image');
  if (tools.pushDenied()) return yield* failed(denied(asked.tag));
  const digest = tools.registry.push({ image: asked.tag, ref, buildId: randomUUID() });
  yield { exit: 0, metadata: metadataOf(digest, { url, ref, tag: asked.tag }) };
}

/** As of the documentation: https://docs.docker.com/reference/cli/docker/buildx/build/#metadata-file */
function metadataOf(digest: string, { url, ref, tag }: { url: string; ref: string; tag: string }): object {
  const sha1 = /^[0-9a-f]{40}$/.test(ref) ? ref : createHash('sha1').update(`${url}#${ref}`).digest('hex');
  return {
    'buildx.build.provenance': {
      buildType: 'https://mobyproject.org/buildkit@v1',
      invocation: {
        configSource: { uri: `${url}#${ref}`, digest: { sha1 }, entryPoint: 'Dockerfile' },
      },
    },
    'containerimage.descriptor': {
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest,
      size: 506,
    },
    'containerimage.digest': digest,
    'image.name': tag,
  };
}

/** The words of Artifact Registry are those of https://github.com/google/ax/issues/140. */
function denied(tag: string): string {
  const [, location = '', project = '', repository = ''] =
    /^([a-z0-9-]+)-docker\.pkg\.dev\/([^/]+)\/([^/]+)\//.exec(tag) ?? [];
  const resource = `projects/${project}/locations/${location}/repositories/${repository}`;
  return `failed to push ${tag}: denied: Permission "artifactregistry.repositories.uploadArtifacts" denied on resource "${resource}" (or it may not exist)`;
}

function* failed(reason: string): Generator<Told, void> {
  yield { print: `ERROR: failed to build: failed to solve: ${reason}` };
  yield { exit: 1 };
}

const digestOf = (name: string): string => `sha256:${createHash('sha256').update(name).digest('hex')}`;

function vertex(name: string, more: { readonly error?: string } = {}): Told {
  const started = new Date().toISOString();
  const completed = more.error === undefined ? {} : { completed: started };
  return print({ vertexes: [{ digest: digestOf(name), name, started, ...completed, ...more }] });
}

function log(step: string, line: string): Told {
  const data = Buffer.from(`${line}\n`).toString('base64');
  return print({ logs: [{ vertex: digestOf(step), stream: 2, data, timestamp: new Date().toISOString() }] });
}

const print = (status: object): Told => ({ print: JSON.stringify(status) });
