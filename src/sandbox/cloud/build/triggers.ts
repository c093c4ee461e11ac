import { RpcError } from '../errors.ts';

/** Triggers of Cloud Build, to read only. */
export class Triggers {
  readonly #names = new Set<string>();

  /** Adds `projects/P/locations/R/triggers/T`. */
  add(name: string): void {
    this.#names.add(name);
  }

  get({ name }: { readonly name: string }): object {
    if (!this.#names.has(name)) throw new RpcError('NOT_FOUND', `Resource '${name}' was not found`);
    return { resourceName: name, name: name.split('/').at(-1) };
  }
}
