import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readConfiguration } from './configuration.ts';
import { planOf } from './planned.ts';
import { firstRef, type InfrastructureRef, makeRepository } from './repository.ts';
import type { TriggerDefinition } from '../cloud/build/triggers.ts';
import { type TriggerOfTerraform, triggerOf } from './trigger.ts';
import { Bucket, type LockInfo, type State } from './state.ts';

/** The team's repository at GitHub, as the example names it. */
const remote = 'https://github.com/example/chat.git';

export interface TerraformSandbox {
  /** The folder of the program, for the PATH. */
  readonly bin: string;
  /** Leads slipway to the stand-in and to the team's repository, as a worker's own environment would. */
  readonly environment: Readonly<Record<string, string>>;
  readonly commits: Readonly<Record<InfrastructureRef, string>>;
  /** What is applied to an environment. */
  state(environment: string): State;
  /** Somebody else begins a change by hand, and does not end it. */
  lock(environment: string): Promise<LockInfo>;
  unlock(environment: string): void;
  /** Somebody else applies another time-out by hand. */
  changeByHand(environment: string, seconds: number): void;
  /** From now on an apply waits in the middle. */
  hold(): void;
  release(): void;
  /** Whether one waits. */
  held(): boolean;
  /** What builds keep, in a folder for each bucket. */
  readonly buckets: string;
  /** A trigger of Cloud Build whose builds do the same, as `configuration` (a cloudbuild.yaml) says it. */
  trigger(place: TriggerPlace, configuration: string): TriggerDefinition;
  stop(): void;
}

type TriggerPlace = Pick<TriggerOfTerraform, 'project' | 'location' | 'name' | 'upload'>;

/** @param cloudUrl of the stand-in for Google Cloud, whose load balancer an apply changes */
export async function startTerraformSandbox(
  cloudUrl: string,
  program: readonly string[] = ownProgram(),
): Promise<TerraformSandbox> {
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-terraform-'));
  const inside = (...names: readonly string[]) => path.join(folder, ...names);
  const repository = inside('chat');
  const commits = await makeRepository(repository);
  writeProgram(inside('bin'), [...program, folder, cloudUrl]);
  const bucket = (environment: string) => new Bucket(folder, environment);
  for (const environment of ['staging', 'production']) seed(bucket(environment), environment, repository);
  return {
    bin: inside('bin'),
    environment: {
      PATH: `${inside('bin')}${path.delimiter}${process.env['PATH'] ?? ''}`,
      // https://git-scm.com/docs/git-config#Documentation/git-config.txt-GITCONFIGCOUNT
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: `url.file://${repository}.insteadOf`,
      GIT_CONFIG_VALUE_0: remote,
    },
    commits,
    buckets: inside('buckets'),
    state: (environment) => bucket(environment).read(),
    lock: async (environment) => {
      const held = (await bucket(environment).lock('OperationTypeApply', 0)) ?? bucket(environment).holder();
      if (held === undefined) throw new Error('The lock was not taken');
      return held;
    },
    unlock: (environment) => {
      bucket(environment).unlock();
    },
    changeByHand: (environment, seconds) => {
      const state = bucket(environment).read();
      const address = 'google_compute_backend_service.chat';
      const timeout = { timeout_sec: { value: seconds, sensitive: false } };
      const changed = { ...state.resources[address], ...timeout };
      bucket(environment).write({
        ...state,
        serial: state.serial + 1,
        resources: { ...state.resources, [address]: changed },
        outputs: { ...state.outputs, ...timeout },
      });
    },
    hold: () => {
      writeFileSync(inside('hold'), '');
    },
    release: () => {
      rmSync(inside('hold'), { force: true });
    },
    held: () => existsSync(inside('held')),
    trigger: (place, configuration) => triggerOf({ ...place, folder, remote, configuration }),
    stop: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The world has been applied before. */
function seed(bucket: Bucket, environment: string, repository: string): void {
  const first = path.join(repository, 'infrastructure');
  const main = readFileSync(path.join(first, 'load-balancer.tf'), 'utf8');
  if (!main.includes('86400')) throw new Error(`The repository is not at main, but before ${firstRef}`);
  const configuration = readConfiguration(first, { TF_VAR_project: `chat-${environment}` });
  const { after } = planOf(configuration, { serial: 0, resources: {}, outputs: {} });
  const text = JSON.stringify(after).replaceAll('86400', '30');
  bucket.write(JSON.parse(text) as State);
}

/** Arguments of Node that run the stand-in, from the sources as well as from the build. */
function ownProgram(): readonly string[] {
  const source = import.meta.url.endsWith('.ts');
  const main = fileURLToPath(new URL(source ? './main.ts' : './main.js', import.meta.url));
  return [...(source ? ['--import', import.meta.resolve('tsx')] : []), main];
}

/** A file on the PATH. */
function writeProgram(bin: string, args: readonly string[]): void {
  const words = [process.execPath, ...args].map((word) => `'${word}'`);
  mkdirSync(bin);
  const file = path.join(bin, 'terraform');
  writeFileSync(file, `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`);
  chmodSync(file, 0o755);
}
