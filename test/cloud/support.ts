import { onTestFinished } from 'vitest';
import { type GoogleClients, connectGoogle } from '../../src/cloud/clients.ts';
import { type Cloud, cloudOf } from '../../src/cloud/index.ts';
import type { Target } from '../../src/domain/target.ts';
import {
  type CloudSandbox,
  type CloudSandboxOptions,
  startCloudSandbox,
} from '../../src/sandbox/cloud/index.ts';

export interface CloudOfTests extends Cloud {
  readonly sandbox: CloudSandbox;
  readonly google: GoogleClients;
}

/** slipway's adapters on Google's own clients on a stand-in at 50 times the pace; all end with the test. */
export async function startCloud(options: CloudSandboxOptions = {}): Promise<CloudOfTests> {
  const { cloud, close } = await openCloud(options);
  onTestFinished(close);
  return cloud;
}

/** The same, for as long as the caller likes. */
export async function openCloud(
  options: CloudSandboxOptions = {},
): Promise<{ readonly cloud: CloudOfTests; readonly close: () => Promise<void> }> {
  const sandbox = await startCloudSandbox({ pace: 0.02, ...options });
  const google = connectGoogle(sandbox.endpoint);
  const close = async () => {
    await google.close();
    await sandbox.stop();
  };
  return { cloud: { sandbox, google, ...cloudOf(google, { web: sandbox.url }) }, close };
}

export const alive = new AbortController().signal;
export const registry = 'us-central1-docker.pkg.dev/chat-staging/apps/backend';

export const backend: Target = {
  service: 'backend',
  environment: 'staging',
  project: 'chat-staging',
  region: 'us-central1',
  run: 'backend',
  channel: 'C0DEPLOYS',
  ref: 'main',
  after: [],
  card: {},
  build: {
    repository: 'https://github.com/example/chat.git',
    directory: '.',
    dockerfile: 'Dockerfile',
    image: registry,
    timeoutMs: 60_000,
  },
  rollout: {
    steps: [100],
    bakeMs: 0,
    drainMs: 0,
    countdownMs: 0,
    triggers: { serverErrors: 0.2, handshakeFailures: 0.1 },
  },
  health: [{ path: '/health', status: 200, withinMs: 2_000 }],
};
export const inWorld = 'chat-staging/backend';

/** Builds a ref to its end and gives the image by digest. */
export async function built({ build }: Cloud, ref: string): Promise<string> {
  const name = await build.start({ target: backend, ref, tag: `t-${ref}`, imageTag: ref }, alive);
  const end = await build.end(name, backend, alive);
  if (end.kind !== 'built') throw new Error(`The build of ${ref} is ${end.kind}`);
  return `${registry}@${end.digest}`;
}

/** How often a method was answered. */
export function answered({ sandbox }: CloudOfTests, method: string): number {
  return sandbox.calls().filter((call) => call.method === method).length;
}
