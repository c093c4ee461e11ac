import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/** Where to look, who is asking, and whom to tell. */
export interface RedisSearch {
  /** PATH says where to look; the package manager gets all of it (proxies, HOME). */
  readonly env: NodeJS.ProcessEnv;
  /** Package managers need root; anybody else goes through `sudo -n`. */
  readonly root: boolean;
  readonly say: (line: string) => void;
}

export type SandboxRedisCode = 'redis_not_installed' | 'redis_port_in_use' | 'redis_not_started';

/** A private Redis could not be had. `code` is stable; the message says what to do. */
export class SandboxRedisError extends Error {
  override readonly name = 'SandboxRedisError';
  readonly code: SandboxRedisCode;

  constructor(code: SandboxRedisCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

// Debian and Ubuntu keep the server in the package redis-tools, as redis-check-rdb; redis-server there is a
// symbolic link to it, and the name it is started by decides what it does (redis: main() in src/server.c).
const PROGRAMS = ['redis-server', 'valkey-server', 'redis-check-rdb', 'valkey-check-rdb'];

interface PackageManager {
  readonly program: string;
  /** False where the manager refuses root (brew). */
  readonly asRoot: boolean;
  /** Each is tried in turn until a server is found; a distribution has one name or the other. */
  readonly installs: readonly (readonly string[])[];
  readonly before?: readonly string[];
}

// apt-get: redis-tools and not redis-server, for only the latter has a service that Debian would start.
// The others do not start a service on install. NEEDRESTART_SUSPEND: Ubuntu's needrestart would otherwise
// restart the services of the machine after any install (its README.md).
const APT = ['env', 'DEBIAN_FRONTEND=noninteractive', 'NEEDRESTART_SUSPEND=1', 'apt-get'];
const APT_INSTALL = [...APT, '-o', 'DPkg::Lock::Timeout=120', 'install', '-y', '--no-install-recommends'];
const MANAGERS: readonly PackageManager[] = [
  {
    program: 'apt-get',
    asRoot: true,
    before: [...APT, 'update'],
    installs: [
      [...APT_INSTALL, 'redis-tools'],
      [...APT_INSTALL, 'valkey-tools'],
    ],
  },
  { program: 'dnf', asRoot: true, installs: both('dnf', 'install', '-y') },
  { program: 'apk', asRoot: true, installs: both('apk', 'add', '--no-cache') },
  { program: 'pacman', asRoot: true, installs: both('pacman', '-Sy', '--noconfirm', '--needed') },
  { program: 'zypper', asRoot: true, installs: both('zypper', '--non-interactive', 'install') },
  { program: 'brew', asRoot: false, installs: both('brew', 'install') },
];

/**
 * The full path of a program that can be started as a Redis server. When there is none, installs one by the
 * system's package manager, and says the exact command before. No service is started, no shell is used.
 * @throws SandboxRedisError `redis_not_installed`, with what was tried and what to do
 */
export async function findOrInstallRedis(search: RedisSearch): Promise<string> {
  const found = findRedis(search.env);
  if (found !== undefined) return found;
  const manager = MANAGERS.find(({ program }) => findProgram(program, search.env) !== undefined);
  if (!manager) throw notInstalled('No known package manager is on PATH either.');
  const become = privilege(manager, search);
  if (become === undefined) {
    throw notInstalled(`Installing it by ${manager.program} needs root, and there is no sudo on PATH.`);
  }
  // A failed update is not the end: one broken third-party repository fails it for all the others too.
  if (manager.before) await runSaying([...become, ...manager.before], search);
  let failure = '';
  for (const install of manager.installs) {
    failure = await runSaying([...become, ...install], search);
    const installed = findRedis(search.env);
    if (installed !== undefined) return installed;
  }
  throw notInstalled(
    `Installing it by ${manager.program} did not help: ${failure || 'no server came with it'}`,
  );
}

function findRedis(env: NodeJS.ProcessEnv): string | undefined {
  return PROGRAMS.map((name) => findProgram(name, env)).find((file) => file !== undefined);
}

function findProgram(name: string, env: NodeJS.ProcessEnv): string | undefined {
  return (env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin')
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, name))
    .find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function privilege(manager: PackageManager, { root, env }: RedisSearch): string[] | undefined {
  if (root || !manager.asRoot) return [];
  return findProgram('sudo', env) === undefined ? undefined : ['sudo', '-n'];
}

function both(...command: string[]): string[][] {
  return [
    [...command, 'redis'],
    [...command, 'valkey'],
  ];
}

/** Runs one command; answers '' when it worked, else its exit and the last lines it wrote. */
async function runSaying([program = '', ...args]: readonly string[], search: RedisSearch): Promise<string> {
  search.say(`No Redis server on this machine. Installing one: ${[program, ...args].join(' ')}`);
  return await new Promise((resolve) => {
    const env = { ...search.env, LC_ALL: 'C' };
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keepTail = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-2000);
    };
    child.stdout.on('data', keepTail);
    child.stderr.on('data', keepTail);
    child.once('error', (error) => {
      resolve(error.message);
    });
    child.once('close', (exit) => {
      const tail = output.trim().split('\n').slice(-3).join(' / ');
      resolve(exit === 0 ? '' : `exit ${String(exit)}: ${tail}`);
    });
  });
}

function notInstalled(reason: string): SandboxRedisError {
  const todo =
    'Install Redis 7 or Valkey yourself so that redis-server or valkey-server is on PATH, and try again';
  return new SandboxRedisError('redis_not_installed', `There is no Redis server on PATH. ${reason} ${todo}.`);
}
