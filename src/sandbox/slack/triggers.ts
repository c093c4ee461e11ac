import { randomUUID } from 'node:crypto';

/** A trigger_id opens one modal within three seconds. */
const lifetimeMs = 3000;

export class Triggers {
  readonly #issued = new Map<string, { readonly user: string; readonly until: number }>();

  issue(user: string): string {
    const id = `${Date.now()}.${randomUUID()}`;
    this.#issued.set(id, { user, until: Date.now() + lifetimeMs });
    return id;
  }

  /** The person it belongs to, once; undefined when it is unknown, used or older than 3 s. */
  use(id: string): string | undefined {
    const trigger = this.#issued.get(id);
    this.#issued.delete(id);
    return trigger && trigger.until >= Date.now() ? trigger.user : undefined;
  }
}
