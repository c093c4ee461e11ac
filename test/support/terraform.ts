import path from 'node:path';
import { inject } from 'vitest';
import { startTerraformSandbox, type TerraformSandbox } from '../../src/sandbox/terraform/index.ts';
import { type CloudOfTests, openCloud } from '../cloud/support.ts';

/** What the builds of the triggers do. */
export const builds = path.resolve(import.meta.dirname, '../../examples/cloudbuild-infrastructure.yaml');

/** Arguments of Node that run the stand-in for Terraform as its sources are now. */
export function terraformProgram(): readonly string[] {
  const [program = ''] = inject('program');
  return [path.join(path.dirname(program), 'terraform.mjs')];
}

/** A cloud with a trigger `chat-infrastructure` for each environment, for as long as the caller likes. */
export async function openTerraform(): Promise<{
  readonly cloud: CloudOfTests;
  readonly terraform: TerraformSandbox;
  readonly close: () => Promise<void>;
}> {
  const { cloud, close } = await openCloud();
  const terraform = await startTerraformSandbox(cloud.sandbox.url, terraformProgram());
  for (const environment of ['staging', 'production']) {
    const place = {
      project: `chat-${environment}`,
      location: 'us-central1',
      name: 'chat-infrastructure',
      upload: cloud.sandbox.upload.bind(cloud.sandbox),
    };
    cloud.sandbox.triggers.define(terraform.trigger(place, builds));
  }
  return {
    cloud,
    terraform,
    close: async () => {
      await close();
      terraform.stop();
    },
  };
}
