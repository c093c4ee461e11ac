import { z } from 'zod';

/** As many lines as explain a failure. */
const mostLogs = 60;
const mostDetails = 8;

/**
 * One line of `--progress=rawjson`: a SolveStatus of BuildKit, whose fields stand in
 * https://github.com/moby/buildkit/blob/master/client/graph.go. `data` is bytes, in base64, cut anywhere.
 */
const statusSchema = z.object({
  vertexes: z
    .array(
      z.object({
        digest: z.string(),
        name: z.string().default(''),
        started: z.string().optional(),
        error: z.string().optional(),
      }),
    )
    .nullish(),
  logs: z.array(z.object({ vertex: z.string(), data: z.base64() })).nullish(),
});

/** Follows a build by what Docker prints of it, in bounded memory. */
export class BuildProgress {
  readonly #onStep: (name: string) => void;
  readonly #begun = new Set<string>();
  /** By step: the end of what it printed. */
  readonly #printed = new Map<string, string>();
  #plain: readonly string[] = [];
  #broken: { readonly digest: string; readonly name: string; readonly error: string } | undefined;

  constructor(onStep: (name: string) => void) {
    this.#onStep = onStep;
  }

  hear(line: string): void {
    if (!line.startsWith('{')) {
      if (line.trim() !== '') this.#plain = [...this.#plain, line.trim()].slice(-mostDetails);
      return;
    }
    const read = statusSchema.safeParse(parsed(line));
    if (!read.success) return;
    for (const { digest, name, started, error } of read.data.vertexes ?? []) {
      if (started !== undefined && !this.#begun.has(digest)) {
        this.#begun.add(digest);
        if (!name.startsWith('[internal]')) this.#onStep(name);
      }
      // What is cancelled because of it comes later, and says so.
      if (error !== undefined && error !== '') this.#broken ??= { digest, name, error };
    }
    for (const { vertex, data } of read.data.logs ?? []) {
      const all = (this.#printed.get(vertex) ?? '') + Buffer.from(data, 'base64').toString('utf8');
      this.#printed.set(vertex, all.split('\n').slice(-mostLogs).join('\n').slice(-20_000));
    }
  }

  /** The step that broke. */
  get step(): string | undefined {
    return this.#broken?.name;
  }

  /** What the program says of the failure. */
  get detail(): readonly string[] {
    const errors = this.#plain.filter((line) => line.startsWith('ERROR'));
    if (errors.length > 0) return errors.slice(-2);
    return this.#broken === undefined ? this.#plain.slice(-2) : [this.#broken.error];
  }

  /** What the broken step printed last. */
  get logs(): readonly string[] {
    const text = this.#printed.get(this.#broken?.digest ?? '') ?? '';
    return text.split('\n').filter((line) => line.trim() !== '');
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
