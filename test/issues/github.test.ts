import { describe, expect, it } from 'vitest';
import { GithubIssues } from '../../src/issues/github.ts';
import { commentsIn, startGithub } from '../support/github.ts';

const alive = new AbortController().signal;
const marker = '<!-- slipway: staging-42 k3f9ab -->';
const asked = { marker, since: Date.now() };
const body = `${marker}\nfirst`;

describe('a comment', () => {
  it('is written once, and rewritten where it is', async () => {
    const { sandbox, github, place } = await startGithub();
    const url = await github.comment({ place, ...asked, body }, alive);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/example\/chat\/issues\/128#issuecomment-\d+$/);
    expect((await fetch(url)).status).toBe(200);
    expect(await github.comment({ place, ...asked, body }, alive)).toBe(url);
    expect(await github.comment({ place, ...asked, body: `${marker}\nsecond` }, alive)).toBe(url);
    expect(commentsIn(sandbox)).toEqual([`${marker}\nsecond`]);
    // What is so already is not written again.
    expect(sandbox.answers().map(({ method }) => method)).toEqual(['GET', 'POST', 'GET', 'GET', 'PATCH']);
  });

  it('is found on a later page, and not mistaken for one that only speaks of it', async () => {
    const { sandbox, github, place } = await startGithub();
    const issue = sandbox.repository.issue(128)!;
    for (let index = 0; index < 120; index += 1)
      sandbox.repository.add(issue, `> ${marker} ${index}`, 'guest');
    sandbox.repository.add(issue, body);
    await github.comment({ place, ...asked, body: `${marker}\nsecond` }, alive);
    expect(commentsIn(sandbox)).toHaveLength(121);
    expect(commentsIn(sandbox).at(-1)).toBe(`${marker}\nsecond`);
  });

  it('whose answer is lost is found by the next try', async () => {
    const { sandbox, github, place } = await startGithub();
    const release = sandbox.faults.hold('after');
    const first = github.comment({ place, ...asked, body }, alive);
    await expect.poll(() => sandbox.faults.held()).toBe(1);
    sandbox.cut();
    release();
    await expect(first).rejects.toMatchObject({ name: 'IssueNotTold', message: 'GitHub was not reached' });
    expect(commentsIn(sandbox)).toEqual([body]);
    await github.comment({ place, ...asked, body }, alive);
    expect(commentsIn(sandbox)).toEqual([body]);
  });

  it('survives answers of 5xx to its search', async () => {
    const { sandbox, github, place } = await startGithub();
    sandbox.faults.fail('error-5xx', 2);
    await github.comment({ place, ...asked, body }, alive);
    expect(commentsIn(sandbox)).toEqual([body]);
    sandbox.faults.fail('error-5xx', 3);
    await expect(github.comment({ place, ...asked, body }, alive)).rejects.toMatchObject({
      name: 'IssueNotTold',
      message: 'GitHub answered 502',
    });
  });

  it('waits as long as GitHub says', async () => {
    const { sandbox, github, place } = await startGithub();
    sandbox.faults.rateLimit(90);
    await expect(github.comment({ place, ...asked, body }, alive)).rejects.toMatchObject({
      name: 'IssueNotTold',
      retryAfterMs: 90_000,
    });
    sandbox.faults.rateLimit();
    await expect(github.comment({ place, ...asked, body }, alive)).rejects.toMatchObject({
      name: 'IssueNotTold',
      message: 'GitHub answered 403: its rate limit is used up',
    });
    expect(sandbox.answers()).toHaveLength(2);
  });

  it.each([
    ['an issue that is not there', { number: 999 }, 'GitHub answered 404: there is no such issue'],
    ['a repository that is not there', { repo: 'secret' }, 'GitHub answered 404'],
  ])('of %s is refused for good', async (_what, other, told) => {
    const { github, place } = await startGithub();
    const comment = github.comment({ place: { ...place, ...other }, ...asked, body }, alive);
    await expect(comment).rejects.toMatchObject({ name: 'IssueRefused' });
    await expect(comment).rejects.toThrow(told);
  });

  it('by a token that is wrong, or may only read, is refused without naming it', async () => {
    const { sandbox, github, place } = await startGithub();
    const stranger = new GithubIssues({ token: 'ghp_wrong', apiUrl: sandbox.url, retryMs: 1 });
    const wrong = stranger.comment({ place, ...asked, body }, alive);
    await expect(wrong).rejects.toThrow('GitHub answered 401: it does not know the token');
    await expect(wrong).rejects.not.toThrow('ghp_wrong');
    sandbox.forbid();
    await expect(github.comment({ place, ...asked, body }, alive)).rejects.toThrow(
      'GitHub answered 403: the token may not write',
    );
    expect(commentsIn(sandbox)).toEqual([]);
  });

  it('longer than GitHub takes is refused', async () => {
    const { github, place } = await startGithub();
    const long = github.comment({ place, ...asked, body: 'x'.repeat(65_537) }, alive);
    await expect(long).rejects.toThrow('GitHub answered 422');
  });
});

describe('an issue', () => {
  it('is closed, twice as well as once', async () => {
    const { sandbox, github, place } = await startGithub();
    await github.close(place, alive);
    await github.close(place, alive);
    expect(sandbox.repository.issue(128)!.state).toBe('closed');
    expect(sandbox.repository.issue(131)!.state).toBe('open');
  });

  it('is not waited for when the work must end', async () => {
    const { sandbox, github, place } = await startGithub();
    sandbox.faults.hold('before');
    const stopping = new AbortController();
    const closing = github.close(place, stopping.signal);
    await expect.poll(() => sandbox.faults.held()).toBe(1);
    stopping.abort(new Error('shutdown'));
    await expect(closing).rejects.toThrow('shutdown');
  });
});
