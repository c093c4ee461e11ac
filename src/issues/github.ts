import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';
import type { IssuePlace } from '../domain/issue/place.ts';
import { IssueNotTold, issueFault } from './fault.ts';

/** Comments on one page; GitHub gives no more: https://docs.github.com/rest/issues/comments#list-issue-comments */
const perPage = 100;
/** An issue with more comments is not looked through to its end by anybody. */
const mostPages = 50;

export interface GithubOptions {
  readonly token: string;
  /** Without a slash at its end. */
  readonly apiUrl: string;
  /** Milliseconds before a request that got a 5xx is made again, times the square of the try. Default 1,000. */
  readonly retryMs?: number;
}

export interface Commenting {
  readonly place: IssuePlace;
  /** Hidden in the body; by it the comment is found again. */
  readonly marker: string;
  readonly body: string;
  /** Not before then was it written for the first time, so older comments are not looked at. Milliseconds since 1970. */
  readonly since: number;
}

/** A machine's clock and GitHub's may differ. */
const clocksMs = 10 * 60_000;

/** GitHub's issues, as far as slipway uses them. */
export class GithubIssues {
  readonly #octokit: Octokit;

  constructor({ token, apiUrl, retryMs = 1_000 }: GithubOptions) {
    const Client = Octokit.plugin(retry, throttling);
    // The limits are told to whoever waits for the next try: no request is held back for a minute or an hour here.
    const noRetry = () => false;
    this.#octokit = new Client({
      auth: token,
      baseUrl: apiUrl,
      userAgent: 'slipway',
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
      retry: { retries: 2, retryAfterBaseValue: retryMs },
      throttle: { id: apiUrl, onRateLimit: noRetry, onSecondaryRateLimit: noRetry },
    });
  }

  /**
   * Writes the comment, or rewrites it where it is: the marker is looked for before anything is created. Twice is safe;
   * two at the same time are not.
   * @returns the comment's address, for people
   * @throws IssueRefused when another try would be refused again, IssueNotTold when it is worth one, the signal's reason
   */
  async comment({ place, marker, body, since }: Commenting, signal: AbortSignal): Promise<string> {
    const { owner, repo, number } = place;
    return this.#asked(signal, async (request) => {
      const found = await this.#find({ place, marker, since }, request);
      if (found?.body === body) return found.url;
      const answer =
        found === undefined
          ? // Made again it would be there twice, should only the answer have been lost.
            await this.#octokit.rest.issues.createComment({
              owner,
              repo,
              issue_number: number,
              body,
              request: { ...request, retries: 0 },
            })
          : await this.#octokit.rest.issues.updateComment({
              owner,
              repo,
              comment_id: found.id,
              body,
              request,
            });
      return answer.data.html_url;
    });
  }

  /** Twice is safe. @throws as `comment` does */
  async close({ owner, repo, number }: IssuePlace, signal: AbortSignal): Promise<void> {
    await this.#asked(signal, (request) =>
      this.#octokit.rest.issues.update({
        owner,
        repo,
        issue_number: number,
        state: 'closed',
        state_reason: 'completed',
        request,
      }),
    );
  }

  async #find(
    { place: { owner, repo, number }, marker, since }: Omit<Commenting, 'body'>,
    request: Requesting,
  ): Promise<{ readonly id: number; readonly url: string; readonly body: string } | undefined> {
    const pages = this.#octokit.paginate.iterator(this.#octokit.rest.issues.listComments, {
      owner,
      repo,
      issue_number: number,
      per_page: perPage,
      since: new Date(since - clocksMs).toISOString(),
      request,
    });
    let page = 0;
    for await (const { data } of pages) {
      const own = data.find(({ body }) => body?.startsWith(marker));
      if (own !== undefined) return { id: own.id, url: own.html_url, body: own.body ?? '' };
      page += 1;
      if (page === mostPages) break;
    }
    return undefined;
  }

  async #asked<Value>(signal: AbortSignal, ask: (request: Requesting) => Promise<Value>): Promise<Value> {
    try {
      return await Promise.race([ask({ signal }), rejected(signal)]);
    } catch (error) {
      signal.throwIfAborted();
      throw issueFault(error);
    }
  }
}

interface Requesting {
  readonly signal: AbortSignal;
}

/** Between its tries the client waits without looking at the signal. */
function rejected(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener(
      'abort',
      () => {
        reject(new IssueNotTold('GitHub did not answer in time'));
      },
      { once: true },
    );
  });
}

const quiet = () => undefined;
