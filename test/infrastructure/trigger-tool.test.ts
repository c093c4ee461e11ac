import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { infrastructureOf } from '../../src/config/infrastructure.ts';
import { infrastructure as schema } from '../../src/config/infrastructure.schema.ts';
import type { Done } from '../../src/domain/infrastructure/tool.ts';
import { TriggerTool } from '../../src/infrastructure/trigger-tool.ts';
import type { TriggerToolOptions } from '../../src/infrastructure/triggered-builds.ts';
import type { TerraformSandbox } from '../../src/sandbox/terraform/index.ts';
import type { CloudOfTests } from '../cloud/support.ts';
import { builds, openTerraform } from '../support/terraform.ts';

let cloud: CloudOfTests;
let close: () => Promise<void>;
let terraform: TerraformSandbox;

beforeAll(async () => {
  ({ cloud, terraform, close } = await openTerraform());
});

afterAll(() => close());

/** As the configuration of an environment makes it. */
function toolOf(mark: string, more: Partial<TriggerToolOptions> = {}, name = 'chat-infrastructure') {
  const { environment = 'staging' } = more;
  const file = schema.parse({
    trigger: { name, objects: 'gs://chat-terraform/slipway/' },
    lockWait: '0s',
  });
  const around = { surroundings: {}, project: `chat-${environment}`, region: 'us-central1' };
  const { way } = infrastructureOf(file, around);
  if (way.kind !== 'trigger') throw new Error('It is no trigger');
  const signal = new AbortController().signal;
  return new TriggerTool({
    ...{ way, cloud, environment, mark, begunBefore: false, signal, cancelled: () => false },
    ...more,
  });
}

function valueOf<Value>(done: Done<Value>): Value {
  if (done.kind === 'problem') throw new Error(JSON.stringify(done.problem));
  return done.value;
}

const problemOf = (done: Done<unknown>) => (done.kind === 'problem' ? done.problem : undefined);

const buildsOf = (mark: string) =>
  cloud.sandbox.builds().filter(({ substitutions }) => substitutions['_SLIPWAY_OPERATION'] === mark);
const statusOf = (mark: string) => buildsOf(mark).map(({ status }) => status);

/** What was asked for, oldest first. */
const actionsOf = (mark: string) =>
  buildsOf(mark).map(({ substitutions }) => substitutions['_SLIPWAY_RUN']?.slice(mark.length + 1));

/** As the steps do it: the first one begins the build. */
async function planned(tool: TriggerTool, ref: string) {
  valueOf(await tool.lint(ref));
  return tool.plan(ref);
}

const apply = (tool: TriggerTool) => tool.apply(() => undefined);

