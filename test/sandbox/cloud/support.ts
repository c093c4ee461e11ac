import { CloudBuildClient, type protos as buildProtos } from '@google-cloud/cloudbuild';
import { LoggingServiceV2Client } from '@google-cloud/logging-api';
import { MetricServiceClient } from '@google-cloud/monitoring';
import { RevisionsClient, ServicesClient, type protos as runProtos } from '@google-cloud/run';
import { grpc } from 'google-gax';
import { onTestFinished } from 'vitest';
import WebSocket from 'ws';
import {
  startCloudSandbox,
  type CloudSandbox,
  type CloudSandboxOptions,
} from '../../../src/sandbox/cloud/index.ts';

export type Service = runProtos.google.cloud.run.v2.IService;
export type TrafficTarget = runProtos.google.cloud.run.v2.ITrafficTarget;
export type Build = buildProtos.google.devtools.cloudbuild.v1.IBuild;

export const PARENT = 'projects/chat-staging/locations/us-central1';
export const BACKEND = `${PARENT}/services/backend`;
export const PRODUCTION = 'projects/chat-production/locations/us-central1/services/backend';
export const IMAGE = 'us-central1-docker.pkg.dev/chat-staging/apps/backend';

export interface Clients {
  readonly services: ServicesClient;
  readonly revisions: RevisionsClient;
  readonly builds: CloudBuildClient;
  readonly logs: LoggingServiceV2Client;
  readonly metrics: MetricServiceClient;
}

/** A sandbox at test pace with the real Google clients on it; both end with the test. */
export async function startCloud(
  options: CloudSandboxOptions = {},
): Promise<Clients & { readonly cloud: CloudSandbox }> {
  const cloud = await startCloudSandbox({ pace: 0.05, ...options });
  onTestFinished(() => cloud.stop());
  return { cloud, ...clientsFor(cloud) };
}

function clientsFor(cloud: CloudSandbox): Clients {
  const options = {
    apiEndpoint: '127.0.0.1',
    port: Number(cloud.endpoint.split(':')[1]),
    projectId: 'chat-staging',
    sslCreds: grpc.credentials.createInsecure(),
    clientOptions: { universeDomain: 'googleapis.com' },
  };
  const clients = {
    services: new ServicesClient(options),
    revisions: new RevisionsClient(options),
    builds: new CloudBuildClient(options),
    logs: new LoggingServiceV2Client(options),
    metrics: new MetricServiceClient(options),
  };
  onTestFinished(async () => {
    await Promise.all(Object.values(clients).map((client) => client.close()));
  });
  return clients;
}

/** Polls an operation fast; gax's own polling starts slow and backs off to a minute. */
export const QUICK = {
  longrunning: {
    initialRetryDelayMillis: 10,
    retryDelayMultiplier: 1,
    maxRetryDelayMillis: 10,
    totalTimeoutMillis: 20_000,
  },
};

export async function until<T>(
  look: () => T | Promise<T>,
  why = 'state',
): Promise<Exclude<T, false | null | undefined>> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== null && found !== false)
      return found as Exclude<T, false | null | undefined>;
    if (Date.now() > deadline) throw new Error(`Never came: ${why}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A build as a pipeline sends it; `ref` is the revision of its git source. */
export const buildRequest = (ref: string, image = `${IMAGE}:${ref}`): Build => ({
  source: { gitSource: { url: 'https://github.com/example/chat', revision: ref } },
  steps: [
    { id: 'lint', name: 'python:3.12', args: ['ruff', 'check'] },
    { id: 'test', name: 'python:3.12', args: ['pytest'] },
    { id: 'build', name: 'gcr.io/cloud-builders/docker', args: ['build', '-t', image, '.'] },
  ],
  images: [image],
  tags: ['op-42'],
});

/** Builds a ref to its end; the image by digest, ready to deploy. */
export async function built(clients: Clients, ref: string): Promise<string> {
  const [operation] = await clients.builds.createBuild(
    { parent: PARENT, build: buildRequest(ref, IMAGE) },
    QUICK,
  );
  const [build] = await operation.promise();
  const image = build.results?.images?.[0];
  if (!image?.name || !image.digest) throw new Error('The build has no image.');
  return `${image.name}@${image.digest}`;
}

export const to = (revision: string, percent: number, tag = ''): TrafficTarget => ({
  type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION',
  revision,
  percent,
  tag,
});

/** The service as read, with a new image and revision name in its template. */
export async function withImage(clients: Clients, image: string, revision: string): Promise<Service> {
  const [service] = await clients.services.getService({ name: BACKEND });
  const container = service.template?.containers?.[0];
  return { ...service, template: { ...service.template, revision, containers: [{ ...container, image }] } };
}

/** Deploys a candidate with a tag and no traffic, and returns when the operation is over. */
export async function deployCandidate(clients: Clients, image: string, revision: string): Promise<void> {
  const service = await withImage(clients, image, revision);
  const served = service.trafficStatuses?.find(({ percent }) => percent === 100)?.revision;
  const stable = served || (service.latestReadyRevision?.split('/').at(-1) ?? '');
  const traffic = [to(stable, 100), to(revision, 0, 'candidate')];
  const [operation] = await clients.services.updateService({ service: { ...service, traffic } }, QUICK);
  await operation.promise();
}

/** Changes nothing but the traffic, and returns when the operation is over. */
export async function shift(clients: Clients, traffic: TrafficTarget[]): Promise<void> {
  const request = { service: { name: BACKEND, traffic }, updateMask: { paths: ['traffic'] } };
  const [operation] = await clients.services.updateService(request, QUICK);
  await operation.promise();
}

export async function getJson(url: string): Promise<Record<string, unknown>> {
  const response = await fetch(url);
  return { status: response.status, ...((await response.json()) as object) };
}

export const TEST_HEADERS = { 'x-test-type': 'E2E', 'x-test-environment': 'staging', 'x-e2e-test': 'true' };

/** A token of the app's simulated login, as a header. */
export async function login(url: string): Promise<{ readonly authorization: string }> {
  const request = { method: 'POST', headers: TEST_HEADERS };
  const response = await fetch(new URL('/auth/e2e', url.replace(/^ws/, 'http')), request);
  const { access_token } = (await response.json()) as { readonly access_token: string };
  return { authorization: `Bearer ${access_token}` };
}

/** An open WebSocket to `url` (http or ws), logged in; it is cut when the test ends. */
export async function connect(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), { headers: await login(url) });
  onTestFinished(async () => {
    socket.terminate();
    await Promise.resolve();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return socket;
}

/** The first answer to a message; the app's `hello` may come before. */
export async function ask(socket: WebSocket, message: object): Promise<Record<string, unknown>> {
  const answer = new Promise<Record<string, unknown>>((resolve) => {
    const listen = (data: Buffer): void => {
      const said = JSON.parse(data.toString()) as Record<string, unknown>;
      if (said['type'] === 'hello') return;
      socket.off('message', listen);
      resolve(said);
    };
    socket.on('message', listen);
  });
  socket.send(JSON.stringify(message));
  return answer;
}
