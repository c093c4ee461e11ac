import { CloudBuildClient, v2 } from '@google-cloud/cloudbuild';
import { LoggingServiceV2Client } from '@google-cloud/logging-api';
import { MetricServiceClient } from '@google-cloud/monitoring';
import { ExecutionsClient, JobsClient, RevisionsClient, ServicesClient } from '@google-cloud/run';
import { grpc } from 'google-gax';
import { AccessCalls } from './access-calls.ts';

export interface GoogleClients {
  readonly services: ServicesClient;
  readonly revisions: RevisionsClient;
  readonly jobs: JobsClient;
  readonly executions: ExecutionsClient;
  readonly builds: CloudBuildClient;
  readonly repositories: v2.RepositoryManagerClient;
  readonly logs: LoggingServiceV2Client;
  readonly metrics: MetricServiceClient;
  readonly access: AccessCalls;
  close(): Promise<void>;
}

/**
 * Makes Google's clients. Without an endpoint they find Google and its credentials by themselves;
 * with one (`host:port`) they speak plain gRPC to it, which is how a stand-in is reached.
 */
export function connectGoogle(endpoint: string | undefined): GoogleClients {
  const plain = endpoint === undefined ? undefined : plainOptions(endpoint);
  const options = plain ?? {};
  const access = new AccessCalls(plain);
  const services = new ServicesClient(options);
  const revisions = new RevisionsClient(options);
  const jobs = new JobsClient(options);
  const executions = new ExecutionsClient(options);
  const builds = new CloudBuildClient(options);
  const repositories = new v2.RepositoryManagerClient(options);
  const logs = new LoggingServiceV2Client(options);
  const metrics = new MetricServiceClient(options);
  return {
    services,
    revisions,
    jobs,
    executions,
    builds,
    repositories,
    logs,
    metrics,
    access,
    close: async () => {
      const all = [services, revisions, jobs, executions, builds, repositories, logs, metrics, access];
      await Promise.all(all.map((client) => client.close()));
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
