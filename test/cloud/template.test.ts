import { describe, expect, it } from 'vitest';
import { deployedOf } from '../../src/cloud/deployed.ts';
import { planDeploy } from '../../src/cloud/planned.ts';
import { commitIn, stampOf, stamped } from '../../src/cloud/stamp.ts';
import { wantedTemplate, wishHash } from '../../src/cloud/template.ts';
import type { WantedTemplate } from '../../src/domain/template.ts';
import { alive, backend, built, inWorld, startCloud } from './support.ts';

const image = 'backend@sha256:bbb';
const now = {
  annotations: { team: 'chat', 'slipway.dev/commit': 'old', 'slipway.dev/digest': 'sha256:aaa' },
  scaling: { minInstanceCount: 1, maxInstanceCount: 5 },
  containers: [
    {
      image: 'backend@sha256:aaa',
      env: [
        { name: 'A', value: '1' },
        { name: 'B', value: '2' },
        { name: 'DB', valueSource: { secretKeyRef: { secret: 'db', version: '3' } } },
      ],
      resources: { limits: { cpu: '1000m', memory: '512Mi' }, cpuIdle: true },
    },
    { image: 'sidecar@sha256:ccc' },
  ],
};
const made = (wanted: WantedTemplate) =>
  wantedTemplate(now, { revision: 'backend-r1-abc', image, operation: 'staging-1', wanted });

describe('a template', () => {
  it('stays as it is but for the image and the stamp', () => {
    const { annotations, revision, ...template } = made({});
    expect(template).toEqual({
      ...now,
      annotations: undefined,
      containers: [{ ...now.containers[0], image }, now.containers[1]],
    });
    expect(revision).toBe('backend-r1-abc');
    // The commit of another image says nothing of this one.
    expect(annotations).toEqual({ team: 'chat', 'slipway.dev/operation': 'staging-1' });
  });

  it('takes variables and secrets by name, in their order', () => {
    const env = { B: null, A: '1', C: '3' };
    const { containers } = made({ env, secrets: { DB: { secret: 'db', version: '4' } } });
    expect(containers?.[0]?.env).toEqual([
      { name: 'A', value: '1' },
      { name: 'DB', valueSource: { secretKeyRef: { secret: 'db', version: '4' } } },
      { name: 'C', value: '3' },
    ]);
  });

  it('takes limits, and does not rewrite what means the same', () => {
    const limits = (wanted: WantedTemplate) => made(wanted).containers?.[0]?.resources;
    expect(limits({ cpu: '1', memory: '1Gi' })).toEqual({
      limits: { cpu: '1000m', memory: '1Gi' },
      cpuIdle: true,
    });
    expect(limits({ cpuBoost: true })).toMatchObject({ startupCpuBoost: true, cpuIdle: true });
  });

  it('keeps the CPU for requests where Cloud Run has said nothing', () => {
    const first = wantedTemplate(undefined, {
      revision: 'r',
      image,
      operation: 'o-1',
      wanted: { memory: '1Gi' },
    });
    expect(first.containers).toEqual([{ image, resources: { cpuIdle: true, limits: { memory: '1Gi' } } }]);
  });

  it('has a hash that changes with values and not with who deploys', () => {
    const hash = (wanted: WantedTemplate, deployer = 'developer') =>
      wishHash(wantedTemplate(now, { revision: 'r', image, operation: 'o-1', deployer, wanted }), {});
    expect(hash({}, 'reviewer')).toBe(hash({}));
    expect(hash({ env: { A: '2' } })).not.toBe(hash({}));
    expect(hash({ env: { A: '2' } })).not.toBe(hash({ env: { A: '3' } }));
  });
});

