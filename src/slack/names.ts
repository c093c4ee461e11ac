import type { WebClient } from '@slack/web-api';

/** Looks up what Slack calls a person, for events that only bear an id. */
export class Names {
  readonly #client: WebClient;
  readonly #known = new Map<string, string>();

  constructor(client: WebClient) {
    this.#client = client;
  }

  /** @returns the id itself when Slack does not say. */
  async of(id: string): Promise<string> {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    try {
      const { user } = await this.#client.users.info({ user: id });
      const name = user?.name ?? id;
      this.#known.set(id, name);
      return name;
    } catch {
      return id;
    }
  }
}
