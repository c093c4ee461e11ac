import { spawn } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';

/** A slipway process of its own, as it would run anywhere. */
export interface Child {
  readonly pid: number;
  readonly logFile: string;
  /** Resolves when the process ended, whatever the reason. */
  readonly ended: Promise<number | NodeJS.Signals>;
  kill(signal: NodeJS.Signals): void;
  /** Kills it with SIGKILL, as a crash would, and waits for its end. */
  killed(): Promise<void>;
}

export interface ChildOptions {
  /** Arguments of Node that run this same slipway, e.g. `['dist/src/cli.js']`. */
  readonly program: readonly string[];
  readonly verb: 'start' | 'bot' | 'worker';
  readonly environment: Readonly<Record<string, string>>;
  /** Where what it prints is written; the folder must exist. */
  readonly logFile: string;
}

/**
 * Starts `slipway <verb>` with nothing but addresses different from production, and waits until it says
 * that it works.
 * @throws with the end of its log when it ends before that.
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { program, verb, environment, logFile } = options;
  const log = createWriteStream(logFile);
  const child = spawn(process.execPath, [...program, verb], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // A Ctrl-C in the terminal goes to the whole group; the child is asked to end by us, in order.
    detached: true,
  });
  child.stdout?.pipe(log);
  child.stderr?.pipe(log, { end: false });
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('exit', (code, signal) => {
      resolve(signal ?? code ?? 1);
    });
  });
  const ready = new Promise<'ready'>((resolve) => {
    child.once('message', () => {
      resolve('ready');
    });
  });
  if ((await Promise.race([ready, ended])) !== 'ready')
    throw new Error(`slipway ${verb} did not start:\n${readFileSync(logFile, 'utf8').slice(-2_000)}`);
  return {
    pid: child.pid ?? 0,
    logFile,
    ended,
    kill: (signal) => {
      child.kill(signal);
    },
    killed: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
