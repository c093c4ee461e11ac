import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Pace } from '../cloud/pace.ts';
import { closed, listening, urlOf } from '../http.ts';
import type { Registry } from '../cloud/registry.ts';
import { askedSchema, buildImage, type DockerBuildTools, type Told } from './build.ts';

export interface DockerSandbox {
  /** The folder of the program, for the PATH. */
  readonly bin: string;
  /** What leads slipway to this Docker instead of the machine's: the program, its daemon, its configuration. */
  readonly environment: Readonly<Record<'PATH' | 'DOCKER_HOST' | 'DOCKER_CONFIG', string>>;
  /** Stops the daemon, or starts it again; the program stays. */
  daemon(on: boolean): Promise<void>;
  /** From now on the registry refuses what is pushed, or takes it again. */
  denyPush(on: boolean): void;
  /** How many builds were begun. */
  builds(): number;
  stop(): Promise<void>;
}

export interface DockerSandboxOptions {
  readonly registry: Registry;
  /** Multiplies the duration of a build. Default 1: about 2 s. */
  readonly pace?: number;
}

/**
 * Starts a stand-in for Docker: a program `docker` in a folder of its own, a daemon behind a socket file, and the API
 * of the registry on 127.0.0.1. What is built is in the registry of the stand-in for Google Cloud.
 */
export async function startDockerSandbox({
  registry,
  pace = 1,
}: DockerSandboxOptions): Promise<DockerSandbox> {
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-docker-'));
  const socket = path.join(folder, 'docker.sock');
  const state = { builds: 0, denied: false };
  const tools = { registry, pace: new Pace(pace), pushDenied: () => state.denied };
  const answerApi = registryApi(registry);
  const api = createServer(answerApi);
  await listening(api, 0);
  const begin = () => {
    state.builds += 1;
  };
  const daemon = createServer(daemonApi(tools, begin));
  await listening(daemon, { path: socket });
  writeFileSync(path.join(folder, 'config.json'), JSON.stringify({ sandboxRegistry: urlOf(api) }));
  install(folder);
  return {
    bin: folder,
    environment: {
      PATH: `${folder}${path.delimiter}${process.env['PATH'] ?? ''}`,
      DOCKER_HOST: `unix://${socket}`,
      DOCKER_CONFIG: folder,
    },
    daemon: async (on) => {
      if (on === daemon.listening) return;
      if (on) await listening(daemon, { path: socket });
      else await closed(daemon);
    },
    denyPush: (on) => {
      state.denied = on;
    },
    builds: () => state.builds,
    stop: async () => {
      tools.pace.stop();
      await Promise.all([closed(daemon), closed(api)]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The program has no ending, as people and slipway know it; Node takes a file without one for CommonJS. */
function install(folder: string): void {
  copyFileSync(fileURLToPath(new URL('./docker.mjs', import.meta.url)), path.join(folder, 'docker.mjs'));
  const program = path.join(folder, 'docker');
  writeFileSync(
    program,
    `#!${process.execPath}\nimport(${JSON.stringify(path.join(folder, 'docker.mjs'))});\n`,
  );
  chmodSync(program, 0o755);
}

/** https://docs.docker.com/reference/api/engine/version/v1.50/ as far as the program asks, and a build. */
function daemonApi(tools: DockerBuildTools, begin: () => void): RequestListener {
  return (request, response) => {
    const route = request.url?.replace(/^\/v\d+\.\d+/, '') ?? '';
    if (route === '/_ping') response.end('OK');
    else if (route === '/version')
      send(response, { Version: '28.2.2', ApiVersion: '1.50', Os: 'linux', Arch: 'amd64' });
    else if (route === '/info') send(response, { ServerVersion: '28.2.2', OSType: 'linux' });
    else if (route === '/sandbox/build') {
      begin();
      void streamBuild(request, response, tools).catch(() => response.destroy());
    } else response.writeHead(404).end();
  };
}

/** A program that is gone ends its build, as a closed session does in BuildKit. */
async function streamBuild(
  request: IncomingMessage,
  response: ServerResponse,
  tools: DockerBuildTools,
): Promise<void> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8') as AsyncIterable<string>) text += chunk;
  const tell = (told: Told) => response.write(`${JSON.stringify(told)}\n`);
  for await (const told of buildImage(askedSchema.parse(JSON.parse(text)), tools)) {
    if (response.closed) return;
    tell(told);
  }
  response.end();
}

/** https://distribution.github.io/distribution/spec/api/#pulling-an-image-manifest */
function registryApi(registry: Registry): RequestListener {
  return (request, response) => {
    const [, name = '', reference = ''] = /^\/v2\/(.+)\/manifests\/([^/]+)$/.exec(request.url ?? '') ?? [];
    const digest = registry.digestOf(
      reference.startsWith('sha256:') ? `${name}@${reference}` : `${name}:${reference}`,
    );
    if (digest === undefined) {
      response.writeHead(404);
      send(response, { errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' }] });
      return;
    }
    response.setHeader('docker-content-digest', digest);
    send(response, { schemaVersion: 2, mediaType: 'application/vnd.oci.image.manifest.v1+json' });
  };
}

function send(response: ServerResponse, body: object): void {
  response.end(JSON.stringify(body));
}
