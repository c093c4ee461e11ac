import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { closed, listening, readBody, sendJson, urlOf } from '../http.ts';
import { type Faults, type Refusal, RequestFaults } from '../request-faults.ts';
import { type GithubAnswer, githubApi } from './api.ts';
import { type GithubIssue, Repository } from './issues.ts';

/** GitHub's issues of the demo team, on 127.0.0.1, as an Enterprise Server has them: pages and API at one address. */
export interface GithubSandbox {
  /** http://127.0.0.1:PORT */
  readonly url: string;
  /** Token and address of the API, as variables for slipway.yaml. */
  readonly environment: Readonly<Record<string, string>>;
  /** The issues of the one repository there is. */
  readonly repository: Pick<Repository, 'issue' | 'add'>;
  /** Method, path and status of each answer, oldest first; 0 where there was none. */
  answers(): readonly GithubRecord[];
  readonly faults: Faults;
  /** Ends all connections: answers that are held are lost. */
  cut(): void;
  /** From now on the token may read, and not write. */
  forbid(): void;
  stop(): Promise<void>;
}

export interface GithubRecord {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

const name = 'example/chat';
const titles = { 128: 'Chat is cut off: fix WebSocket time-outs in staging', 131: 'Agents answer twice' };
const token = 'ghp_sandbox0sandbox0sandbox0sandbox00000';

interface Parts {
  readonly repository: Repository;
  readonly faults: RequestFaults;
  readonly answers: GithubRecord[];
  forbidden: boolean;
}

export async function startGithubSandbox({
  port = 0,
}: {
  readonly port?: number;
} = {}): Promise<GithubSandbox> {
  const parts: Parts = {
    repository: new Repository(name, titles),
    faults: new RequestFaults(),
    answers: [],
    forbidden: false,
  };
  const server = createServer((request, response) => {
    answer(parts, request, response).catch(() => {
      response.destroy();
    });
  });
  await listening(server, port);
  const url = urlOf(server);
  return {
    url,
    environment: { GITHUB_TOKEN: token, GITHUB_API_URL: url },
    repository: parts.repository,
    answers: () => [...parts.answers],
    faults: parts.faults,
    cut: () => {
      server.closeAllConnections();
    },
    forbid: () => {
      parts.forbidden = true;
    },
    stop: () => closed(server),
  };
}

async function answer(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', headers } = request;
  const url = new URL(request.url ?? '/', `http://${headers.host ?? '127.0.0.1'}`);
  const text = await readBody(request);
  const page = method === 'GET' ? pageOf(parts.repository, url) : undefined;
  if (page !== undefined) {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
    return;
  }
  const given = await parts.faults.through(
    (refused) =>
      refusalOf(refused) ??
      unauthorized(headers.authorization) ??
      (parts.forbidden && method !== 'GET' ? forbidden : undefined) ??
      githubApi(parts.repository, { method, url, body: text === '' ? undefined : JSON.parse(text) }),
    // Of a question nothing is taken.
    { heldAfter: method !== 'GET' },
  );
  parts.answers.push({ method, path: url.pathname, status: given?.status ?? 0 });
  if (given === undefined) response.destroy();
  else sendJson(response, given);
}

const forbidden: GithubAnswer = { status: 403, body: { message: 'Resource not accessible by integration' } };

function unauthorized(authorization: string | undefined): GithubAnswer | undefined {
  const known = authorization === `token ${token}` || authorization === `Bearer ${token}`;
  return known ? undefined : { status: 401, body: { message: 'Bad credentials' } };
}

/** With seconds the secondary limit, without the primary: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api */
function refusalOf(refused: Refusal | undefined): GithubAnswer | undefined {
  if (refused?.kind === 'error-5xx') return { status: 502, body: { message: 'Server Error' } };
  if (refused === undefined) return undefined;
  const { retryAfterSeconds: seconds } = refused;
  if (seconds === undefined) {
    const reset = String(Math.ceil(Date.now() / 1_000));
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
    return { status: 403, headers, body: { message: 'API rate limit exceeded for user ID 1.' } };
  }
  const message = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
  return { status: 403, headers: { 'retry-after': String(seconds) }, body: { message } };
}

/** An issue for a person with a browser; undefined for any other address. */
function pageOf(repository: Repository, { pathname }: URL): string | undefined {
  const [, of, number] = /^\/([^/]+\/[^/]+)\/issues\/(\d+)$/.exec(pathname) ?? [];
  const issue = of === repository.name ? repository.issue(Number(number)) : undefined;
  return issue === undefined ? undefined : htmlOf(issue);
}

function htmlOf({ number, title, state, comments }: GithubIssue): string {
  const told = comments.map(({ id, login, body }) => {
    return `<section id="issuecomment-${id}"><h2>${escaped(login)}</h2><pre>${escaped(body)}</pre></section>`;
  });
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>#${number}</title><h1>${escaped(title)} #${number} (${state})</h1>${told.join('\n')}</html>`;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