describe('Terraform in builds of a trigger', { timeout: 60_000 }, () => {
  it('is missing where there is no such trigger', async () => {
    expect(problemOf(await toolOf('missing', {}, 'other').ready())).toMatchObject({
      kind: 'missing',
      error: 'projects/chat-staging/locations/us-central1 has no trigger other',
    });
  });

  it('finds no ref that is not there, and says what is wrong with a configuration', async () => {
    expect(problemOf(await toolOf('nope').lint('nope'))).toMatchObject({
      kind: 'failed',
      what: 'Cloud Build trigger chat-infrastructure at nope',
      lines: ["Running the trigger chat-infrastructure: Couldn't read commit"],
    });
    expect(problemOf(await planned(toolOf('invalid'), 'invalid'))).toMatchObject({
      kind: 'failed',
      what: 'The build that should plan (FAILURE in step “terraform”, exit code 1)',
      diagnostics: [
        expect.objectContaining({ summary: 'Unsupported argument' }),
        expect.objectContaining({ summary: 'Reference to undeclared resource' }),
      ],
    });
  });

  it('plans without its secrets, also in the log, in one build', async () => {
    const linted = valueOf(await toolOf('plan').lint('main'));
    expect(linted.commit).toBe(terraform.commits.main);
    const plan = valueOf(await toolOf('plan').plan(terraform.commits.main));
    expect(plan).toMatchObject({ counts: { add: 0, change: 1, destroy: 0 }, empty: false });
    expect(plan.commit).toBe(terraform.commits.main);
    expect(actionsOf('plan')).toEqual(['plan-1']);
    const [build] = buildsOf('plan');
    const lines = await cloud.logs.wholeOfBuild(
      { name: build?.name ?? '', target: { project: 'chat-staging' } },
      { once: true },
      new AbortController().signal,
    );
    expect(lines.join('\n')).toContain('change_summary');
    expect(lines.join('\n')).not.toContain('hush-4711');
    expect(JSON.stringify(plan)).not.toContain('hush-4711');
  });

  it('stands back while somebody else holds the state', async () => {
    const lock = await terraform.lock('staging');
    expect(problemOf(await planned(toolOf('locked'), 'main'))).toMatchObject({
      kind: 'locked',
      lock: { id: lock.ID, who: lock.Who, operation: 'OperationTypeApply' },
    });
    terraform.unlock('staging');
  });

  it('applies what another worker has planned, once, however many of them are killed', async () => {
    const { digest } = valueOf(await planned(toolOf('apply'), 'main'));
    const next = toolOf('apply');
    expect(await next.keeps('sha256:other')).toBe(false);
    expect(await next.keeps(digest)).toBe(true);
    terraform.hold();
    const killed = new AbortController();
    const first = toolOf('apply', { signal: killed.signal });
    await first.keeps(digest);
    const lost = expect(apply(first)).rejects.toThrow('killed');
    await vi.waitFor(() => {
      expect(terraform.held()).toBe(true);
    }, 20_000);
    killed.abort(new Error('killed'));
    await lost;
    const ending = apply(next);
    terraform.release();
    const { applied, kind } = await ending;
    expect(kind).toBe('done');
    expect(applied.done).toEqual(['google_compute_backend_service.chat']);
    expect(actionsOf('apply')).toEqual(['plan-1', 'apply-1']);
    // And one that comes after its end.
    const late = toolOf('apply');
    expect(await late.keeps(digest)).toBe(true);
    expect((await apply(late)).applied.done).toEqual(applied.done);
    expect(actionsOf('apply')).toHaveLength(2);
    const again = valueOf(await late.plan('main'));
    expect(again.empty).toBe(true);
    expect(actionsOf('apply')).toEqual(['plan-1', 'apply-1', 'plan-2']);
    expect(valueOf(await late.outputs(terraform.commits.main))).toEqual([
      { name: 'timeout_sec', value: '86400', sensitive: false },
      { name: 'security_key', value: 'hush-4711', sensitive: true },
    ]);
  });

  it('does not apply a plan for another state, nor another file than was planned', async () => {
    const tool = toolOf('stale');
    const { digest } = valueOf(await planned(tool, 'timeout-hour'));
    terraform.changeByHand('staging', 60);
    expect(problemOf(await apply(tool))).toEqual({ kind: 'stale' });
    expect(valueOf(await tool.plan('timeout-hour')).digest).not.toBe(digest);
    appendFileSync(path.join(terraform.buckets, 'chat-terraform/slipway/stale/plan-2/plan.tfplan'), ' ');
    expect(problemOf(await apply(tool))).toMatchObject({
      kind: 'failed',
      what: 'The build that should apply (FAILURE in step “fetch”, exit code 1)',
      lines: expect.arrayContaining([expect.stringContaining('FAILED')]) as string[],
    });
    expect(terraform.state('staging').outputs['timeout_sec']?.value).toBe(60);
  });

  it('does not believe a build that applied another file than was planned', async () => {
    const zeros = '0'.repeat(64);
    const told = readFileSync(builds, 'utf8').replace(
      /sha256sum \.\.\/plan\.tfplan(\s+terraform apply)/,
      `echo "${zeros}  plan.tfplan"$1`,
    );
    const file = path.join(terraform.buckets, '..', 'liar.yaml');
    writeFileSync(file, told);
    const place = { project: 'chat-production', location: 'us-central1', name: 'liar' };
    cloud.sandbox.triggers.define(
      terraform.trigger({ ...place, upload: cloud.sandbox.upload.bind(cloud.sandbox) }, file),
    );
    const tool = toolOf('liar', { environment: 'production' }, 'liar');
    valueOf(await planned(tool, 'timeout-hour'));
    const end = await apply(tool);
    expect(problemOf(end)).toMatchObject({
      kind: 'failed',
      lines: [expect.stringContaining(`the build that applied names ${zeros}`)],
    });
    expect(end.applied.done).toEqual(['google_compute_backend_service.chat']);
  });

  it('is cancelled while it plans, and waited for while it applies', async () => {
    const tool = toolOf('cancelled', { environment: 'production' });
    const { digest } = valueOf(await planned(tool, 'main'));
    terraform.hold();
    const people = new AbortController();
    const more = { environment: 'production', signal: people.signal, cancelled: () => true };
    const stopped = toolOf('cancelled', more);
    expect(await stopped.keeps(digest)).toBe(true);
    const ending = apply(stopped);
    await vi.waitFor(() => {
      expect(terraform.held()).toBe(true);
    }, 20_000);
    people.abort('cancelled');
    terraform.release();
    // Another worker meets the same.
    await toolOf('cancelled', { environment: 'production' }).stop();
    expect(await ending).toMatchObject({
      kind: 'done',
      applied: { done: ['google_compute_backend_service.chat'] },
    });

    const other = toolOf('planning', { environment: 'production' });
    valueOf(await other.lint('timeout-hour'));
    await other.stop();
    await other.stop();
    expect(statusOf('planning')).toEqual(['CANCELLED']);
    expect(problemOf(await other.plan('timeout-hour'))).toMatchObject({
      kind: 'failed',
      what: 'The build that should plan (CANCELLED)',
    });
  });
});
