import { onTestFinished } from 'vitest';
import type { IssuePlace } from '../../src/domain/issue/place.ts';
import { GithubIssues } from '../../src/issues/github.ts';
import { type GithubSandbox, startGithubSandbox } from '../../src/sandbox/github/index.ts';

/** slipway's client on a GitHub of the test's own, both end with it. */
export async function startGithub(): Promise<{
  readonly sandbox: GithubSandbox;
  readonly github: GithubIssues;
  readonly place: IssuePlace;
}> {
  const sandbox = await startGithubSandbox();
  onTestFinished(() => sandbox.stop());
  const { GITHUB_TOKEN: token = '', GITHUB_API_URL: apiUrl = '' } = sandbox.environment;
  const github = new GithubIssues({ token, apiUrl, retryMs: 1 });
  const url = `${sandbox.url}/example/chat/issues/128`;
  return { sandbox, github, place: { owner: 'example', repo: 'chat', number: 128, url } };
}

/** What stands under issue 128. */
export function commentsIn({ repository }: GithubSandbox): readonly string[] {
  return repository.issue(128)!.comments.map(({ body }) => body);
}
