import { milliseconds } from '../wire.ts';
import type { ContainerSpec, Template } from '../run/resources.ts';

/** Values as v2 keeps them where v1 has another shape. */
interface SecretValue {
  readonly secretKeyRef?: { readonly secret: string; readonly version: string } | null;
}

/** https://cloud.google.com/run/docs/reference/rest/v1/RevisionSpec */
export function templateSpec(template: Template): object {
  return {
    containerConcurrency: template.maxInstanceRequestConcurrency,
    timeoutSeconds: milliseconds(template.timeout ?? { seconds: '300', nanos: 0 }) / 1000,
    ...(template['serviceAccount'] ? { serviceAccountName: template['serviceAccount'] } : {}),
    containers: template.containers.map(containerOf),
  };
}

/** https://cloud.google.com/run/docs/reference/rest/v1/Container */
export const containerOf = (container: ContainerSpec): object => ({
  ...(container.name === '' ? {} : { name: container.name }),
  image: container.image,
  ...listOf('command', container['command']),
  ...listOf('args', container['args']),
  ...listOf('env', container.env.map(envOf)),
  ...listOf('ports', container.ports),
  resources: { limits: container.resources?.limits ?? {} },
});

const listOf = (name: string, list: unknown): object =>
  Array.isArray(list) && list.length > 0 ? { [name]: list as unknown[] } : {};

function envOf(variable: { readonly name: string; readonly value?: string }): object {
  const { secretKeyRef } = (variable as { valueSource?: SecretValue | null }).valueSource ?? {};
  return secretKeyRef
    ? {
        name: variable.name,
        valueFrom: { secretKeyRef: { name: secretKeyRef.secret, key: secretKeyRef.version } },
      }
    : { name: variable.name, value: variable.value ?? '' };
}

/** What v2 has fields for, v1 has annotations for: https://cloud.google.com/run/docs/reference/rest/v1/RevisionTemplate */
export function templateAnnotations(template: Template): Record<string, string> {
  const scaling = (template['scaling'] ?? {}) as { minInstanceCount?: number; maxInstanceCount?: number };
  return {
    ...template.annotations,
    ...(scaling.minInstanceCount
      ? { 'autoscaling.knative.dev/minScale': String(scaling.minInstanceCount) }
      : {}),
    ...(scaling.maxInstanceCount
      ? { 'autoscaling.knative.dev/maxScale': String(scaling.maxInstanceCount) }
      : {}),
    ...(template.sessionAffinity ? { 'run.googleapis.com/sessionAffinity': 'true' } : {}),
  };
}
