import { Access } from './access.ts';
import { CloudBuild } from './build.ts';
import { accessTokens } from './access-token.ts';
import type { GoogleClients } from './clients.ts';
import { CloudJobs } from './jobs.ts';
import { Docker } from './docker.ts';
import { CloudLogs } from './logs.ts';
import { CloudMetrics } from './metrics.ts';
import { CloudObjects } from './objects.ts';
import { ImageRegistry } from './registry.ts';
import { CloudRun } from './run.ts';
import { CloudTriggers } from './triggers.ts';

/** Google Cloud, as far as slipway uses it. */
export interface Cloud {
  readonly run: CloudRun;
  readonly build: CloudBuild;
  readonly triggers: CloudTriggers;
  readonly jobs: CloudJobs;
  readonly objects: CloudObjects;
  /** Of this machine. */
  readonly docker: Docker;
  readonly logs: CloudLogs;
  readonly metrics: CloudMetrics;
  readonly access: Access;
  readonly images: ImageRegistry;
}

/** Where programs and HTTP APIs are. */
interface Places {
  /** What stands in for Google's HTTP APIs and every registry of images, `http://host:port`. Default: the real ones. */
  readonly web?: string | undefined;
  /** The environment of programs on this machine. Default: none is found. */
  readonly programs?: Readonly<Record<string, string>>;
}

export function cloudOf(google: GoogleClients, { web, programs = {} }: Places = {}): Cloud {
  return {
    run: new CloudRun(google),
    build: new CloudBuild(google),
    triggers: new CloudTriggers(google),
    jobs: new CloudJobs(google),
    objects: new CloudObjects(web),
    docker: new Docker(programs),
    logs: new CloudLogs(google),
    metrics: new CloudMetrics(google),
    access: new Access(google),
    images: new ImageRegistry({ url: web, token: accessTokens() }),
  };
}
