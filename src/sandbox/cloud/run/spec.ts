import { writable } from './mask.ts';
import type { ContainerSpec, ServiceSpec, Template } from './resources.ts';
import { validateService } from './validation.ts';

/** Checks a spec and fills in what Cloud Run fills in: timeout 300 s, 80 requests an instance, 1 CPU, 512 MiB, port 8080. */
export function completed(
  spec: ServiceSpec,
  service: { readonly id: string; readonly at: string },
): ServiceSpec & { template: Template } {
  const clean = writable(spec);
  validateService(clean, service);
  return {
    ...clean,
    launchStage: unless(clean['launchStage'], 'LAUNCH_STAGE_UNSPECIFIED', 'GA'),
    ingress: unless(clean['ingress'], 'INGRESS_TRAFFIC_UNSPECIFIED', 'INGRESS_TRAFFIC_ALL'),
    template: completedTemplate(clean.template),
  };
}

const unless = (value: unknown, unset: string, standard: string): unknown =>
  value === undefined || value === unset ? standard : value;

const completedTemplate = (template: Template): Template => ({
  ...template,
  timeout: template.timeout ?? { seconds: '300', nanos: 0 },
  maxInstanceRequestConcurrency: template.maxInstanceRequestConcurrency || 80,
  containers: template.containers.map(completedContainer),
});

function completedContainer(container: ContainerSpec, index: number): ContainerSpec {
  const { resources, ports } = container;
  const limits = { cpu: '1000m', memory: '512Mi', ...resources?.limits };
  return {
    ...container,
    resources: { cpuIdle: false, startupCpuBoost: false, ...resources, limits } as ContainerSpec['resources'],
    // Only the first container takes requests; sidecars need no port.
    ports: ports.length === 0 && index === 0 ? [{ name: 'http1', containerPort: 8080 }] : ports,
  };
}
