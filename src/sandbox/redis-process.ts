import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { connect, Socket } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SandboxRedisError } from './redis-install.ts';

/** What a server is started from; a restart uses the same again. */
export interface RedisPlace {
  readonly program: string;
  readonly folder: string;
  readonly port: number;
}

export interface RunningRedis {
  readonly server: ChildProcess;
  readonly pid: number;
  readonly guard: ChildProcess;
}

const READY_MS = 15_000;
const STOP_MS = 5_000;

/**
 * Runs the server until it answers.
 * @throws SandboxRedisError `redis_port_in_use` or `redis_not_started`, with what the server wrote
 */
export async function runRedis({ program, folder, port }: RedisPlace): Promise<RunningRedis> {
  const logFile = path.join(folder, 'redis.log');
  const log = openSync(logFile, 'w');
  const loopback = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
  const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction'];
  const server = spawn(program, [...loopback, ...durable, '--save', ''], { stdio: ['ignore', log, log] });
  closeSync(log);
  const { pid } = server;
  if (pid === undefined) {
    const cause = await new Promise((resolve) => server.once('error', resolve));
    throw new SandboxRedisError('redis_not_started', `${program} cannot be run`, { cause });
  }
  const guard = startGuard(pid, folder);
  // A server that ended has given its process id back: nobody may be killed by it any more.
  server.once('exit', () => guard.kill('SIGKILL'));
  server.unref();
  const running = { server, pid, guard };
  if (await ready(running, port)) return running;
  const hungUp = alive(server);
  await endRedis(running, 'SIGKILL');
  const said = readFileSync(logFile, 'utf8').trim().split('\n').slice(-5).join('\n');
  if (said.includes('Address already in use')) {
    throw new SandboxRedisError(
      'redis_port_in_use',
      `Port ${port} on 127.0.0.1 is taken; choose another one`,
    );
  }
  const what = hungUp ? `did not answer within ${READY_MS} ms` : 'ended at once';
  throw new SandboxRedisError('redis_not_started', `The private Redis ${what}. It said:\n${said}`);
}

/**
 * `process.on('exit')` does not run when this process is killed. The guard waits for the end of its input,
 * which the system closes with us whatever ends us, and then ends the server and removes the data.
 */
function startGuard(pid: number, folder: string): ChildProcess {
  const script = 'read -r _; kill -9 "$1" 2>/dev/null; sleep 0.1; rm -rf -- "$2"';
  const guard = spawn('/bin/sh', ['-c', script, 'slipway-redis-guard', String(pid), folder], {
    // In a process group of its own, else the terminal's Ctrl-C would end the guard before it can act.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without a guard the sandbox still works: only a killed parent would leave a server behind.
  guard.once('error', () => undefined);
  guard.stdin.on('error', () => undefined);
  guard.unref();
  // Typed as a plain stream, it is a socket, and one that would keep this process alive.
  if (guard.stdin instanceof Socket) guard.stdin.unref();
  return guard;
}

async function ready({ server, pid }: RunningRedis, port: number): Promise<boolean> {
  const deadline = Date.now() + READY_MS;
  while (alive(server) && Date.now() < deadline) {
    const answer = await ask(port);
    // Another Redis may own the port: only an answer with our process id is ours.
    if (answer.startsWith('+PONG') && answer.includes(`process_id:${pid}\r`)) return true;
    await delay(10);
  }
  return false;
}

/** What the server on the port says to PING and INFO; '' when nobody answers within 500 ms. */
async function ask(port: number): Promise<string> {
  return await new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\nINFO server\r\nQUIT\r\n'));
    socket.setTimeout(500, () => socket.destroy());
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('error', () => undefined);
    socket.once('close', () => {
      resolve(answer);
    });
  });
}

/** Ends the server and its guard, by force after 5 s. Does nothing to a server that has ended. */
export async function endRedis(
  { server, guard }: RunningRedis,
  signal: 'SIGTERM' | 'SIGKILL',
): Promise<void> {
  guard.kill('SIGKILL');
  if (!alive(server)) return;
  const ended = new Promise<void>((resolve) => {
    server.once('exit', () => {
      resolve();
    });
  });
  server.ref();
  server.kill(signal);
  const hard = setTimeout(() => server.kill('SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(hard);
}

function alive(server: ChildProcess): boolean {
  return server.exitCode === null && server.signalCode === null;
}
