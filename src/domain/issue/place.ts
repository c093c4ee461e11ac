/** The GitHub that slipway knows. */
export interface Github {
  /** `owner/name`. Absent: where the service is built from. */
  readonly repository?: string | undefined;
  /** Absent: issues are linked, and not commented on. */
  readonly token?: string | undefined;
  /** Without a slash at its end. */
  readonly apiUrl: string;
  /** Whether what is shown to be resolved is closed. */
  readonly close: boolean;
}

export const publicApi = 'https://api.github.com';

/** An issue, by where it is. */
export interface IssuePlace {
  readonly owner: string;
  readonly repo: string;
  readonly number: number;
  /** For people. */
  readonly url: string;
}

export interface Asked {
  readonly number: number;
  /** Where the services are built from, the first one first. */
  readonly sources: readonly string[];
  readonly github: Pick<Github, 'repository' | 'apiUrl'>;
}

/** @returns undefined where no repository of this GitHub is known */
export function issuePlace({ number, sources, github }: Asked): IssuePlace | undefined {
  const host = webOf(github.apiUrl);
  const named = github.repository ?? sources.map((source) => repositoryIn(source, host)).find(Boolean);
  const [owner, repo] = named?.split('/') ?? [];
  if (owner === undefined || repo === undefined) return undefined;
  return { owner, repo, number, url: `${host}/${owner}/${repo}/issues/${number}` };
}

/** An Enterprise Server has its API below its own address: https://docs.github.com/enterprise-server/rest/using-the-rest-api/getting-started-with-the-rest-api */
function webOf(apiUrl: string): string {
  return apiUrl === publicApi ? 'https://github.com' : new URL(apiUrl).origin;
}

/** `owner/name` of `https://github.com/owner/name.git`; undefined elsewhere. */
function repositoryIn(source: string, host: string): string | undefined {
  if (!URL.canParse(source)) return undefined;
  const { origin, pathname } = new URL(source);
  const [, owner, name] = /^\/([A-Za-z0-9-]+)\/([\w.-]+?)(?:\.git)?\/?$/.exec(pathname) ?? [];
  return origin === host && owner !== undefined && name !== undefined ? `${owner}/${name}` : undefined;
}
