import { execa } from 'execa';

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
}

interface Output {
  /** The last 64 KiB of each. */
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

const keepBytes = 65_536;
const lineCharacters = 10_000;
const mostBytes = 256 * 1024 * 1024;
const killAfterMs = 5_000;

/**
 * Runs one program to its end, in bounded time and memory. It leads a process group, so that what it has started ends
 * with it; only a worker that is killed with SIGKILL leaves it behind.
 * @throws the signal's reason when it aborts
 */
export async function runProgram(request: ProgramRequest): Promise<ProgramEnd> {
  const { file, args, env, cwd, timeoutMs, signal, atMostBytes = mostBytes } = request;
  signal.throwIfAborted();
  const began = performance.now();
  const child = execa(file, args, {
    env,
    extendEnv: false,
    ...(cwd === undefined ? {} : { cwd }),
    stdin: 'ignore',
    ...(request.stdoutTo === undefined ? {} : { stdout: ['pipe', { file: request.stdoutTo }] as const }),
    buffer: false,
    reject: false,
    detached: true,
    encoding: 'buffer',
  });
  let why: 'timed-out' | 'too-much-output' | 'aborted' | undefined;
  const end = (reason: NonNullable<typeof why>) => {
    if (why !== undefined) return;
    why = reason;
    endGroup(child);
  };
  const timer = setTimeout(end, timeoutMs, 'timed-out');
  const abort = () => {
    end('aborted');
  };
  signal.addEventListener('abort', abort, { once: true });
  const tails = { stdout: new Tail(), stderr: new Tail() };
  let bytes = 0;
  for (const from of ['stdout', 'stderr'] as const) {
    const lines = new Lines((line) => request.onLine?.(line, from));
    child[from].on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > atMostBytes) {
        end('too-much-output');
        return;
      }
      tails[from].add(chunk);
      lines.add(chunk);
    });
    child[from].on('end', () => {
      lines.end();
    });
  }
  try {
    const result = await child;
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
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

/** Asks the whole group to end, and ends it when it does not. */
function endGroup(child: { readonly pid?: number | undefined } & Promise<unknown>): void {
  const { pid } = child;
  if (pid === undefined) return;
  const send = (signal: NodeJS.Signals) => {
    try {
      process.kill(-pid, signal);
    } catch {
      // It has ended meanwhile.
    }
  };
  send('SIGTERM');
  const timer = setTimeout(send, killAfterMs, 'SIGKILL');
  void child.finally(() => {
    clearTimeout(timer);
    // Grandchildren that closed their output may be left.
    send('SIGKILL');
  });
}

/** The end of a stream, in bounded memory. */
class Tail {
  #kept = Buffer.alloc(0);

  add(chunk: Buffer): void {
    const all = Buffer.concat([this.#kept, chunk]);
    this.#kept = all.length > keepBytes ? Buffer.from(all.subarray(all.length - keepBytes)) : all;
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
