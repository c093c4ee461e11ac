import type { Container } from '../domain/container/container.ts';
import { cpuOf, memoryOf } from './deployed.ts';
import type { RunRevision } from './revision-view.ts';
import type { RunService } from './service-view.ts';
import { instantOf } from './time-series.ts';

// Cloud Run's own defaults: https://cloud.google.com/run/docs/configuring/services/cpu and …/memory-limits
const defaultCpu = 1_000;
const defaultMemory = 512;

/** What an instance of a revision is; its image is the registry's to tell. Pure. */
export function containerOf(
  revision: RunRevision,
  service: Pick<RunService, 'scaling'> | undefined,
): Omit<Container, 'imageBytes'> {
  const all = (revision.containers ?? []).map(({ resources }) => resources ?? {});
  const sum = (name: string, read: (text: string | undefined) => number | undefined, fallback: number) =>
    all.reduce((total, { limits }) => total + (read(limits?.[name]) ?? fallback), 0);
  const start = startOf(revision);
  const maxInstances = revision.scaling?.maxInstanceCount;
  return {
    ...(start === undefined ? {} : { start }),
    cpu: sum('cpu', cpuOf, defaultCpu),
    memory: sum('memory', memoryOf, defaultMemory),
    minInstances: minInstancesOf(revision, service),
    ...(maxInstances ? { maxInstances } : {}),
    // k8s.min.proto, ResourceRequirements.cpu_idle: whether the CPU is throttled outside of requests.
    billing: all[0]?.cpuIdle === true ? 'request' : 'instance',
    ...(revision.nodeSelector?.accelerator ? { gpu: true } : {}),
  };
}

/** Of the revision and of the service; with manual scaling so many instances are always on. */
function minInstancesOf({ scaling }: RunRevision, service: Pick<RunService, 'scaling'> | undefined): number {
  const manual = service?.scaling?.manualInstanceCount;
  return Math.max(manual ?? 0, service?.scaling?.minInstanceCount ?? 0, scaling?.minInstanceCount ?? 0);
}

/**
 * From what Cloud Run says of its own health check when it deployed the revision, the same for old and new ones: what
 * Cloud Monitoring knows (`container/startup_latencies`) is visible up to 3 minutes later, and of an idle candidate never.
 * Its wording is seen in many a `gcloud run revisions describe`, but not documented: where it is another one, the time
 * from creation to Ready is taken, which holds the fetch of the image.
 */
function startOf({ conditions, createTime }: RunRevision): Container['start'] {
  const of = (type: string) => conditions?.find((condition) => condition.type === type);
  const healthy = millisecondsIn(of('ContainerHealthy')?.message ?? '');
  if (healthy !== undefined) return { ms: healthy, of: 'healthy' };
  const [made, ready] = [instantOf(createTime), instantOf(of('Ready')?.lastTransitionTime)];
  return made === undefined || ready === undefined || ready < made
    ? undefined
    : { ms: ready - made, of: 'ready' };
}

/** `Containers became healthy in 1m4.12s.` and `… in 820ms.` */
function millisecondsIn(message: string): number | undefined {
  const [, minutes = '0', amount, unit] =
    /became healthy in (?:(\d{1,3})m)?(\d{1,6}(?:\.\d{1,9})?)(ms|s)\b/.exec(message) ?? [];
  if (amount === undefined) return undefined;
  return Number(minutes) * 60_000 + Math.round(Number(amount) * (unit === 's' ? 1_000 : 1));
}
