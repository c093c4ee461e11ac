import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { infrastructureOf } from '../../src/config/infrastructure.ts';
import { infrastructure as schema } from '../../src/config/infrastructure.schema.ts';
import type { Done } from '../../src/domain/infrastructure/tool.ts';
import { ProgramTool } from '../../src/infrastructure/program-tool.ts';
import { startCloudSandbox, type CloudSandbox } from '../../src/sandbox/cloud/index.ts';
import { startTerraformSandbox, type TerraformSandbox } from '../../src/sandbox/terraform/index.ts';
import { terraformProgram } from '../support/terraform.ts';

let cloud: CloudSandbox;
let sandbox: TerraformSandbox;
const work = mkdtempSync(path.join(tmpdir(), 'slipway-tool-'));

beforeAll(async () => {
  cloud = await startCloudSandbox({ pace: 0.05 });
  sandbox = await startTerraformSandbox(cloud.url, terraformProgram());
});

afterAll(async () => {
  sandbox.stop();
  await cloud.stop();
  rmSync(work, { recursive: true, force: true });
});

/** As the configuration of an environment makes it. */
function toolOf(name: string, more: object = {}): ProgramTool {
  const file = schema.parse({
    repository: 'https://github.com/example/chat.git',
    directory: 'infrastructure',
    backend: { prefix: 'staging' },
    vars: { project: 'chat-staging' },
    lockWait: '0s',
    ...more,
  });
  const { way } = infrastructureOf(file, {
    surroundings: sandbox.environment,
    project: 'chat-staging',
    region: 'us-central1',
  });
  if (way.kind !== 'program') throw new Error('It is no program');
  return new ProgramTool({ way, work: path.join(work, name), signal: new AbortController().signal });
}

function valueOf<Value>(done: Done<Value>): Value {
  if (done.kind === 'problem') throw new Error(JSON.stringify(done.problem));
  return done.value;
}

function problemOf(done: Done<unknown>) {
  return done.kind === 'problem' ? done.problem : undefined;
}

describe('Terraform on the worker', () => {
  it('says what is wrong with a configuration, and where', async () => {
    expect(problemOf(await toolOf('invalid').lint('invalid'))).toMatchObject({
      kind: 'failed',
      diagnostics: expect.arrayContaining([
        expect.objectContaining({
          summary: 'Unsupported argument',
          detail: 'An argument named "timeout" is not expected here.',
          range: { filename: 'load-balancer.tf', start: { line: 4 } },
        }),
      ]) as object,
    });
  });

  it('is missing where it is not on the PATH, and so is git', async () => {
    const env = { PATH: path.join(work, 'nothing') };
    expect(problemOf(await toolOf('missing', { env }).ready())).toMatchObject({
      kind: 'missing',
      what: 'terraform',
      error: expect.stringContaining('ENOENT') as string,
    });
  });

  it('finds no ref that is not there', async () => {
    expect(problemOf(await toolOf('nope').lint('nope'))).toMatchObject({
      kind: 'failed',
      what: expect.stringContaining('git fetch') as string,
      lines: expect.arrayContaining([expect.stringContaining("couldn't find remote ref nope")]) as string[],
    });
  });

  it('plans without its secrets, and keeps the plan for nobody else', async () => {
    const plan = valueOf(await toolOf('plan').plan('main'));
    expect(plan.counts).toEqual({ add: 0, change: 1, destroy: 0 });
    expect(plan.commit).toBe(sandbox.commits.main);
    const file = path.join(work, 'plan', 'plan.tfplan');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(path.join(work, 'plan')).mode & 0o777).toBe(0o700);
    expect(await toolOf('plan').keeps(plan.digest)).toBe(true);
    expect(await toolOf('plan').keeps('sha256:other')).toBe(false);
    expect(await toolOf('elsewhere').keeps(plan.digest)).toBe(false);
    const other = valueOf(
      await toolOf('secret', { vars: { project: 'chat-staging', key: 'topsecret' } }).plan('main'),
    );
    expect(JSON.stringify(other)).not.toContain('topsecret');
    expect(other.changes[0]!.attributes).toContainEqual({ path: 'security_key', sensitive: true });
  });

  it('stands back while somebody else holds the state', async () => {
    const lock = await sandbox.lock('staging');
    expect(problemOf(await toolOf('locked').plan('main'))).toEqual({
      kind: 'locked',
      lock: {
        id: lock.ID,
        who: lock.Who,
        created: lock.Created,
        operation: 'OperationTypeApply',
        path: lock.Path,
        error: 'the state is already locked by another terraform client',
      },
    });
    sandbox.unlock('staging');
  });

  it('applies what it has planned and nothing else, once', async () => {
    const tool = toolOf('apply');
    valueOf(await tool.plan('main'));
    const told: string[] = [];
    const { applied } = await tool.apply((text) => told.push(text));
    expect(applied.done).toEqual(['google_compute_backend_service.chat']);
    expect(told[0]).toBe('0 done · google_compute_backend_service.chat: Modifying...');
    expect(problemOf(await tool.apply(() => undefined))).toEqual({ kind: 'stale' });
    expect(valueOf(await tool.plan('main')).empty).toBe(true);
    expect(valueOf(await tool.outputs('main'))).toEqual([
      { name: 'timeout_sec', value: '86400', sensitive: false },
      { name: 'security_key', value: 'hush-4711', sensitive: true },
    ]);
  });

  it('tells what is done and what is not when it fails half-way', async () => {
    const tool = toolOf('half', { backend: { prefix: 'production' }, vars: { project: 'chat-production' } });
    expect(valueOf(await tool.plan('over-quota')).counts).toEqual({ add: 2, change: 1, destroy: 1 });
    const end = await tool.apply(() => undefined);
    expect(end.applied).toEqual({
      done: ['google_compute_health_check.chat'],
      failed: ['google_compute_backend_service.chat'],
      open: [],
    });
    expect(problemOf(end)).toMatchObject({
      kind: 'failed',
      what: 'terraform apply (exit code 1)',
      diagnostics: [{ summary: expect.stringContaining("Quota 'BACKEND_SERVICES' exceeded") as string }],
    });
    expect(sandbox.state('production').resources).toHaveProperty(['google_compute_health_check.chat']);
  });
});
