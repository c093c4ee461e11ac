import type { Connections } from './build/connections.ts';
import type { Triggers } from './build/triggers.ts';
import { apiOf, compose, type Parts } from './compose.ts';
import { Faults } from './faults.ts';
import type { Access } from './iam/access.ts';
import { knativeApi } from './knative/api.ts';
import type { Sampling } from './monitoring/meter.ts';
import { Pace } from './pace.ts';
import { registryApi } from './registry-api.ts';
import { seededRandom } from './random.ts';
import type { ExecutionView, JobWork } from './run/execution.ts';
import type { Registry } from './registry.ts';
import { stopContainers } from './run/revisions.ts';
import { seed } from './seed.ts';
import { storageApi } from './storage/objects.ts';
import { serve, type CallRecord } from './server.ts';
import { serveWeb } from './web.ts';
import { handApi, type Windows, windows } from './windows.ts';
import { DEFAULT_WORLD, type World } from './world.ts';

export type { CallRecord } from './server.ts';
export type { World, WorldService } from './world.ts';

export interface CloudSandboxOptions {
  /** gRPC port on 127.0.0.1. Default 0: any free one. */
  readonly port?: number;
  /** HTTP port on 127.0.0.1 for gcloud and people. Default 0: any free one. */
  readonly webPort?: number;
  /** Multiplies every modelled duration. Default 1: build 3 s, revision ready 1.5 s, traffic 0.6 s, log lag 0.3 s. */
  readonly pace?: number;
  /** By how much each modelled duration varies: 0.2 is from 20 % shorter to 20 % longer. Default 0. */
  readonly spread?: number;
  /** For traffic splits, generated names and the spread. Default 1. */
  readonly seed?: number;
  readonly world?: World;
  /**
   * Real milliseconds that the load balancer in front of ref `lb-timeout` lets a WebSocket live. Default 30,000, which
   * is the default of a backend service: https://cloud.google.com/load-balancing/docs/backend-service#timeout-setting
   * Another time-out is as much longer or shorter: with 1,000 here, one of 60 s takes 2 real seconds.
   */
  readonly proxyLifetime?: number;
  /** How Cloud Monitoring samples, in real milliseconds. Default 60,000 and 120,000, times the pace. */
  readonly sampling?: Partial<Sampling>;
}

export interface CloudSandbox extends Windows {
  /** 127.0.0.1:PORT, for all four APIs, without TLS. */
  readonly endpoint: string;
  /** http://127.0.0.1:PORT, for gcloud (Cloud Run's v1 API), with the registry of images, and a page to change services by hand. */
  readonly url: string;
  /** Every call answered so far, in the order of the answers. */
  calls(): readonly CallRecord[];
  /** From now on there is a job `project/name`; each of its executions does this. */
  job(name: string, work: JobWork): void;
  /** What the jobs were asked for, oldest first. */
  executions(): readonly ExecutionView[];
  /** Puts an object into Cloud Storage, as if somebody had uploaded it. */
  upload(bucket: string, object: string, content: string | Uint8Array): void;
  /** A bucket that is not there any more; any other is. */
  removeBucket(bucket: string): void;
  /** From now on the points of Cloud Monitoring can be read so many milliseconds after their period; Infinity: never. */
  monitoringLag(milliseconds: number): void;
  /** What the caller may do, and which secrets there are. */
  readonly access: Pick<Access, 'take' | 'give' | 'addSecret'>;
  /** Repositories that are connected to Cloud Build. */
  readonly connections: Pick<Connections, 'connect'>;
  /** Triggers of Cloud Build. */
  readonly triggers: Pick<Triggers, 'define'>;
  /** Every image that was pushed, by whomever. */
  readonly registry: Registry;
  readonly faults: Pick<Faults, 'fail' | 'hold' | 'held' | 'down'>;
  /** Ends everything at once: builds, revisions, open sockets. */
  stop(): Promise<void>;
}

const LOG_LAG = 300;

// "Sampled every 60 seconds. After sampling, data is not visible for up to 120 seconds", as it says of each metric at
// https://cloud.google.com/monitoring/api/metrics_gcp_p_z#gcp-run
const PERIOD = 60_000;
const MONITORING_LAG = 120_000;

/** Below this, in milliseconds, a period would hold nothing but its own noise. */
const LEAST_PERIOD = 20;

/** Starts the stand-in for Cloud Run, Build, Logging and Monitoring. Resolves when the world serves. */
export async function startCloudSandbox(options: CloudSandboxOptions = {}): Promise<CloudSandbox> {
  const { world = DEFAULT_WORLD, pace: factor = 1, proxyLifetime = 30_000, seed: number = 1 } = options;
  // The world was there before: it comes up without waiting.
  const pace = new Pace(0, { share: options.spread ?? 0, random: seededRandom(number) });
  const { period = PERIOD * factor, lag = MONITORING_LAG * factor } = options.sampling ?? {};
  const sampling = { period: Math.max(LEAST_PERIOD, Math.round(period)), lag };
  const logLag = LOG_LAG * factor;
  const parts = compose({ world, pace, seed: number, logLag, proxyLifetime, sampling });
  await seed(world, parts);
  pace.factor = factor;
  const calls: CallRecord[] = [];
  const faults = new Faults();
  const record = (call: CallRecord): void => {
    calls.push(call);
  };
  const { port, server } = await serve({ api: apiOf(parts), faults, record }, options.port ?? 0);
  const views = windows(parts);
  const pages = [
    ...knativeApi(parts),
    ...registryApi(parts.registry),
    ...handApi(parts, views),
    ...storageApi(parts),
  ];
  const web = await serveWeb(pages, options.webPort ?? 0);
  return {
    endpoint: `127.0.0.1:${port}`,
    url: web.url,
    ...views,
    calls: () => [...calls],
    job: (name, work) => {
      parts.executions.define(name, work);
    },
    executions: () => parts.executions.views(),
    removeBucket: (bucket) => {
      parts.objects.removeBucket(bucket);
    },
    upload: (bucket, object, content) => {
      parts.objects.put(bucket, object, content);
    },
    monitoringLag: (milliseconds) => {
      sampling.lag = milliseconds;
    },
    access: parts.access,
    connections: parts.connections,
    triggers: parts.triggers,
    registry: parts.registry,
    faults,
    stop: async () => {
      pace.stop();
      parts.executions.stop();
      parts.builds.stop();
      server.forceShutdown();
      await Promise.all([web.stop(), stopServing(parts)]);
    },
  };
}

async function stopServing(parts: Parts): Promise<void> {
  parts.routes.stop();
  await Promise.all(parts.services.all().map(stopContainers));
}
