import type { WebClient } from '@slack/web-api';
import { isGroup } from '../domain/policy.ts';

/** usergroups.users.list is tier 2 (20 a minute), and groups change rarely. */
const rememberMs = 5 * 60_000;

/** Looks up who belongs to the user groups that may approve or have another role. */
export class Approvers {
  readonly #client: WebClient;
  readonly #now: () => number;
  readonly #known = new Map<string, { readonly members: readonly string[]; readonly at: number }>();

  constructor(client: WebClient, now: () => number) {
    this.#client = client;
    this.#now = now;
  }

  /**
   * All people whom the ids name, groups resolved.
   * @returns `unknown` when Slack does not answer: then nobody can be said to belong, or not to.
   */
  async members(ids: readonly string[]): Promise<ReadonlySet<string> | 'unknown'> {
    try {
      const groups = await Promise.all(ids.filter(isGroup).map((id) => this.#group(id)));
      return new Set([...ids, ...groups.flat()]);
    } catch {
      return 'unknown';
    }
  }

  /**
   * Which of the groups among the ids the person belongs to.
   * @returns `unknown` as `members` does.
   */
  async groupsOf(user: string, ids: readonly string[]): Promise<readonly string[] | 'unknown'> {
    const groups = [...new Set(ids.filter(isGroup))];
    try {
      const members = await Promise.all(groups.map((id) => this.#group(id)));
      return groups.filter((_id, index) => members[index]?.includes(user) === true);
    } catch {
      return 'unknown';
    }
  }

  async #group(id: string): Promise<readonly string[]> {
    const known = this.#known.get(id);
    if (known !== undefined && this.#now() - known.at < rememberMs) return known.members;
    const { users = [] } = await this.#client.usergroups.users.list({ usergroup: id });
    this.#known.set(id, { members: users, at: this.#now() });
    return users;
  }
}
