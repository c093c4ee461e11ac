import { SOMEBODY } from './hand.ts';
import { canonical } from './protos.ts';
import { suffix, type Random } from './random.ts';
import type { Registry } from './registry.ts';
import { serviceName, type ServiceRecord, type ServiceSpec } from './run/resources.ts';
import { newService } from './run/service-record.ts';
import type { Services } from './run/services.ts';
import { completed } from './run/spec.ts';
import { timestamp } from './wire.ts';
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

const DAY = 86_400_000;
/** Days that a service is older than the sandbox. */
const AGE = 40;
const BUSY_HOURS = 16;

async function seedService(project: WorldProject, wanted: WorldService, soil: Soil): Promise<void> {
  const { envBefore } = wanted;
  const number = envBefore === undefined ? FIRST_REVISION : FIRST_REVISION - 1;
  const first = { ...wanted, env: envBefore ?? wanted.env ?? {} };
  const name = `projects/${project.id}/locations/${project.region}/services/${wanted.name}`;
  const { spec, revision } = seedOf(project, { ...first, number }, soil);
  const service = newService(name, spec);
  service.sequence = number - 1;
  const { work } = await soil.services.add(service, { ...spec, template: { ...spec.template, revision } });
  await work;
  if (envBefore !== undefined)
    await changeByHand(service, seedOf(project, { ...wanted, number: FIRST_REVISION }, soil), soil);
  // Its name was generated, as far as clients can tell: the next template needs no new one.
  service.spec = { ...service.spec, template: { ...service.spec.template, revision: '' } };
  backdate(service);
  service.usedBefore = (wanted.busyHours ?? BUSY_HOURS) * 3600;
}

interface Seed {
  readonly spec: ServiceRecord['spec'];
  /** Name of the revision. */
  readonly revision: string;
}

function seedOf(
  project: WorldProject,
  { number, ...wanted }: WorldService & { readonly number: number },
  { registry, random }: Soil,
): Seed {
  const revision = `${wanted.name}-${String(number).padStart(5, '0')}-${suffix(random)}`;
  const message = { ...specOf(project, wanted, registry), traffic: [trafficOf(wanted, revision)] };
  const decoded = canonical({ service: 'google.cloud.run.v2.Services', rpc: 'GetService' }, message);
  return {
    spec: completed(decoded as ServiceSpec, { id: wanted.name, at: 'CreateServiceRequest' }),
    revision,
  };
}

async function changeByHand(
  service: ServiceRecord,
  { spec, revision }: Seed,
  { services }: Soil,
): Promise<void> {
  const apply = (draft: ServiceRecord['spec']): void => {
    draft.template = { ...spec.template, revision };
    draft.traffic = spec.traffic;
  };
  await services.edit(serviceName(service), { by: SOMEBODY, apply }).work;
}

/** The world was there before: each revision a day after the one before it. */
function backdate(service: ServiceRecord): void {
  const all = [...service.revisions.values()];
  service.createTime = timestamp(Date.now() - AGE * DAY);
  for (const [index, revision] of all.entries())
    revision.createTime = timestamp(Date.now() - (all.length - index) * DAY);
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
      ...(wanted.minInstances === undefined ? {} : { scaling: { minInstanceCount: wanted.minInstances } }),
      containers: [
        {
          image: `${name}@${digest}`,
          env: Object.entries(wanted.env ?? {}).map(([key, value]) => ({ name: key, value })),
          // As gcloud deploys: billed by request.
          resources: { limits: { ...wanted.limits }, cpuIdle: true },
        },
      ],
    },
  };
}
