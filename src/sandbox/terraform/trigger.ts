import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parse } from 'yaml';
import { z } from 'zod';
import type { TriggerDefinition } from '../cloud/build/triggers.ts';
import type { StepRun } from '../cloud/build/step-work.ts';

const buildSchema = z.object({
  steps: z.array(z.object({ id: z.string(), name: z.string(), script: z.string() })),
});

export interface TriggerOfTerraform {
  readonly project: string;
  readonly location: string;
  readonly name: string;
  /** Folder of this sandbox, with the repository and the program. */
  readonly folder: string;
  readonly remote: string;
  /** cloudbuild.yaml of its builds. */
  readonly configuration: string;
  /** Puts an object into Cloud Storage. */
  readonly upload: (bucket: string, object: string, content: Uint8Array) => void;
}

/** Speaks `gcloud storage cp FROM TO` with a folder for all buckets. */
const gcloud = `#!/bin/sh
set -eu
place() { case "$1" in gs://*) echo "$SANDBOX_BUCKETS/\${1#gs://}" ;; *) echo "$1" ;; esac; }
test "$1 $2" = "storage cp"
mkdir -p "$(dirname "$(place "$4")")"
cp "$(place "$3")" "$(place "$4")"
`;

/** A trigger whose builds run the scripts of a cloudbuild.yaml, with the stand-in for Terraform on their PATH. */
export function triggerOf(options: TriggerOfTerraform): TriggerDefinition {
  const { project, location, name, folder, remote, configuration } = options;
  const tools = path.join(folder, 'builders');
  mkdirSync(tools, { recursive: true });
  writeFileSync(path.join(tools, 'gcloud'), gcloud);
  chmodSync(path.join(tools, 'gcloud'), 0o755);
  const { steps } = buildSchema.parse(parse(readFileSync(configuration, 'utf8')));
  return {
    ...{ project, location, name, steps, repository: remote },
    commitOf: (kind, ref) =>
      commitOf(path.join(folder, 'chat'), kind === 'commit' ? ref : `${places[kind]}${ref}`),
    work: (step) => run(step, options),
  };
}

const places = { branch: 'refs/heads/', tag: 'refs/tags/' } as const;

function commitOf(repository: string, ref: string): string | undefined {
  try {
    const args = [
      '-C',
      repository,
      'rev-parse',
      '--verify',
      '--quiet',
      '--end-of-options',
      `${ref}^{commit}`,
    ];
    return execFileSync('git', args, { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

/** As Cloud Build does: in the workspace, which all steps share, with substitutions as variables. */
async function run(step: StepRun, { folder, upload }: TriggerOfTerraform): Promise<number> {
  const workspace = path.join(folder, 'workspaces', step.buildId);
  const buckets = path.join(folder, 'buckets');
  if (step.index === 0) {
    execFileSync('git', ['clone', '--quiet', path.join(folder, 'chat'), workspace]);
    execFileSync('git', ['-C', workspace, 'checkout', '--quiet', '--detach', step.commit]);
  }
  const PATH = ['builders', 'bin'].map((each) => path.join(folder, each)).join(path.delimiter);
  const child = spawn('/bin/sh', ['-c', step.script], {
    cwd: workspace,
    env: {
      PATH: `${PATH}${path.delimiter}${process.env['PATH'] ?? ''}`,
      SANDBOX_BUCKETS: buckets,
      PROJECT_ID: step.project,
      ...step.substitutions,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Cancelled, it ends with all that it has begun.
    detached: true,
  });
  const kill = () => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  };
  step.signal.addEventListener('abort', kill, { once: true });
  for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', step.say);
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject).once('close', (code) => {
      resolve(code ?? 137);
    });
  });
  step.signal.removeEventListener('abort', kill);
  if (existsSync(buckets)) uploadAll(buckets, upload);
  return exitCode;
}

function uploadAll(buckets: string, upload: TriggerOfTerraform['upload']): void {
  for (const file of readdirSync(buckets, { recursive: true, encoding: 'utf8' })) {
    const [bucket = '', ...object] = file.split(path.sep);
    const place = path.join(buckets, file);
    if (statSync(place).isFile()) upload(bucket, object.join('/'), readFileSync(place));
  }
}
