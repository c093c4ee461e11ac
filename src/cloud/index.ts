import { CloudBuild } from './build.ts';
import { accessTokens } from './access-token.ts';
import type { GoogleClients } from './clients.ts';
import { CloudLogs } from './logs.ts';
import { CloudMetrics } from './metrics.ts';
import { ImageRegistry } from './registry.ts';
import { CloudRun } from './run.ts';

/** Google Cloud, as far as slipway uses it. */
export interface Cloud {
  readonly run: CloudRun;
  readonly build: CloudBuild;
  readonly logs: CloudLogs;
  readonly metrics: CloudMetrics;
  readonly images: ImageRegistry;
}

/** @param registryUrl stands in for every registry of images */
export function cloudOf(google: GoogleClients, registryUrl?: string): Cloud {
  return {
    run: new CloudRun(google),
    build: new CloudBuild(google),
    logs: new CloudLogs(google),
    metrics: new CloudMetrics(google),
    images: new ImageRegistry({ url: registryUrl, token: accessTokens() }),
  };
}
