import type { Random } from './random.ts';

/** How far each wait may be from its modelled duration. */
export interface Spread {
  /** 0.2: from 20 % shorter to 20 % longer. */
  readonly share: number;
  readonly random: Random;
}

/** The stand-in's sense of time: every modelled duration is multiplied by one factor. */
export class Pace {
  /** 1 is demo pace; 0 leaves out every wait. */
  factor: number;
  readonly #spread: Spread | undefined;
  readonly #waiting = new Set<NodeJS.Timeout>();

  constructor(factor: number, spread?: Spread) {
    this.factor = factor;
    this.#spread = spread;
  }

  /** Resolves after `milliseconds` of demo time; never after stop(), so that no story goes on in a dead sandbox. */
  wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(
        () => {
          this.#waiting.delete(timer);
          resolve();
        },
        milliseconds * this.factor * this.#chance(),
      );
      this.#waiting.add(timer);
    });
  }

  stop(): void {
    for (const timer of this.#waiting) clearTimeout(timer);
    this.#waiting.clear();
  }

  #chance(): number {
    if (this.#spread === undefined) return 1;
    const { share, random } = this.#spread;
    return 1 + share * (2 * random() - 1);
  }
}
