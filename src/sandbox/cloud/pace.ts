/** The stand-in's sense of time: every modelled duration is multiplied by one factor. */
export class Pace {
  /** 1 is demo pace; 0 leaves out every wait. */
  factor: number;
  readonly #waiting = new Set<NodeJS.Timeout>();

  constructor(factor: number) {
    this.factor = factor;
  }

  /** Resolves after `milliseconds` of demo time; never after stop(), so that no story goes on in a dead sandbox. */
  wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(timer);
        resolve();
      }, milliseconds * this.factor);
      this.#waiting.add(timer);
    });
  }

  stop(): void {
    for (const timer of this.#waiting) clearTimeout(timer);
    this.#waiting.clear();
  }
}
