import type { GithubComment, GithubIssue, Repository } from './issues.ts';

export interface GithubRequest {
  readonly method: string;
  readonly url: URL;
  /** Parsed JSON; undefined when there is none. */
  readonly body: unknown;
}

export interface GithubAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `body is too long (maximum is 65536 characters)` */
const longestBody = 65_536;

/** The part of GitHub's REST API that is about comments: https://docs.github.com/rest/issues/comments */
export function githubApi(repository: Repository, { method, url, body }: GithubRequest): GithubAnswer {
  const [, name, rest = ''] = /^\/repos\/([^/]+\/[^/]+)\/issues\/(.+)$/.exec(url.pathname) ?? [];
  if (name !== repository.name) return missing;
  const [, one] = /^comments\/(\d+)$/.exec(rest) ?? [];
  if (one !== undefined) return edited(repository, { method, id: Number(one), body, url });
  const [, number, comments] = /^(\d+)(\/comments)?$/.exec(rest) ?? [];
  const issue = number === undefined ? undefined : repository.issue(Number(number));
  if (issue === undefined) return missing;
  if (comments === undefined) return issueAnswer(issue, { method, body, url });
  if (method === 'GET') return listed(issue, url);
  if (method !== 'POST') return missing;
  const text = textOf(body);
  if (text === undefined) return invalid;
  const comment = repository.add(issue, text);
  return { status: 201, body: shown(comment, url) };
}

function edited(
  repository: Repository,
  { method, id, body, url }: GithubRequest & { readonly id: number },
): GithubAnswer {
  const comment = repository.comment(id);
  if (comment === undefined || method !== 'PATCH') return missing;
  const text = textOf(body);
  if (text === undefined) return invalid;
  comment.body = text;
  comment.updatedAt = Date.now();
  return { status: 200, body: shown(comment, url) };
}

function issueAnswer(issue: GithubIssue, { method, body }: GithubRequest): GithubAnswer {
  const { state } = (body ?? {}) as { readonly state?: unknown };
  if (method === 'PATCH' && (state === 'open' || state === 'closed')) issue.state = state;
  else if (method !== 'GET') return missing;
  const { number, title, comments } = issue;
  return { status: 200, body: { number, title, state: issue.state, comments: comments.length } };
}

/** https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api */
function listed(issue: GithubIssue, url: URL): GithubAnswer {
  const size = Math.min(100, Number(url.searchParams.get('per_page') ?? 30));
  const page = Number(url.searchParams.get('page') ?? 1);
  const since = Date.parse(url.searchParams.get('since') ?? '1970-01-01T00:00:00Z');
  const all = issue.comments.filter(({ updatedAt }) => updatedAt >= since);
  const body = all.slice((page - 1) * size, page * size).map((comment) => shown(comment, url));
  if (page * size >= all.length) return { status: 200, body };
  const next = new URL(url);
  next.searchParams.set('page', String(page + 1));
  return { status: 200, body, headers: { link: `<${next.href}>; rel="next"` } };
}

function shown({ id, issue, login, body, createdAt, updatedAt }: GithubComment, url: URL): object {
  const [, name] = /^\/repos\/([^/]+\/[^/]+)\//.exec(url.pathname) ?? [];
  return {
    id,
    body,
    user: { login },
    html_url: `${url.origin}/${name ?? ''}/issues/${issue}#issuecomment-${id}`,
    created_at: new Date(createdAt).toISOString(),
    updated_at: new Date(updatedAt).toISOString(),
  };
}

/** Undefined for what GitHub would not take. */
function textOf(body: unknown): string | undefined {
  const { body: text } = (body ?? {}) as { readonly body?: unknown };
  return typeof text === 'string' && text.trim() !== '' && text.length <= longestBody ? text : undefined;
}

const missing: GithubAnswer = { status: 404, body: { message: 'Not Found' } };
const invalid: GithubAnswer = { status: 422, body: { message: 'Validation Failed' } };
