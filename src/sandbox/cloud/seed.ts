import { canonical } from './protos.ts';
import { suffix, type Random } from './random.ts';
import type { Registry } from './registry.ts';
import type { ServiceSpec } from './run/resources.ts';
import { newService } from './run/service-record.ts';
import type { Services } from './run/services.ts';
import { completed } from './run/spec.ts';
import { FIRST_REVISION, type World, type WorldProject, type WorldService } from './world.ts';

interface Soil {
  readonly services: Services;
  readonly registry: Registry;
  readonly random: Random;
}

/** Brings the world up: every service serves its first revision when this resolves. */
export async function seed(world: World, soil: Soil): Promise<void> {
  const all = world.projects.flatMap((project) => project.services.map((service) => ({ project, service })));
  await Promise.all(all.map(({ project, service }) => seedService(project, service, soil)));
}

async function seedService(project: WorldProject, wanted: WorldService, soil: Soil): Promise<void> {
  const number = String(FIRST_REVISION).padStart(5, '0');
  const revision = `${wanted.name}-${number}-${suffix(soil.random)}`;
  const message = { ...specOf(project, wanted, soil.registry), traffic: [trafficOf(wanted, revision)] };
  const decoded = canonical({ service: 'google.cloud.run.v2.Services', rpc: 'GetService' }, message);
  const spec = completed(decoded as ServiceSpec, { id: wanted.name, at: 'CreateServiceRequest' });
  const name = `projects/${project.id}/locations/${project.region}/services/${wanted.name}`;
  const service = newService(name, spec);
  service.sequence = FIRST_REVISION - 1;
  const template = { ...spec.template, revision };
  const { work } = await soil.services.add(service, { ...spec, template });
  await work;
  // Its name was generated, as far as clients can tell: the next template needs no new one.
  service.spec = { ...service.spec, template: spec.template };
}

const trafficOf = (wanted: WorldService, revision: string): object =>
  wanted.pinned
    ? { type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision, percent: 100 }
    : { type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', percent: 100 };

function specOf(project: WorldProject, wanted: WorldService, registry: Registry): object {
  const name = `${project.region}-docker.pkg.dev/${project.id}/apps/${wanted.name}`;
  const ref = wanted.ref ?? 'main';
  const digest = registry.push({ image: name, ref, buildId: 'before' });
  return {
    labels: { environment: project.id.split('-').at(-1) ?? project.id },
    template: {
      timeout: { seconds: String(wanted.timeoutSeconds ?? 300), nanos: 0 },
      sessionAffinity: wanted.sessionAffinity ?? false,
      containers: [
        {
          image: `${name}@${digest}`,
          env: Object.entries(wanted.env ?? {}).map(([key, value]) => ({ name: key, value })),
          resources: { limits: { ...wanted.limits } },
        },
      ],
    },
  };
}
