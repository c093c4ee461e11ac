import { Access } from './access.ts';
import { CloudBuild } from './build.ts';
import type { GoogleClients } from './clients.ts';
import { Docker } from './docker.ts';
import { CloudLogs } from './logs.ts';
import { CloudMetrics } from './metrics.ts';
import { CloudRun } from './run.ts';

/** Google Cloud, as far as slipway uses it. */
export interface Cloud {
  readonly run: CloudRun;
  readonly build: CloudBuild;
  /** Of this machine. */
  readonly docker: Docker;
  readonly logs: CloudLogs;
  readonly metrics: CloudMetrics;
  readonly access: Access;
}

/** @param programs the environment of programs on this machine: without one none is found. */
export function cloudOf(google: GoogleClients, programs: Readonly<Record<string, string>> = {}): Cloud {
  return {
    run: new CloudRun(google),
    build: new CloudBuild(google),
    docker: new Docker(programs),
    logs: new CloudLogs(google),
    metrics: new CloudMetrics(google),
    access: new Access(google),
  };
}
