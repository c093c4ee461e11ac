import { CloudBuild } from './build.ts';
import type { GoogleClients } from './clients.ts';
import { CloudJobs } from './jobs.ts';
import { CloudLogs } from './logs.ts';
import { CloudMetrics } from './metrics.ts';
import { CloudObjects } from './objects.ts';
import { CloudRun } from './run.ts';

/** Google Cloud, as far as slipway uses it. */
export interface Cloud {
  readonly run: CloudRun;
  readonly build: CloudBuild;
  readonly jobs: CloudJobs;
  readonly objects: CloudObjects;
  readonly logs: CloudLogs;
  readonly metrics: CloudMetrics;
}

/** @param web what stands in for Google's HTTP APIs, `http://host:port`; undefined: the real ones */
export function cloudOf(google: GoogleClients, web?: string): Cloud {
  return {
    run: new CloudRun(google),
    build: new CloudBuild(google),
    jobs: new CloudJobs(google),
    objects: new CloudObjects(web),
    logs: new CloudLogs(google),
    metrics: new CloudMetrics(google),
  };
}
