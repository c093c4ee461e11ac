import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';

/** Lets so many tasks be at work at the same time; the others wait in line. */
export class Slots {
  private free: number;
  private readonly waiting: (() => void)[] = [];
  private readonly patienceMs: number;

  /** @param patienceMs a task that waited so long begins without a slot; default: it waits for ever */
  constructor(count: number, patienceMs = Infinity) {
    this.free = count;
    this.patienceMs = patienceMs;
  }

  async use<T>(task: () => Promise<T>): Promise<T> {
    const taken = this.take() || (await this.turn());
    try {
      return await task();
    } finally {
      if (taken) this.release();
    }
  }

  add(count: number): void {
    for (let more = 0; more < count; more += 1) this.release();
  }

  private take(): boolean {
    if (this.free === 0) return false;
    this.free -= 1;
    return true;
  }

  /** Hands the slot on to the next in line. */
  private release(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.free += 1;
    else next();
  }

  private async turn(): Promise<boolean> {
    let begin: () => void = () => undefined;
    const turn = new Promise<true>((resolve) => {
      begin = () => {
        resolve(true);
      };
      this.waiting.push(begin);
    });
    if (this.patienceMs === Infinity) return turn;
    if ((await atMost(this.patienceMs, turn)) === true) return true;
    const at = this.waiting.indexOf(begin);
    if (at < 0) return true;
    this.waiting.splice(at, 1);
    return false;
  }
}

export interface Crew {
  readonly count: number;
  /** How many are at work at the same time. */
  readonly width: number;
  /** Asked before each task; true leaves out the rest. */
  readonly enough: () => boolean;
}

/** Runs a task for each index, `width` at a time. */
export async function inTurn(
  { count, width, enough }: Crew,
  task: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count && !enough()) {
      next += 1;
      await task(next - 1);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, count) }, worker));
}

/** Resolves after `ms`, or earlier when `other` does; the timer does not outlive it. */
export async function atMost<T>(ms: number, other: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, ms), undefined);
  });
  try {
    return await Promise.race([other, late]);
  } finally {
    clearTimeout(timer);
  }
}

const resolutionMs = 10;

/** Watches how late our own event loop is, so that our slowness is not taken for the service's. */
export class Lateness {
  private readonly histogram: IntervalHistogram = monitorEventLoopDelay({ resolution: resolutionMs });

  constructor() {
    this.histogram.enable();
  }

  /** The longest delay since the start, ms. */
  get mostMs(): number {
    return Math.max(0, this.histogram.max / 1e6 - resolutionMs);
  }

  /** Resolves when a delay that has just ended is counted too: the histogram learns of it a tick later. */
  async counted(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 2 * resolutionMs));
  }

  stop(): void {
    this.histogram.disable();
  }
}

export function between(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