describe('the stamp of a revision', () => {
  const commit = 'c'.repeat(40);
  const annotations = stamped({}, { operation: 'staging-42', deployer: 'developer', commit }, image);

  it('tells who made it and from what', () => {
    expect(stampOf('backend-r42-k3f9ab', annotations)).toEqual({
      operation: 'staging-42',
      deployer: 'developer',
    });
    expect(commitIn(annotations, image)).toBe(commit);
  });

  it('tells nothing of a revision or an image that only inherited it', () => {
    expect(stampOf('backend-00138-abc', annotations)).toBeUndefined();
    expect(stampOf('backend-r43-k3f9ab', annotations)).toBeUndefined();
    expect(commitIn(annotations, 'backend@sha256:ddd')).toBeUndefined();
    expect(commitIn({}, 'backend')).toBeUndefined();
  });
});

const whole: WantedTemplate = {
  env: { LOG_LEVEL: 'debug', SERVICE_NAME: null },
  secrets: { DATABASE_URL: { secret: 'chat-db-url', version: '3' } },
  cpu: '2',
  memory: '1Gi',
  concurrency: 40,
  timeoutMs: 3_600_000,
  minInstances: 1,
  maxInstances: 5,
  serviceAccount: 'backend@chat-staging.iam.gserviceaccount.com',
  ingress: 'internal-and-cloud-load-balancing',
  affinity: true,
  cpuBoost: true,
  startupProbe: { path: '/health', periodMs: 5_000, timeoutMs: 2_000, failures: 10 },
  livenessProbe: { path: '/health', port: 8080, periodMs: 30_000, timeoutMs: 1_000, failures: 3 },
};

it.each(['backend', 'chat-new'])('a deploy of %s makes it so, as it was planned', async (run) => {
  const cloud = await startCloud();
  const target = { ...backend, run, template: whole };
  const wanted = { target, image: await built(cloud, 'main'), commit: 'c'.repeat(40) };
  const planned = await planDeploy(cloud.run, wanted, alive);
  const revision = `${run}-r42-k3f9ab`;
  const candidate = { ...wanted, revision, tag: 'op42', operation: 'staging-42', deployer: 'developer' };

  const other = await cloud.run.createCandidate({ ...candidate, approved: 'another' }, alive);
  expect(other).toBe('changed');
  expect(await cloud.run.revision(target, revision, alive)).toBeUndefined();

  expect(await cloud.run.createCandidate({ ...candidate, approved: planned.wish }, alive)).toBe('made');
  expect(await cloud.run.readiness(target, revision, alive)).toEqual({ kind: 'ready' });
  // What is the service's comes with the users, and with the first revision of a service there are no others.
  const users = { split: [{ revision, percent: 100 }], ingress: planned.after.ingress };
  const { raw } = await cloud.run.setTraffic(target, users, alive);
  const seen = await cloud.run.revision(target, revision, alive);
  expect(deployedOf(seen!, raw.ingress)).toMatchObject({
    ...planned.after,
    timeoutMs: 3_600_000,
    startupProbe: 'GET /health on port 8080 every 5s within 2s, 10 failures',
    livenessProbe: 'GET /health on port 8080 every 30s within 1s, 3 failures',
    others: {},
  });
  expect(planned.after).toMatchObject({
    ingress: 'internal-and-cloud-load-balancing',
    secrets: { DATABASE_URL: { secret: 'chat-db-url', version: '3' } },
    cpu: 2_000,
    memory: 1_024,
    concurrency: 40,
    minInstances: 1,
    maxInstances: 5,
    affinity: true,
    cpuBoost: true,
  });
  const [newest] = await cloud.run.history(target, alive);
  expect(newest).toMatchObject({
    revision,
    state: 'ready',
    stamp: { operation: 'staging-42', deployer: 'developer' },
  });
});

it('a plan compares with what serves, and begins from what Cloud Run has', async () => {
  const cloud = await startCloud();
  const [stable] = Object.keys(cloud.sandbox.service(inWorld)!.serving);
  cloud.sandbox.editTraffic(inWorld, { [stable!]: 100 });
  cloud.sandbox.editEnv(inWorld, { HOTFIX: '1' });
  const { before, after } = await planDeploy(
    cloud.run,
    { target: backend, image: 'built from ref main' },
    alive,
  );
  expect(before?.env).not.toHaveProperty('HOTFIX');
  expect(after.env).toHaveProperty('HOTFIX');
});
