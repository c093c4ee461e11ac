import { CloudBuild } from './build.ts';
import type { GoogleClients } from './clients.ts';
import { CloudLogs } from './logs.ts';
import { CloudMetrics } from './metrics.ts';
import { CloudRun } from './run.ts';

/** Google Cloud, as far as slipway uses it. */
export interface Cloud {
  readonly run: CloudRun;
  readonly build: CloudBuild;
  readonly logs: CloudLogs;
  readonly metrics: CloudMetrics;
}

export function cloudOf(google: GoogleClients): Cloud {
  return {
    run: new CloudRun(google),
    build: new CloudBuild(google),
    logs: new CloudLogs(google),
    metrics: new CloudMetrics(google),
  };
}
