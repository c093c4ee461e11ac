import { Builds } from './build/builds.ts';
import { Connections } from './build/connections.ts';
import { Triggers } from './build/triggers.ts';
import { Access } from './iam/access.ts';
import { listLogEntries } from './logging/api.ts';
import { LogStore } from './logging/store.ts';
import { type ListTimeSeriesRequest, listTimeSeries } from './monitoring/api.ts';
import type { Sampling } from './monitoring/meter.ts';
import { Operations } from './operations.ts';
import { Objects } from './storage/objects.ts';
import type { Pace } from './pace.ts';
import { seededRandom, type Random } from './random.ts';
import { Registry } from './registry.ts';
import { Reconciler } from './run/reconciler.ts';
import { Executions } from './run/executions.ts';
import { Revisions } from './run/revisions-api.ts';
import { Routes } from './run/routes.ts';
import { Services } from './run/services.ts';
import type { Api } from './server.ts';
import type { World } from './world.ts';

export interface Parts {
  readonly services: Services;
  readonly revisions: Revisions;
  readonly builds: Builds;
  readonly executions: Executions;
  readonly objects: Objects;
  readonly operations: Operations;
  readonly routes: Routes;
  readonly registry: Registry;
  readonly logs: LogStore;
  readonly random: Random;
  readonly sampling: Sampling;
  readonly projects: ReadonlySet<string>;
  readonly access: Access;
  readonly connections: Connections;
  readonly triggers: Triggers;
}

interface Plan {
  readonly world: World;
  readonly pace: Pace;
  readonly seed: number;
  /** Milliseconds until a log entry can be found. */
  readonly logLag: number;
  /** Milliseconds that a short load balancer lets a WebSocket live. */
  readonly proxyLifetime: number;
  readonly sampling: Sampling;
}

/** Makes the parts of the stand-in and joins them. */
export function compose({ world, pace, seed, logLag, proxyLifetime, sampling }: Plan): Parts {
  const projects = new Set(world.projects.map(({ id }) => id));
  const logs = new LogStore(logLag);
  const registry = new Registry();
  const random = seededRandom(seed);
  const routes = new Routes({ random, logs, proxyLifetime });
  const operations = new Operations();
  const reconciler = new Reconciler({ pace, logs, registry, random, sampling }, routes);
  const services = new Services({ reconciler, routes, operations, projects });
  const revisions = new Revisions(services, operations);
  const builds = new Builds({ pace, logs, registry, operations, projects });
  const objects = new Objects();
  const executions = new Executions({ pace, operations, objects, projects });
  const access = new Access();
  const connections = new Connections();
  const triggers = new Triggers(builds);
  return {
    ...{ executions, objects, services, revisions, builds, operations, routes, registry },
    ...{ logs, random, sampling, projects, access, connections, triggers },
  };
}

/** The gRPC services that the stand-in answers for. */
export function apiOf({
  services,
  executions,
  revisions,
  builds,
  operations,
  logs,
  sampling,
  projects,
  access,
  connections,
  triggers,
}: Parts): Api {
  const iam = { TestIamPermissions: access.test.bind(access) };
  return {
    'google.cloud.resourcemanager.v3.Projects': iam,
    'google.iam.admin.v1.IAM': iam,
    'google.devtools.artifactregistry.v1.ArtifactRegistry': iam,
    'google.cloud.secretmanager.v1.SecretManagerService': {
      GetSecretVersion: access.secretVersion.bind(access),
    },
    'google.cloud.run.v2.Services': {
      GetService: services.get.bind(services),
      ListServices: services.list.bind(services),
      CreateService: services.create.bind(services),
      UpdateService: services.update.bind(services),
      DeleteService: services.delete.bind(services),
      ...iam,
    },
    'google.cloud.run.v2.Revisions': {
      GetRevision: revisions.get.bind(revisions),
      ListRevisions: revisions.list.bind(revisions),
      DeleteRevision: revisions.delete.bind(revisions),
    },
    'google.cloud.run.v2.Jobs': {
      GetJob: executions.job.bind(executions),
      RunJob: executions.run.bind(executions),
      ...iam,
    },
    'google.cloud.run.v2.Executions': {
      GetExecution: executions.get.bind(executions),
      ListExecutions: executions.list.bind(executions),
      CancelExecution: executions.cancel.bind(executions),
    },
    'google.devtools.cloudbuild.v1.CloudBuild': {
      CreateBuild: builds.create.bind(builds),
      GetBuild: builds.get.bind(builds),
      ListBuilds: builds.list.bind(builds),
      CancelBuild: builds.cancel.bind(builds),
      GetBuildTrigger: triggers.get.bind(triggers),
      RunBuildTrigger: triggers.run.bind(triggers),
    },
    'google.devtools.cloudbuild.v2.RepositoryManager': {
      GetConnection: connections.connection.bind(connections),
      GetRepository: connections.repository.bind(connections),
    },
    'google.logging.v2.LoggingServiceV2': {
      ListLogEntries: (request: Parameters<typeof listLogEntries>[1]) => listLogEntries(logs, request),
    },
    'google.monitoring.v3.MetricService': {
      ListTimeSeries: (request: ListTimeSeriesRequest) =>
        listTimeSeries({ services: services.all(), projects, sampling }, request),
    },
    'google.longrunning.Operations': {
      GetOperation: operations.get.bind(operations),
      WaitOperation: operations.wait.bind(operations),
      ListOperations: operations.list.bind(operations),
      CancelOperation: operations.cancel.bind(operations),
    },
  };
}
