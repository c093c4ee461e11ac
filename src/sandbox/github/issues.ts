export interface GithubComment {
  readonly id: number;
  /** Number of its issue. */
  readonly issue: number;
  readonly login: string;
  body: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  updatedAt: number;
}

export interface GithubIssue {
  readonly number: number;
  readonly title: string;
  state: 'open' | 'closed';
  readonly comments: GithubComment[];
}

/** Who comments with the token of the sandbox. */
const bot = 'slipway[bot]';

/** The issues of one repository, `owner/name`. */
export class Repository {
  readonly name: string;
  readonly #issues: ReadonlyMap<number, GithubIssue>;
  #ids = 1_000;

  constructor(name: string, titles: Readonly<Record<number, string>>) {
    this.name = name;
    this.#issues = new Map(
      Object.entries(titles).map(([number, title]) => [
        Number(number),
        { number: Number(number), title, state: 'open', comments: [] },
      ]),
    );
  }

  issue(number: number): GithubIssue | undefined {
    return this.#issues.get(number);
  }

  comment(id: number): GithubComment | undefined {
    return [...this.#issues.values()].flatMap(({ comments }) => comments).find((each) => each.id === id);
  }

  add(issue: GithubIssue, body: string, login = bot): GithubComment {
    const now = Date.now();
    this.#ids += 1;
    const comment = { id: this.#ids, issue: issue.number, login, body, createdAt: now, updatedAt: now };
    issue.comments.push(comment);
    return comment;
  }
}
