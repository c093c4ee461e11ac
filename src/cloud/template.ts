import type { protos } from '@google-cloud/run';
import type { ContainerProbe, WantedTemplate } from '../domain/template.ts';
import { cpuOf, memoryOf, type RunTemplate } from './deployed.ts';
import { hashOf, type RunService } from './service-view.ts';
import { type Stamp, stamped, unstamped } from './stamp.ts';

type RunContainer = protos.google.cloud.run.v2.IContainer;
type RunVariable = protos.google.cloud.run.v2.IEnvVar;
type RunProbe = protos.google.cloud.run.v2.IProbe;

export interface TemplateWish extends Stamp {
  readonly revision: string;
  readonly image: string;
  /** Absent: all stays but the image. */
  readonly wanted?: WantedTemplate | undefined;
}

/** The template that Cloud Run has, with the image and what the configuration says; all else stays. Pure. */
export function wantedTemplate(now: RunTemplate | null | undefined, wish: TemplateWish): RunTemplate {
  const { revision, image, wanted = {} } = wish;
  const [first = {}, ...others] = now?.containers ?? [];
  const { minInstances, maxInstances, timeoutMs } = wanted;
  return {
    ...now,
    revision,
    annotations: stamped(now?.annotations, wish, image),
    containers: [{ ...first, image, ...containerParts(first, wanted) }, ...others],
    ...(timeoutMs === undefined ? {} : { timeout: { seconds: timeoutMs / 1_000, nanos: 0 } }),
    ...(minInstances === undefined && maxInstances === undefined
      ? {}
      : {
          scaling: {
            ...now?.scaling,
            ...(minInstances === undefined ? {} : { minInstanceCount: minInstances }),
            ...(maxInstances === undefined ? {} : { maxInstanceCount: maxInstances }),
          },
        }),
    ...given('maxInstanceRequestConcurrency', wanted.concurrency),
    ...given('serviceAccount', wanted.serviceAccount),
    ...given('sessionAffinity', wanted.affinity),
  };
}

/** Changes when anything of what would be written changes, values of variables too; not by who deploys it. */
export function wishHash(template: RunTemplate, ingress: Pick<RunService, 'ingress'>): string {
  return hashOf({ ...template, ...ingress, revision: '', annotations: unstamped(template.annotations) });
}

function given<Key extends string, Value>(key: Key, value: Value | undefined): Partial<Record<Key, Value>> {
  return value === undefined ? {} : ({ [key]: value } as Record<Key, Value>);
}

function containerParts(now: RunContainer, wanted: WantedTemplate): RunContainer {
  const { startupProbe, livenessProbe } = wanted;
  return {
    ...variables(now, wanted),
    ...resources(now, wanted),
    ...(startupProbe === undefined ? {} : { startupProbe: probe(now.startupProbe, startupProbe) }),
    ...(livenessProbe === undefined ? {} : { livenessProbe: probe(now.livenessProbe, livenessProbe) }),
  };
}

/** In the order in which they stand; what is new comes last. A variable that is so already is not touched. */
function variables(now: RunContainer, { env = {}, secrets = {} }: WantedTemplate): Pick<RunContainer, 'env'> {
  const wanted = new Map<string, RunVariable | null>([
    ...Object.entries(env).map(([name, value]) => [name, value === null ? null : { name, value }] as const),
    ...Object.entries(secrets).map(
      ([name, secretKeyRef]) => [name, { name, valueSource: { secretKeyRef } }] as const,
    ),
  ]);
  if (wanted.size === 0) return {};
  const before = now.env ?? [];
  const known = new Set(before.map(({ name }) => name));
  const kept = before.flatMap((variable) => {
    const wish = wanted.get(variable.name ?? '');
    if (wish === undefined) return [variable];
    return wish === null ? [] : [sameVariable(variable, wish) ? variable : wish];
  });
  const added = [...wanted.values()].filter((wish) => wish !== null && !known.has(wish.name));
  return { env: [...kept, ...added.filter((wish) => wish !== null)] };
}

function sameVariable(a: RunVariable, b: RunVariable): boolean {
  const text = ({ value, valueSource }: RunVariable) => {
    const { secret, version } = valueSource?.secretKeyRef ?? {};
    return JSON.stringify(valueSource ? { secret, version } : (value ?? ''));
  };
  return text(a) === text(b);
}

function resources(
  { resources: now }: RunContainer,
  { cpu, memory, cpuBoost }: WantedTemplate,
): Pick<RunContainer, 'resources'> {
  if (cpu === undefined && memory === undefined && cpuBoost === undefined) return {};
  const limits = now?.limits ?? {};
  return {
    resources: {
      // Given resources without it, Cloud Run would keep the CPU on between requests: k8s.min.proto.
      ...(now ?? { cpuIdle: true }),
      limits: {
        ...limits,
        ...(cpu === undefined || cpuOf(cpu) === cpuOf(limits['cpu']) ? {} : { cpu }),
        ...(memory === undefined || memoryOf(memory) === memoryOf(limits['memory']) ? {} : { memory }),
      },
      ...(cpuBoost === undefined ? {} : { startupCpuBoost: cpuBoost }),
    },
  };
}

/** What slipway does not say of a probe, such as headers and the delay before the first, stays. */
function probe(
  now: RunProbe | null | undefined,
  { path, port, periodMs, timeoutMs, failures }: ContainerProbe,
): RunProbe {
  const on = port === undefined ? {} : { port };
  const { httpGet, tcpSocket: _, grpc: __, ...rest } = now ?? {};
  return {
    ...rest,
    periodSeconds: periodMs / 1_000,
    timeoutSeconds: timeoutMs / 1_000,
    failureThreshold: failures,
    ...(path === undefined ? { tcpSocket: on } : { httpGet: { ...httpGet, path, port: port ?? null } }),
  };
}
