import { Instance } from './app/instance.ts';
import type { ContainerOptions } from './app/options.ts';

export type { ContainerOptions } from './app/options.ts';

/** What runs inside one revision: one instance of the app, or as many as its ref says. */
export class Container {
  readonly #instances: readonly Instance[];
  #turn = 0;

  constructor(options: ContainerOptions) {
    const { instances = 1 } = options.behaviour;
    this.#instances = Array.from({ length: instances }, (_, index) => new Instance(options, index + 1));
  }

  /** Resolves when all listen. */
  async start(): Promise<void> {
    await Promise.all(this.#instances.map((instance) => instance.start()));
  }

  get size(): number {
    return this.#instances.length;
  }

  /** Where one request goes: the instances take turns, whatever cookie the request brings. They count from 0. */
  next(): { readonly instance: number; readonly port: number } {
    const instance = this.#turn % this.#instances.length;
    this.#turn += 1;
    return { instance, port: this.#instances[instance]?.port ?? 0 };
  }

  get openSockets(): number {
    return this.#instances.reduce((sum, { openSockets }) => sum + openSockets, 0);
  }

  /** Ends at once, open sockets too. */
  async stop(): Promise<void> {
    await Promise.all(this.#instances.map((instance) => instance.stop()));
  }
}
