import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { inject } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const fromSources = ['--import', 'tsx', path.join(root, 'src/cli.ts')];

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  /** stdout and stderr as a person sees them. */
  readonly output: string;
}

export interface RunOptions {
  /** In addition to the environment of the tests. */
  readonly environment?: Readonly<Record<string, string>>;
  /** `lines` are typed as soon as `cue` was printed. */
  readonly typed?: { readonly cue: RegExp; readonly lines: string };
  /** As `npm run demo` does, instead of the compiled program. Default false. */
  readonly fromSources?: boolean;
}

/** Runs `slipway <args>` as a person would, and waits for its end. */
export async function slipway(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const program = options.fromSources === true ? fromSources : inject('program');
  const env = { ...process.env, ...options.environment };
  const child = spawn(process.execPath, [...program, ...args], { cwd: root, stdio: 'pipe', env });
  let stdout = '';
  let output = '';
  let waiting = options.typed;
  const hear = (chunk: Buffer) => {
    output += chunk.toString();
    if (waiting?.cue.test(output) !== true) return;
    child.stdin.write(waiting.lines);
    waiting = undefined;
  };
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, output };
}
