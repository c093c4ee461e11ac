import { createWriteStream, openSync } from 'node:fs';
import { execa } from 'execa';
import { Follower } from './follower.ts';

export interface ProgramRequest {
  /** The program and its arguments; no shell ever sees them. */
  readonly file: string;
  readonly args: readonly string[];
  /** The whole environment: nothing of slipway's own, with its secrets, is handed on. */
  readonly env: Readonly<Record<string, string>>;
  /** Where it runs. Default: the folder of the worker. */
  readonly cwd?: string | undefined;
  /** Milliseconds until it is told to end (SIGTERM, and SIGKILL five seconds later). */
  readonly timeoutMs: number;
  /** Aborts when it must end. */
  readonly signal: AbortSignal;
  /** Hears each line while it runs, without its line break and at most 10,000 characters of it. */
  readonly onLine?: ((line: string, from: 'stdout' | 'stderr') => void) | undefined;
  /** A file that gets the whole of stdout as well. */
  readonly stdoutTo?: string | undefined;
  /** Bytes of output after which it is ended. Default 256 MiB. */
  readonly atMostBytes?: number | undefined;
  /** Bytes that are kept of the end of each output. Default 64 KiB. */
  readonly keepBytes?: number | undefined;
  /**
   * A file that takes all of its output, read while it grows: such a program does not end with the worker. One that
   * writes into a pipe without a reader is ended by SIGPIPE, in the middle of what it does.
   */
  readonly outlivesInto?: string | undefined;
  /** How it is told to end. Default: SIGTERM, and SIGKILL five seconds later. */
  readonly stop?: { readonly signal: 'SIGTERM' | 'SIGINT'; readonly killAfterMs: number } | undefined;
}

interface Output {
  /** The last bytes of each; of one that outlives the worker all is in the first. */
  readonly stdout: string;
  readonly stderr: string;
  readonly bytes: number;
  readonly tookMs: number;
}

export type ProgramEnd =
  | ({ readonly kind: 'exited'; readonly exitCode: number } & Output)
  /** A signal that slipway did not send ended it. */
  | ({ readonly kind: 'killed'; readonly by: string } & Output)
  | ({ readonly kind: 'timed-out' } & Output)
  | ({ readonly kind: 'too-much-output' } & Output)
  /** There is no such program, or it may not be run: the error of the system, e.g. `spawn docker ENOENT`. */
  | { readonly kind: 'not-started'; readonly error: string };

const usualBytes = 65_536;
const lineCharacters = 10_000;
const mostBytes = 256 * 1024 * 1024;
const usualStop = { signal: 'SIGTERM', killAfterMs: 5_000 } as const;

/**
 * Runs one program to its end, in bounded time and memory. It leads a process group, so that what it has started ends
 * with it; only a worker that is killed with SIGKILL leaves it behind.
 * @throws the signal's reason when it aborts
 */
export async function runProgram(request: ProgramRequest): Promise<ProgramEnd> {
  const { file, args, env, cwd, timeoutMs, signal, atMostBytes = mostBytes, outlivesInto } = request;
  const { keepBytes = usualBytes, stop = usualStop } = request;
  signal.throwIfAborted();
  const began = performance.now();
  // Only a stream that has its file already can be handed to a program.
  const into =
    outlivesInto === undefined
      ? 'pipe'
      : createWriteStream(outlivesInto, { fd: openSync(outlivesInto, 'w', 0o600) });
  const child = execa(file, args, {
    env,
    extendEnv: false,
    ...(cwd === undefined ? {} : { cwd }),
    stdin: 'ignore',
    stdout: request.stdoutTo === undefined ? into : (['pipe', { file: request.stdoutTo }] as const),
    stderr: into,
    buffer: false,
    reject: false,
    detached: true,
    encoding: 'buffer',
  });
  if (into !== 'pipe') into.destroy();
  let why: 'timed-out' | 'too-much-output' | 'aborted' | undefined;
  const end = (reason: NonNullable<typeof why>) => {
    if (why !== undefined) return;
    why = reason;
    endGroup(child, stop);
  };
  const timer = setTimeout(end, timeoutMs, 'timed-out');
  const abort = () => {
    end('aborted');
  };
  signal.addEventListener('abort', abort, { once: true });
  const tails = { stdout: new Tail(keepBytes), stderr: new Tail(keepBytes) };
  let bytes = 0;
  const hearer = (from: 'stdout' | 'stderr') => {
    const lines = new Lines((line) => request.onLine?.(line, from));
    return {
      hear: (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > atMostBytes) {
          end('too-much-output');
          return;
        }
        tails[from].add(chunk);
        lines.add(chunk);
      },
      over: () => {
        lines.end();
      },
    };
  };
  for (const from of ['stdout', 'stderr'] as const) {
    const { hear, over } = hearer(from);
    child[from]?.on('data', hear).on('end', over);
  }
  const follower = outlivesInto === undefined ? undefined : new Follower(outlivesInto, hearer('stdout'));
  try {
    const result = await child;
    follower?.stop();
    if (why === 'aborted') signal.throwIfAborted();
    const output = {
      stdout: tails.stdout.text(),
      stderr: tails.stderr.text(),
      bytes,
      tookMs: Math.round(performance.now() - began),
    };
    if (why === 'timed-out' || why === 'too-much-output') return { kind: why, ...output };
    if (result.exitCode !== undefined) return { kind: 'exited', exitCode: result.exitCode, ...output };
    if (result.signal !== undefined) return { kind: 'killed', by: result.signal, ...output };
    return { kind: 'not-started', error: result.originalMessage ?? 'It could not be started' };
  } finally {
    follower?.stop();
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

/** Asks the whole group to end, and ends it when it does not. */
function endGroup(
  child: { readonly pid?: number | undefined } & Promise<unknown>,
  stop: NonNullable<ProgramRequest['stop']>,
): void {
  const { pid } = child;
  if (pid === undefined) return;
  const send = (signal: NodeJS.Signals) => {
    try {
      process.kill(-pid, signal);
    } catch {
      // It has ended meanwhile.
    }
  };
  send(stop.signal);
  const timer = setTimeout(send, stop.killAfterMs, 'SIGKILL');
  void child.finally(() => {
    clearTimeout(timer);
    // Grandchildren that closed their output may be left.
    send('SIGKILL');
  });
}

/** The end of a stream, in bounded memory. */
class Tail {
  #kept = Buffer.alloc(0);
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  add(chunk: Buffer): void {
    const all = Buffer.concat([this.#kept, chunk]);
    this.#kept = all.length > this.#most ? Buffer.from(all.subarray(all.length - this.#most)) : all;
  }

  text(): string {
    return this.#kept.toString('utf8');
  }
}

/** Cuts a stream into lines, of which it keeps no more than people read. */
class Lines {
  readonly #hear: (line: string) => void;
  readonly #decoder = new TextDecoder();
  #open = '';

  constructor(hear: (line: string) => void) {
    this.#hear = hear;
  }

  add(chunk: Buffer): void {
    const parts = this.#decoder.decode(chunk, { stream: true }).split('\n');
    const last = parts.pop() ?? '';
    for (const part of parts) {
      this.#tell(this.#open + part);
      this.#open = '';
    }
    if (this.#open.length < lineCharacters) this.#open += last;
  }

  end(): void {
    if (this.#open !== '') this.#tell(this.#open);
  }

  #tell(line: string): void {
    this.#hear((line.endsWith('\r') ? line.slice(0, -1) : line).slice(0, lineCharacters));
  }
}
