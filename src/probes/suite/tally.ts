import stripAnsi from 'strip-ansi';
import { causeLine } from '../../domain/suite/findings.ts';
import type { FailedTest, Module, SuiteRun } from '../../domain/suite/run.ts';

/** What the schema allows (src/domain/suite/run.ts), and what people can still read. */
const mostFailed = 200;
const mostIds = 5_000;
const mostModules = 2_000;
const longestName = 300;
const longestMessage = 300;
const longestExcerpt = 1_500;
/** The rest of a text is not even cleaned: one failure may bring a whole log. */
const longestRead = 20_000;

/** One test as a report tells it. */
export interface ToldTest {
  /** File or class. */
  readonly module: string;
  readonly test: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** Milliseconds; 0 where the report does not say. */
  readonly tookMs: number;
  /** What it said, where it failed: the message, and all that explains it. */
  readonly message?: string;
  readonly text?: string;
}

export type Tallied = Pick<SuiteRun, 'counts' | 'modules' | 'failed' | 'passed' | 'skipped'>;

/** Counts tests in bounded memory, however many there are. */
export class Tally {
  readonly #modules = new Map<string, Module>();
  readonly #failed: FailedTest[] = [];
  readonly #passed: string[] = [];
  readonly #skipped: string[] = [];
  readonly #counts = { passed: 0, failed: 0, skipped: 0 };
  readonly #hide: (text: string) => string;

  /** @param hide takes what must not be shown out of a text */
  constructor(hide: (text: string) => string = (text) => text) {
    this.#hide = hide;
  }

  add({ module, test, outcome, tookMs, message, text }: ToldTest): void {
    const own = { module: this.#name(module), test: this.#name(test) };
    const id = `${own.module} › ${own.test}`;
    this.#counts[outcome] += 1;
    this.#addTo(own.module, outcome, Number.isFinite(tookMs) && tookMs > 0 ? tookMs : 0);
    if (outcome === 'failed') {
      if (this.#failed.length < mostFailed) this.#failed.push({ id, ...own, ...this.#said(message, text) });
      return;
    }
    if (this.#passed.length + this.#skipped.length >= mostIds) return;
    (outcome === 'passed' ? this.#passed : this.#skipped).push(id);
  }

  /** How many tests there are so far. */
  get size(): number {
    const { passed, failed, skipped } = this.#counts;
    return passed + failed + skipped;
  }

  result(): Tallied {
    return {
      counts: { ...this.#counts },
      modules: [...this.#modules.values()].map((each) => ({ ...each, tookMs: Math.round(each.tookMs) })),
      failed: [...this.#failed],
      passed: [...this.#passed],
      skipped: [...this.#skipped],
    };
  }

  #addTo(name: string, outcome: ToldTest['outcome'], tookMs: number): void {
    const known = this.#modules.get(name);
    if (known === undefined && this.#modules.size >= mostModules) return;
    const module = known ?? { name, passed: 0, failed: 0, skipped: 0, tookMs: 0 };
    this.#modules.set(name, {
      ...module,
      [outcome]: module[outcome] + 1,
      tookMs: module.tookMs + tookMs,
    });
  }

  #name(text: string): string {
    return this.#hide(oneLine(text).slice(0, longestName)) || 'unnamed';
  }

  #said(message = '', text = ''): Pick<FailedTest, 'message' | 'excerpt' | 'cause'> {
    const told = this.#clean(message);
    const whole = this.#clean(text);
    const first = errorLine(told) ?? errorLine(whole) ?? 'no message';
    const excerpt = endOf(whole === '' ? told : whole);
    return { message: first.slice(0, longestMessage), excerpt, cause: causeLine(first, excerpt) };
  }

  #clean(text: string): string {
    const read = text.length > longestRead ? `${text.slice(0, 4_000)}\n…\n${text.slice(-16_000)}` : text;
    return this.#hide(stripAnsi(read).replace(/[^\P{Cc}\n]/gu, ' '))
      .replaceAll(/[ \t]+$/gm, '')
      .trim();
  }
}

function oneLine(text: string): string {
  return stripAnsi(text.slice(0, longestName * 4))
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
}

/** pytest marks the lines of the error with `E`; else the first line that says something. */
function errorLine(text: string): string | undefined {
  const lines = text.split('\n').map((line) => line.trim());
  const marked = lines.find((line) => /^E\s{2,}\S/.test(line));
  return marked?.replace(/^E\s+/, '') ?? lines.find((line) => line !== '');
}

/** A traceback says at its end what went wrong. */
function endOf(text: string): string {
  if (text.length <= longestExcerpt) return text;
  const cut = text.slice(-(longestExcerpt - 2));
  return `…\n${cut.slice(Math.max(0, cut.indexOf('\n') + 1))}`.slice(-longestExcerpt);
}
