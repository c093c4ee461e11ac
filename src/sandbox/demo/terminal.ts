import { colors } from './colors.ts';

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const frameMs = 100;
/** A log file or a pipe gets a line now and then instead of an animation. */
const plainEveryMs = 5_000;

/** Prints lines, and below them what is being waited for, with the time it has taken so far. */
export class Terminal {
  readonly #out: NodeJS.WriteStream;
  #activity: { readonly text: string; detail: string; readonly since: number } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #frame = 0;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  line(text = ''): void {
    this.#clear();
    this.#out.write(`${text}\n`);
    this.#draw();
  }

  /** Shows what is going on until it is told otherwise; `undefined` for nothing. */
  activity(text: string | undefined, detail = ''): void {
    if (this.#activity !== undefined && text === this.#activity.text) {
      this.#activity.detail = detail;
      return;
    }
    this.#clear();
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#activity = text === undefined ? undefined : { text, detail, since: Date.now() };
    if (text === undefined) return;
    const tick = () => {
      if (this.#out.isTTY) this.#draw();
      else this.#out.write(`    ${this.#elapsed()}\n`);
    };
    this.#timer = setInterval(tick, this.#out.isTTY ? frameMs : plainEveryMs);
    this.#timer.unref();
    this.#draw();
  }

  #elapsed(): string {
    const { text = '', detail = '', since = Date.now() } = this.#activity ?? {};
    const seconds = Math.floor((Date.now() - since) / 1000);
    const label = detail === '' ? text : `${text}: ${detail}`;
    return seconds < 2 ? label : `${label} · ${seconds} s`;
  }

  #draw(): void {
    if (!this.#out.isTTY || this.#activity === undefined) return;
    this.#frame = (this.#frame + 1) % frames.length;
    this.#out.write(`\r\u001B[2K    ${colors.cyan(frames[this.#frame] ?? '')} ${this.#elapsed()}`);
  }

  #clear(): void {
    if (this.#out.isTTY && this.#activity !== undefined) this.#out.write('\r\u001B[2K');
  }
}
