import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookAll } from '../../../jobs/steps/preflight/check.ts';
import { git, infrastructureTool, triggerPermissions } from '../../../jobs/steps/preflight/infrastructure.ts';
import { infrastructure as schema } from '../../../src/config/infrastructure.schema.ts';
import { infrastructureOf } from '../../../src/config/infrastructure.ts';
import type { TerraformSandbox } from '../../../src/sandbox/terraform/index.ts';
import { removeWorkFolder, workFolderOf } from '../../../src/infrastructure/work-folder.ts';
import { alive, backend, type CloudOfTests } from '../../cloud/support.ts';
import { requested, told } from '../../support/operations.ts';
import { openTerraform } from '../../support/terraform.ts';

const operation = told(requested({ kind: 'infrastructure' }));
let cloud: CloudOfTests;
let close: () => Promise<void>;
let terraform: TerraformSandbox;

beforeAll(async () => {
  ({ cloud, terraform, close } = await openTerraform());
});

afterAll(() => Promise.all([close(), removeWorkFolder(workFolderOf(operation))]));

async function look(file: object, surroundings: Readonly<Record<string, string>> = terraform.environment) {
  const around = { surroundings, project: 'chat-staging', region: 'us-central1' };
  const target = { ...backend, infrastructure: infrastructureOf(schema.parse(file), around) };
  const context = { target, operation, cloud, signal: alive };
  // They only read, and need no more.
  return lookAll([infrastructureTool, git, triggerPermissions], context as never);
}

const repository = 'https://github.com/example/chat.git';
const objects = 'gs://chat-terraform';

describe('what a change of infrastructure needs', () => {
  it('is there', async () => {
    const worker = await look({ repository });
    expect(worker).toEqual({
      blockers: [],
      ready: ['terraform 1.11.4', 'git'],
      warnings: [],
      unchecked: [],
    });
    const trigger = await look({ trigger: { name: 'chat-infrastructure', objects } });
    expect(trigger.blockers).toEqual([]);
    expect(trigger.ready).toEqual([
      'Cloud Build trigger chat-infrastructure',
      'permissions on projects/chat-staging',
    ]);
  });

  it('is missing on the worker: the program and git, each with what to do', async () => {
    const { blockers } = await look({ repository }, { PATH: '/nowhere' });
    expect(blockers.map(({ what }) => what)).toEqual(['terraform', 'git']);
    expect(blockers.map(({ evidence }) => evidence.join())).toEqual([
      expect.stringContaining('ENOENT'),
      expect.stringContaining('ENOENT'),
    ]);
  });

  it('is a trigger that is there and may be run', async () => {
    const missing = await look({ trigger: { name: 'other', objects } });
    expect(missing.blockers).toMatchObject([
      {
        what: 'Cloud Build trigger other',
        evidence: ['projects/chat-staging/locations/us-central1 has no trigger other'],
      },
    ]);
    cloud.sandbox.access.take('cloudbuild.builds.create');
    const refused = await look({ trigger: { name: 'chat-infrastructure', objects } });
    expect(refused.blockers.map(({ what }) => what)).toEqual(['permission cloudbuild.builds.create']);
  });
});
