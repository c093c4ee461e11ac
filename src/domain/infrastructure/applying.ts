import type { Message } from './messages.ts';
import type { Applied } from './tool.ts';

/** What is heard of an apply while it runs. */
export class Applying {
  readonly #open = new Set<string>();
  readonly #done = new Set<string>();
  readonly #failed = new Set<string>();
  #last = 'begun';

  /** @returns whether there is something new to tell */
  hear({ type, hook, '@message': text }: Message): boolean {
    const address = hook?.resource.addr;
    if (address === undefined || !type.startsWith('apply_')) return false;
    this.#open.delete(address);
    if (type === 'apply_complete') this.#done.add(address);
    else if (type === 'apply_errored') this.#failed.add(address);
    else this.#open.add(address);
    // A resource that is replaced ends twice: after the second begin it is open again.
    if (type === 'apply_start') this.#done.delete(address);
    this.#last = text;
    return true;
  }

  /** `2 done · google_compute_url_map.chat: Modifying...` */
  text(): string {
    return `${this.#done.size} done · ${this.#last}`;
  }

  state(): Applied {
    return { done: [...this.#done], failed: [...this.#failed], open: [...this.#open] };
  }
}
