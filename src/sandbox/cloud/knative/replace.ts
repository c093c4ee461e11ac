import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { invalidArgument } from '../errors.ts';
import type { ContainerSpec, ServiceRecord, Template, TrafficTarget } from '../run/resources.ts';
import { containerOf } from './template.ts';

const texts = z.record(z.string(), z.string()).default({});
const variable = z.object({
  name: z.string(),
  value: z.string().default(''),
  valueFrom: z.object({ secretKeyRef: z.object({ name: z.string(), key: z.string() }) }).optional(),
});
const container = z.object({
  name: z.string().default(''),
  image: z.string(),
  command: z.array(z.string()).default([]),
  args: z.array(z.string()).default([]),
  env: z.array(variable).default([]),
  ports: z.array(z.object({ name: z.string().default('http1'), containerPort: z.int() })).default([]),
  resources: z.object({ limits: texts }).prefault({}),
});
const target = z.object({
  revisionName: z.string().optional(),
  latestRevision: z.boolean().optional(),
  percent: z.int().default(0),
  tag: z.string().default(''),
});
const replacement = z.object({
  metadata: z.object({
    name: z.string(),
    resourceVersion: z.string().optional(),
    labels: texts,
    annotations: texts,
  }),
  spec: z.object({
    template: z.object({
      metadata: z.object({ name: z.string().default(''), labels: texts, annotations: texts }).prefault({}),
      spec: z.object({
        containers: z.array(container).min(1),
        containerConcurrency: z.int().optional(),
        timeoutSeconds: z.int().optional(),
        serviceAccountName: z.string().optional(),
      }),
    }),
    traffic: z.array(target).default([]),
  }),
});

export type Replacement = z.infer<typeof replacement>;

/** The part of a v1 Service that can be replaced here. @throws RpcError INVALID_ARGUMENT that names the field. */
export function parseReplacement(body: unknown): Replacement {
  const parsed = replacement.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalidArgument(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`);
}

/** Labels and annotations of these namespaces are Google's own, and are fields in v2. */
const SYSTEM = /^([\w.-]+\.)?(run\.googleapis\.com|cloud\.googleapis\.com|knative\.dev)\//;

const ofUsers = (labels: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).filter(([key]) => !SYSTEM.test(key)));

/** Writes it into a draft of the service's spec. What v1 does not show, or shows unchanged, stays as it was. */
export function replaceInto(draft: ServiceRecord['spec'], { metadata, spec }: Replacement): void {
  draft.labels = ofUsers(metadata.labels);
  draft.annotations = ofUsers(metadata.annotations);
  draft.traffic = spec.traffic.map(trafficOf);
  const { template } = draft;
  const { containerConcurrency, timeoutSeconds, serviceAccountName, containers } = spec.template.spec;
  template.revision = spec.template.metadata.name;
  template.labels = ofUsers(spec.template.metadata.labels);
  template.annotations = ofUsers(spec.template.metadata.annotations);
  annotationsInto(template, spec.template.metadata.annotations);
  if (containerConcurrency !== undefined) template.maxInstanceRequestConcurrency = containerConcurrency;
  if (timeoutSeconds !== undefined) template.timeout = { seconds: String(timeoutSeconds), nanos: 0 };
  if (serviceAccountName !== undefined) template['serviceAccount'] = serviceAccountName;
  template.containers = containers.map((wanted, index) => containerFrom(template.containers[index], wanted));
}

function annotationsInto(template: Template, annotations: Readonly<Record<string, string>>): void {
  template.sessionAffinity = annotations['run.googleapis.com/sessionAffinity'] === 'true';
  const [min, max] = ['min', 'max'].map((which) => annotations[`autoscaling.knative.dev/${which}Scale`]);
  if (min === undefined && max === undefined) return;
  template['scaling'] = { minInstanceCount: countOf(min), maxInstanceCount: countOf(max) };
}

function countOf(text = '0'): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw invalidArgument(`autoscaling.knative.dev: expected a number of instances, got '${text}'.`);
}

function containerFrom(
  current: ContainerSpec | undefined,
  wanted: Replacement['spec']['template']['spec']['containers'][number],
): ContainerSpec {
  const shown = current === undefined ? undefined : container.parse(containerOf(current));
  if (current !== undefined && isDeepStrictEqual(shown, wanted)) return current;
  const { name, image, command, args, env, ports, resources } = wanted;
  const limits = { limits: resources.limits };
  return {
    ...current,
    ...{ name, image, command, args, ports, env: env.map(variableFrom) },
    resources: { ...current?.resources, ...limits },
  };
}

const variableFrom = ({ name, value, valueFrom }: z.infer<typeof variable>): ContainerSpec['env'][number] =>
  valueFrom === undefined
    ? { name, value }
    : ({
        name,
        valueSource: {
          secretKeyRef: { secret: valueFrom.secretKeyRef.name, version: valueFrom.secretKeyRef.key },
        },
      } as ContainerSpec['env'][number]);

const trafficOf = ({ revisionName, latestRevision, percent, tag }: z.infer<typeof target>): TrafficTarget =>
  latestRevision === true
    ? { type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', revision: '', percent, tag }
    : { type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision: revisionName ?? '', percent, tag };
