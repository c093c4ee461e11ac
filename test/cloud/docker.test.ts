import { mkdtempSync, rmSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Docker } from '../../src/cloud/docker.ts';
import { Registry } from '../../src/sandbox/cloud/registry.ts';
import { startDockerSandbox } from '../../src/sandbox/docker/index.ts';
import { alive, backend, registry } from './support.ts';

async function start() {
  const images = new Registry();
  const sandbox = await startDockerSandbox({ registry: images, pace: 0.02 });
  onTestFinished(() => sandbox.stop());
  return { sandbox, images, docker: new Docker(sandbox.environment) };
}

/** A program of this name that does what the script says. */
function pretend(script: string): Docker {
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-docker-test-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const file = path.join(folder, 'docker');
  writeFileSync(file, `#!${process.execPath}\n${script}`);
  chmodSync(file, 0o755);
  return new Docker({ PATH: folder });
}

const target = { ...backend, build: { ...backend.build, directory: 'services/chat', timeoutMs: 20_000 } };

function building(ref: string, signal = alive) {
  const steps: string[] = [];
  const onStep = (name: string) => {
    steps.push(name);
  };
  return { steps, request: { target, ref, imageTag: 'staging-7-abcdef', signal, onStep } };
}

describe('Docker', () => {
  it('builds a Git context and pushes it, and tells its steps', async () => {
    const { docker, images } = await start();
    const { request, steps } = building('main');
    const end = await docker.build(request);
    expect(end).toMatchObject({ kind: 'built', commit: expect.stringMatching(/^[0-9a-f]{40}$/) as string });
    const digest = end.kind === 'built' ? end.digest : '';
    expect(images.refOf(`${registry}@${digest}`)).toBe('main');
    expect(steps).toContain('[4/6] RUN pip install -r requirements.txt');
    expect(steps.join()).not.toContain('[internal]');
    expect(await docker.look(`${registry}:staging-7-abcdef`, alive)).toEqual({ kind: 'found', digest });
    expect(await docker.look(`${registry}:staging-8-abcdef`, alive)).toEqual({ kind: 'absent' });
  });

  it('hands the folder and the ref to Docker as one Git context, without a shell', async () => {
    const docker = pretend(
      'console.error("ERROR: " + JSON.stringify(process.argv.slice(2)));process.exit(1)',
    );
    const { request } = building('feature/a;touch x');
    const repository = 'https://github.com/example/chat/';
    const end = await docker.build({
      ...request,
      target: { ...target, build: { ...target.build, repository } },
    });
    const [said = ''] = end.kind === 'failed' ? end.detail : [];
    const args = JSON.parse(said.slice('ERROR: '.length)) as string[];
    expect(args.at(-1)).toBe('https://github.com/example/chat.git#feature/a;touch x:services/chat');
    expect(args).toEqual(expect.arrayContaining(['--push', 'linux/amd64', `${registry}:staging-7-abcdef`]));
    expect(args).not.toContain('--secret');
  });

  it('tells the step that broke, its last lines and what Docker says', async () => {
    const { docker } = await start();
    const end = await docker.build(building('build-broken').request);
    expect(end).toMatchObject({ kind: 'failed', step: '[6/6] RUN pytest -q' });
    const { logs, detail } = end as Extract<typeof end, { kind: 'failed' }>;
    expect(logs).toContain("E       AssertionError: assert 'general' == 'billing'");
    expect(detail.join()).toContain('did not complete successfully: exit code: 1');
  });

  it('tells a ref that is not there, and a push that is denied', async () => {
    const { docker, sandbox } = await start();
    expect(await docker.build(building('nope').request)).toMatchObject({
      kind: 'failed',
      detail: [expect.stringContaining('repository does not contain ref nope') as string],
    });
    sandbox.denyPush(true);
    expect(await docker.build(building('main').request)).toMatchObject({
      kind: 'failed',
      detail: [expect.stringContaining('artifactregistry.repositories.uploadArtifacts') as string],
    });
  });

  it('says in its own words that the daemon is not running, and that it is again', async () => {
    const { docker, sandbox } = await start();
    expect(await docker.daemonProblem(alive)).toBeUndefined();
    expect(await docker.buildxProblem(alive)).toBeUndefined();
    await sandbox.daemon(false);
    const { DOCKER_HOST: host } = sandbox.environment;
    expect(await docker.daemonProblem(alive)).toBe(
      `Cannot connect to the Docker daemon at ${host}. Is the docker daemon running?`,
    );
    // The registry does not need it.
    expect(await docker.look(`${registry}:x`, alive)).toEqual({ kind: 'absent' });
    expect(await docker.build(building('main').request)).toMatchObject({
      kind: 'failed',
      detail: [expect.stringContaining('Is the docker daemon running?') as string],
    });
    const windows = new Docker({ ...sandbox.environment, DOCKER_HOST: 'npipe:////./pipe/docker_engine' });
    expect(await windows.daemonProblem(alive)).toContain(
      'open //./pipe/docker_engine: The system cannot find the file specified.',
    );
    await sandbox.daemon(true);
    expect(await docker.daemonProblem(alive)).toBeUndefined();
  });

  it('names a program that is not there, and one without Buildx', async () => {
    expect(await new Docker({ PATH: '/nonexistent' }).daemonProblem(alive)).toContain('ENOENT');
    const bare = pretend(
      `console.error("docker: unknown command: docker buildx\\n\\nRun 'docker --help' for more information");process.exit(1)`,
    );
    expect(await bare.buildxProblem(alive)).toBe('docker: unknown command: docker buildx');
  });

  it('ends in time, and with the operation', async () => {
    const forever = pretend('setInterval(() => undefined, 1000)');
    const { request } = building('main');
    const short = { ...target, build: { ...target.build, timeoutMs: 300 } };
    expect(await forever.build({ ...request, target: short })).toEqual({ kind: 'timeout' });
    const cancel = new AbortController();
    const cancelled = forever.build(building('main', cancel.signal).request);
    cancel.abort(new Error('cancelled'));
    await expect(cancelled).rejects.toThrow('cancelled');
  });

  it('does not take a digest that is none', async () => {
    const odd = pretend(
      `const at = process.argv.indexOf('--metadata-file');require('fs').writeFileSync(process.argv[at + 1], '{"containerimage.digest":"latest"}')`,
    );
    expect(await odd.build(building('main').request)).toMatchObject({
      kind: 'failed',
      detail: [expect.stringContaining('containerimage.digest') as string],
    });
  });
});
