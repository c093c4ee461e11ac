#!/usr/bin/env node
// A stand-in for the `docker` program with its Buildx plugin: `version`, `info`, `buildx version`, `buildx build` of a
// Git context and `buildx imagetools inspect`, as docker 28.2 and buildx 0.24 answer them. What it prints when no
// daemon answers is what docker 28.2.2 printed on a machine without one; the words on Windows, where the address is a
// pipe, are those of https://github.com/docker/for-win/issues/7310.
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createInterface } from 'node:readline';

const host = process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock';
const clientVersion = '28.2.2';

/** Ends with what the real program would have said. */
class End extends Error {
  constructor(code, text) {
    super(text);
    this.code = code;
  }
}

function noDaemon() {
  if (host.startsWith('npipe:')) {
    const pipe = host.slice('npipe://'.length);
    const escaped = pipe.replaceAll('/', '%2F');
    const url = `http://${escaped}/v1.50/version`;
    return `error during connect: this error may indicate that the docker daemon is not running: Get "${url}": open ${pipe}: The system cannot find the file specified.`;
  }
  return `Cannot connect to the Docker daemon at ${host}. Is the docker daemon running?`;
}

/** @returns the answer, whose body is still to be read. @throws End when there is no daemon. */
function askDaemon(method, path, body) {
  return new Promise((resolve, reject) => {
    const refuse = () => reject(new End(1, noDaemon()));
    if (!host.startsWith('unix://')) return refuse();
    const asked = request({ socketPath: host.slice('unix://'.length), method, path }, resolve);
    asked.once('error', refuse);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

async function textOf(answer) {
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) text += chunk;
  return text;
}

async function version(args) {
  const bare = formatOf(args) === '{{.Server.Version}}';
  if (!bare) console.log(`Client:\n Version:           ${clientVersion}\n API version:       1.50`);
  try {
    const { Version } = JSON.parse(await textOf(await askDaemon('GET', '/version')));
    console.log(bare ? Version : `\nServer:\n Engine:\n  Version:          ${Version}`);
  } catch (error) {
    if (bare) console.log('');
    throw error;
  }
}

async function info() {
  console.log(`Client:\n Version:    ${clientVersion}\n Context:    default\n Debug Mode: false\n\nServer:`);
  const { ServerVersion } = JSON.parse(await textOf(await askDaemon('GET', '/info')));
  console.log(` Server Version: ${ServerVersion}`);
}

function formatOf(args) {
  const at = args.findIndex((arg) => arg === '--format' || arg === '-f');
  return at < 0 ? args.find((arg) => arg.startsWith('--format='))?.slice(9) : args[at + 1];
}

const withValue = [
  'platform',
  'progress',
  'metadata-file',
  'tag',
  'file',
  'secret',
  'provenance',
  'build-arg',
];
const alone = ['push', 'pull', 'no-cache', 'load'];
const short = { '-t': '--tag', '-f': '--file' };

/** @throws End for what the real one does not know either. */
function readBuild(args) {
  const options = {};
  const places = [];
  for (let index = 0; index < args.length; index += 1) {
    const [flag, value] = (short[args[index]] ?? args[index]).split(/=(.*)/s);
    if (!flag.startsWith('-')) places.push(args[index]);
    else if (alone.includes(flag.slice(2))) options[flag.slice(2)] = true;
    else if (withValue.includes(flag.slice(2))) options[flag.slice(2)] = value ?? args[(index += 1)];
    else throw new End(125, `unknown flag: ${flag}`);
  }
  if (places.length !== 1) throw new End(1, "ERROR: docker: 'docker buildx build' requires 1 argument");
  return { ...options, context: places[0] };
}

async function build(args) {
  const asked = readBuild(args);
  const answer = await askDaemon('POST', '/sandbox/build', asked).catch((error) => {
    throw new End(1, `ERROR: ${error.message}`);
  });
  for await (const line of createInterface({ input: answer })) {
    const told = JSON.parse(line);
    if (told.exit === undefined) process.stderr.write(`${told.print}\n`);
    else if (told.exit !== 0) process.exit(told.exit);
    else if (asked['metadata-file'] !== undefined)
      writeFileSync(asked['metadata-file'], JSON.stringify(told.metadata, null, 2));
  }
}

/** The registry's own API; the real one is at the host in the image's name, this one where the configuration says. */
async function inspect(args) {
  const image = args.find((arg, index) => !arg.startsWith('-') && args[index - 1] !== '--format');
  const config = JSON.parse(readFileSync(`${process.env.DOCKER_CONFIG ?? ''}/config.json`, 'utf8'));
  const [, name, tag = 'latest', digest] = /^(.+?\/[^:@]+)(?::([^@]+))?(?:@(.+))?$/.exec(image) ?? [];
  const url = new URL(`/v2/${name}/manifests/${digest ?? tag}`, config.sandboxRegistry);
  const answer = await new Promise((resolve, reject) => {
    request(url, resolve).once('error', reject).end();
  }).catch((error) => {
    throw new End(1, `ERROR: failed to do request: Head "${url}": ${error.message}`);
  });
  const text = await textOf(answer);
  if (answer.statusCode === 404) throw new End(1, `ERROR: ${image}: not found`);
  if (answer.statusCode !== 200)
    throw new End(1, `ERROR: unexpected status from GET request to ${url}: ${answer.statusCode}`);
  const manifest = {
    ...JSON.parse(text),
    digest: answer.headers['docker-content-digest'],
    size: text.length,
  };
  console.log(
    formatOf(args) === undefined ? `Name: ${image}\nDigest: ${manifest.digest}` : JSON.stringify(manifest),
  );
}

const [first, second, third, ...rest] = process.argv.slice(2);
try {
  if (first === 'version') await version([second, third, ...rest].filter(Boolean));
  else if (first === 'info') await info();
  else if (first === 'buildx' && second === 'version')
    console.log('github.com/docker/buildx v0.24.0 d0e5e86');
  else if (first === 'buildx' && second === 'build') await build([third, ...rest].filter(Boolean));
  else if (first === 'buildx' && second === 'imagetools' && third === 'inspect') await inspect(rest);
  else
    throw new End(1, `docker: unknown command: docker ${first}\n\nRun 'docker --help' for more information`);
} catch (error) {
  console.error(error.message);
  process.exitCode = error.code ?? 1;
}
