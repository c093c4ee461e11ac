import { closeSync, openSync, readSync } from 'node:fs';

/** Milliseconds between two looks: people read what a program says, and a look at a file costs nothing. */
const lookEveryMs = 200;
const chunkBytes = 65_536;

interface Hearer {
  readonly hear: (chunk: Buffer) => void;
  /** Called once, after all that was written until `stop`. */
  readonly over: () => void;
}

/** Hears what is written to a file that exists, until it is stopped. */
export class Follower {
  readonly #handle: number;
  readonly #hearer: Hearer;
  readonly #timer: NodeJS.Timeout;
  #stopped = false;

  constructor(file: string, hearer: Hearer) {
    this.#handle = openSync(file, 'r');
    this.#hearer = hearer;
    this.#timer = setInterval(() => {
      this.#read();
    }, lookEveryMs);
  }

  /** Twice is safe. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#read();
    closeSync(this.#handle);
    this.#hearer.over();
  }

  #read(): void {
    const buffer = Buffer.alloc(chunkBytes);
    for (;;) {
      const length = readSync(this.#handle, buffer);
      if (length === 0) return;
      this.#hearer.hear(Buffer.from(buffer.subarray(0, length)));
    }
  }
}
