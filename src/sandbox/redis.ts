import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findOrInstallRedis, SandboxRedisError } from './redis-install.ts';
import { endRedis, runRedis, type RedisPlace, type RunningRedis } from './redis-process.ts';

/** A Redis server of one's own, on loopback, with every acknowledged write on disk. */
export interface PrivateRedis {
  readonly url: string;
  readonly port: number;
  /** Of the server that runs now, or ran last: a restart changes it. */
  readonly pid: number;
  /** Ends the server and removes its data. Calling it again does nothing. */
  stop(): Promise<void>;
  /** SIGKILL, as a crash would; the data stay for `restart`. */
  kill(): Promise<void>;
  /** Ends the server if it runs and starts it on the same port and data. */
  restart(): Promise<void>;
}

export interface PrivateRedisOptions {
  /** Told before anything is installed. Default: nobody. */
  readonly say?: (line: string) => void;
  /** Default: a free one. */
  readonly port?: number;
}

const FREE_PORT_ATTEMPTS = 5;

/**
 * Starts a Redis server that lives as long as this process, and answers when it can be used.
 * Installs the server first when the machine has none (see `findOrInstallRedis`).
 * @throws SandboxRedisError `redis_not_installed`, `redis_port_in_use` or `redis_not_started`
 */
export async function startPrivateRedis(options: PrivateRedisOptions = {}): Promise<PrivateRedis> {
  const installed = await findOrInstallRedis({
    env: process.env,
    root: process.getuid?.() === 0,
    say: options.say ?? (() => undefined),
  });
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-redis-'));
  const removeFolder = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const program = path.join(folder, 'redis-server');
    // The name decides: what the package manager installed may be called redis-check-rdb.
    symlinkSync(installed, program);
    const { place, running } = await startOnPort({ program, folder }, options.port);
    return handle({ place, running, removeFolder });
  } catch (error) {
    removeFolder();
    throw error;
  }
}

function handle(started: {
  place: RedisPlace;
  running: RunningRedis;
  removeFolder: () => void;
}): PrivateRedis {
  const { place, removeFolder } = started;
  let { running } = started;
  const atExit = (): void => {
    running.server.kill('SIGKILL');
    removeFolder();
  };
  process.once('exit', atExit);
  return {
    url: `redis://127.0.0.1:${place.port}`,
    port: place.port,
    get pid() {
      return running.pid;
    },
    async stop() {
      process.off('exit', atExit);
      await endRedis(running, 'SIGTERM');
      removeFolder();
    },
    async kill() {
      await endRedis(running, 'SIGKILL');
    },
    async restart() {
      await endRedis(running, 'SIGTERM');
      running = await runRedis(place);
    },
  };
}

/** Somebody else can take a port between our finding it free and Redis binding it: then take another. */
async function startOnPort(
  home: Omit<RedisPlace, 'port'>,
  wanted: number | undefined,
): Promise<{ place: RedisPlace; running: RunningRedis }> {
  for (let attempt = 1; ; attempt += 1) {
    const place = { ...home, port: wanted ?? (await freePort()) };
    try {
      return { place, running: await runRedis(place) };
    } catch (error) {
      const taken = error instanceof SandboxRedisError && error.code === 'redis_port_in_use';
      if (!taken || wanted !== undefined || attempt === FREE_PORT_ATTEMPTS) throw error;
    }
  }
}

async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}
