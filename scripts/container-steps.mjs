// Walks the steps of the Dockerfile without a container engine, then starts what it made, as another user, against
// the sandbox, and waits for the health check: node scripts/container-steps.mjs
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { copyForm, dockerContext, execForm, parseDockerfile } from './dockerfile.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const HEALTHY_WITHIN_MS = 60_000;
const STOPPED_WITHIN_MS = 30_000;

/** What stands around the container in the world: here the sandbox, out of the image that was just made. */
async function startSurroundings(app) {
  const load = (file) => import(pathToFileURL(path.join(app, 'dist', 'src', 'sandbox', file)).href);
  const { startPrivateRedis } = await load('redis.js');
  const { startSlackSandbox } = await load('slack/index.js');
  const { startCloudSandbox } = await load('cloud/index.js');
  const redis = await startPrivateRedis({ say: console.log });
  const slack = await startSlackSandbox();
  const cloud = await startCloudSandbox();
  const env = {
    REDIS_URL: redis.url,
    SLACK_API_URL: slack.apiUrl,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLIPWAY_CLOUD_ENDPOINT: cloud.endpoint,
    SLIPWAY_CONFIG: path.join(app, 'slipway.yaml'),
    SLIPWAY_HEALTH_PORT: String(await freePort()),
  };
  return { env, stop: () => Promise.all([redis.stop(), slack.stop(), cloud.stop()]) };
}

async function main() {
  const temp = mkdtempSync(path.join(tmpdir(), 'slipway-container-'));
  // mkdtemp makes a folder of one's own; the other user has to get in.
  chmodSync(temp, 0o755);
  try {
    const stages = parseDockerfile(readFileSync(path.join(root, 'Dockerfile'), 'utf8'));
    const inContext = dockerContext(readFileSync(path.join(root, '.dockerignore'), 'utf8'));
    const built = new Map();
    for (const stage of stages) await buildStage({ stage, built, temp, inContext });
    await startImage(built.get(stages.at(-1).name));
  } finally {
    rmSync(temp, { recursive: true, force: true });
  }
}

async function buildStage({ stage, built, temp, inContext }) {
  const parent = built.get(stage.from);
  const image = { ...parent, folder: path.join(temp, stage.name), env: { ...parent?.env } };
  mkdirSync(image.folder);
  if (parent) cpSync(parent.folder, image.folder, { recursive: true });
  else
    console.log(
      `         ${stage.name}: ${stage.from}, for which Node ${process.version} of this machine stands in`,
    );
  for (const step of stage.steps) {
    await timed(`${stage.name}: ${step.line.slice(0, 100)}`, () => take(step, image, { built, inContext }));
  }
  built.set(stage.name, image);
}

function take({ instruction, line }, image, world) {
  const rest = line.slice(instruction.length + 1);
  switch (instruction) {
    case 'WORKDIR':
      image.app = rest;
      mkdirSync(path.join(image.folder, rest), { recursive: true });
      break;
    case 'ENV':
      image.env[rest.slice(0, rest.indexOf('='))] = rest.slice(rest.indexOf('=') + 1);
      break;
    case 'COPY':
      copy(copyForm(line), image, world);
      break;
    case 'RUN':
      runHere(execForm(line), image);
      break;
    default:
      image[instruction] = line;
  }
}

function copy({ from, sources, destination }, image, { built, inContext }) {
  const base = from === undefined ? root : built.get(from).folder;
  const target = path.join(image.folder, image.app, destination);
  for (const source of sources) {
    const whole = path.join(base, source);
    // As COPY does: of a folder what is in it, a file under its own name.
    const into =
      statSync(whole).isDirectory() || !destination.endsWith('/')
        ? target
        : path.join(target, path.basename(source));
    if (from === undefined && !inContext(source)) throw new Error(`${source} is not let in by .dockerignore`);
    // npm's folder of programs is symbolic links, which must go on pointing inside the copy.
    cpSync(whole, into, { recursive: true, verbatimSymlinks: true });
  }
}

function runHere([program, ...args], image) {
  const env = { ...process.env, ...image.env };
  const cwd = path.join(image.folder, image.app);
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, env, encoding: 'utf8' });
  if (status !== 0)
    throw new Error(`${error?.message ?? `exit ${status}`}\n${stdout ?? ''}${stderr ?? ''}`.trim());
}

async function startImage(image) {
  const app = path.join(image.folder, image.app);
  cpSync(path.join(root, 'examples', 'slipway.yaml'), path.join(app, 'slipway.yaml'));
  const surroundings = await timed('sandbox around it', () => startSurroundings(app));
  const user = otherUser();
  const options = { cwd: app, env: { PATH: process.env.PATH, ...image.env, ...surroundings.env }, ...user };
  const [program, ...args] = execForm(image.CMD);
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.on('error', (error) => (output += error.message));
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  try {
    const name = user.uid === undefined ? 'as yourself: only root can become another' : `as user ${user.uid}`;
    await timed(`${image.CMD} (${name})`, () =>
      healthy(child, { check: execForm(image.HEALTHCHECK), options }),
    );
    await timed('stop by SIGTERM', () => stopped(child));
  } catch (error) {
    throw new Error(`${error.message}\n--- it wrote:\n${output.slice(-4000)}`, { cause: error });
  } finally {
    child.kill('SIGKILL');
    await surroundings.stop();
  }
}

function otherUser() {
  if (process.getuid() !== 0) return {};
  const id = (option) => Number(spawnSync('id', [option, 'nobody'], { encoding: 'utf8' }).stdout);
  return { uid: id('-u'), gid: id('-g') };
}

const ended = (child) => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;

async function healthy(child, { check: [program, ...args], options }) {
  const deadline = Date.now() + HEALTHY_WITHIN_MS;
  while (Date.now() < deadline) {
    if (ended(child)) throw new Error(`it ended with ${child.exitCode ?? child.signalCode}`);
    if (spawnSync(program, args, options).status === 0) return;
    await delay(200);
  }
  throw new Error(`the health check did not pass within ${HEALTHY_WITHIN_MS / 1000} s`);
}

async function stopped(child) {
  const exit = once(child, 'exit', { signal: globalThis.AbortSignal.timeout(STOPPED_WITHIN_MS) });
  child.kill('SIGTERM');
  const [code, signal] = await exit;
  if (code !== 0) throw new Error(`expected exit code 0, it ended with ${code ?? signal}`);
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

async function timed(what, work) {
  const began = Date.now();
  try {
    return await work();
  } finally {
    console.log(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s  ${what}`);
  }
}

main().then(
  () => console.log('The image builds, starts, is healthy and stops.'),
  (error) => {
    console.error(`FAILED: ${error.message}`);
    process.exitCode = 1;
  },
);
