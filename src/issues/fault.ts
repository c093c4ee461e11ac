/** GitHub has said no, and will say so again. The message holds no secret. */
export class IssueRefused extends Error {
  override readonly name = 'IssueRefused';
}

/** It did not arrive, or nobody knows whether it did. The message holds no secret. */
export class IssueNotTold extends Error {
  override readonly name = 'IssueNotTold';
  /** Milliseconds that GitHub wants to be left alone. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, retryAfterMs?: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

// Of these GitHub would say the same again: https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api
const refused: Readonly<Record<number, string>> = {
  401: 'it does not know the token',
  403: 'the token may not write to issues of this repository',
  404: 'there is no such issue, or the token may not see the repository',
  410: 'the issue was deleted, or the repository has none',
  422: 'it did not take the comment',
};

/** What an error of the client means. Its own message may hold the request, and that the token. */
export function issueFault(error: unknown): IssueRefused | IssueNotTold {
  if (error instanceof IssueNotTold) return error;
  const { status, headers } = answerIn(error);
  if (status === undefined) return new IssueNotTold('GitHub was not reached');
  const quiet = quietMs(headers);
  const said = error instanceof Error ? error.message : '';
  const limited = status === 429 || (status === 403 && (quiet !== undefined || /rate limit/i.test(said)));
  // https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit: "at least one minute"
  if (limited)
    return new IssueNotTold(`GitHub answered ${status}: its rate limit is used up`, quiet ?? 60_000);
  const why = refused[status];
  if (why !== undefined) return new IssueRefused(`GitHub answered ${status}: ${why}`);
  return new IssueNotTold(`GitHub answered ${status}`);
}

type Headers = Readonly<Record<string, string | number | undefined>>;

/** An error of Octokit's has a response where there was one; of a request that got none it says status 500. */
function answerIn(error: unknown): { readonly status: number | undefined; readonly headers: Headers } {
  const { response } = error as {
    readonly response?: { readonly status: number; readonly headers?: Headers };
  };
  return { status: response?.status, headers: response?.headers ?? {} };
}

/** `retry-after` in seconds; else, when nothing is left of the limit, the second since 1970 at which it is whole again. */
function quietMs(headers: Headers): number | undefined {
  const after = headers['retry-after'];
  if (after !== undefined && Number.isFinite(Number(after))) return Number(after) * 1_000;
  if (String(headers['x-ratelimit-remaining']) !== '0') return undefined;
  const reset = Number(headers['x-ratelimit-reset']);
  return Number.isFinite(reset) ? Math.max(0, reset * 1_000 - Date.now()) : undefined;
}
