// Not from the packages' own entries, which load all that was ever made of their protos: 13 MB of code, 40 MB of memory.
import { CloudBuildClient } from '@google-cloud/cloudbuild/build/src/v1/cloud_build_client.js';
import { RepositoryManagerClient } from '@google-cloud/cloudbuild/build/src/v2/repository_manager_client.js';
import { LoggingServiceV2Client } from '@google-cloud/logging-api/build/src/v2/logging_service_v2_client.js';
import { MetricServiceClient } from '@google-cloud/monitoring/build/src/v3/metric_service_client.js';
import { ExecutionsClient } from '@google-cloud/run/build/src/v2/executions_client.js';
import { JobsClient } from '@google-cloud/run/build/src/v2/jobs_client.js';
import { RevisionsClient } from '@google-cloud/run/build/src/v2/revisions_client.js';
import { ServicesClient } from '@google-cloud/run/build/src/v2/services_client.js';
import { grpc } from 'google-gax';
import { AccessCalls } from './access-calls.ts';
import { leanGax } from './lean-gax.ts';

export interface GoogleClients {
  readonly services: ServicesClient;
  readonly revisions: RevisionsClient;
  readonly jobs: JobsClient;
  readonly executions: ExecutionsClient;
  readonly builds: CloudBuildClient;
  readonly repositories: RepositoryManagerClient;
  readonly logs: LoggingServiceV2Client;
  readonly metrics: MetricServiceClient;
  readonly access: AccessCalls;
  close(): Promise<void>;
}

/**
 * Google's clients, each made when it is asked for: a bot needs one of five. Without an endpoint they find Google and
 * its credentials by themselves; with one (`host:port`) they speak plain gRPC to it, which is how a stand-in is reached.
 */
export function connectGoogle(endpoint: string | undefined): GoogleClients {
  const plain = endpoint === undefined ? undefined : plainOptions(endpoint);
  const options = plain ?? {};
  const made: { close(): Promise<void> }[] = [];
  const once = <Client extends { close(): Promise<void> }>(make: () => Client) => {
    let known: Client | undefined;
    return (): Client => {
      if (known === undefined) made.push((known = make()));
      return known;
    };
  };
  const services = once(() => new ServicesClient(options, leanGax));
  const revisions = once(() => new RevisionsClient(options, leanGax));
  const jobs = once(() => new JobsClient(options, leanGax));
  const executions = once(() => new ExecutionsClient(options, leanGax));
  const builds = once(() => new CloudBuildClient(options, leanGax));
  const repositories = once(() => new RepositoryManagerClient(options, leanGax));
  const logs = once(() => new LoggingServiceV2Client(options, leanGax));
  const metrics = once(() => new MetricServiceClient(options, leanGax));
  const access = once(() => new AccessCalls(plain));
  return {
    get services() {
      return services();
    },
    get revisions() {
      return revisions();
    },
    get jobs() {
      return jobs();
    },
    get executions() {
      return executions();
    },
    get builds() {
      return builds();
    },
    get repositories() {
      return repositories();
    },
    get logs() {
      return logs();
    },
    get metrics() {
      return metrics();
    },
    get access() {
      return access();
    },
    close: async () => {
      await Promise.all(made.map((client) => client.close()));
    },
  };
}

function plainOptions(endpoint: string) {
  const cut = endpoint.lastIndexOf(':');
  return {
    apiEndpoint: endpoint.slice(0, cut),
    port: Number(endpoint.slice(cut + 1)),
    // gax asks for a project before its first call; every name slipway sends carries its own.
    projectId: 'slipway',
    sslCreds: grpc.credentials.createInsecure(),
    // Without it gax looks for real credentials to learn the universe they belong to.
    clientOptions: { universeDomain: 'googleapis.com' },
  };
}
