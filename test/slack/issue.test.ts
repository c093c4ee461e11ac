import { describe, expect, it } from 'vitest';
import type { Weighed } from '../../src/domain/container/container.ts';
import type { Told } from '../../src/domain/issue/told.ts';
import type { IssueFacts } from '../../src/slack/messages/issue.ts';
import { threadOf } from '../../src/slack/messages/thread.ts';
import { allDone, done, end, requested, results, started, told } from '../support/operations.ts';

const url = 'https://github.com/example/chat/issues/128';
const owed: Told = { kind: 'owed', since: 0, tries: 1, nextAt: 0 };
const deploy = told(
  requested({ issue: 128 }),
  started,
  ...allDone('preflight', 'build', 'candidate', 'prove', 'shift', 'verify'),
  end('succeeded'),
);
const textOf = (key: string, issue: IssueFacts | undefined, operation = deploy) =>
  threadOf(operation, { cards: {}, charts: {}, issue }).find((draft) => draft.key === key)?.text ?? '';

describe('the issue of an operation', () => {
  it('is linked in the root and in the report', () => {
    expect(textOf('root', { url })).toContain(`issue <${url}|#128>`);
    expect(textOf('report', { url })).toContain(`*Issue* <${url}|#128> not shown to be resolved`);
    expect(textOf('root', {})).toContain('issue #128');
    expect(textOf('root', undefined, told(requested(), started))).not.toContain('issue');
  });

  it.each<[string, Partial<Told>, string]>([
    ['told', { kind: 'told', url: `${url}#issuecomment-1` }, `<${url}#issuecomment-1|Commented on #128>`],
    ['told and closed', { kind: 'told', url, closed: true }, 'Commented on #128> and closed it'],
    [
      'still owed',
      { reason: 'GitHub answered 502' },
      'Not commented on #128 yet: GitHub answered 502. slipway tries again.',
    ],
    [
      'refused',
      { kind: 'refused', reason: 'no <!channel>' },
      'Not commented on #128: no &lt;!channel&gt; `ISSUE_NOT_TOLD`',
    ],
  ])('says when its comment is %s', (_what, more, line) => {
    expect(textOf('report', { url, told: { ...owed, ...more } })).toContain(line);
  });

  it('says nothing of a comment that nobody has tried yet', () => {
    expect(textOf('report', { url, told: owed })).not.toContain('ommented');
  });
});

describe('the container of a deploy', () => {
  const usual = { cpu: 1_000, memory: 512, minInstances: 0, billing: 'request' } as const;
  const container: Weighed = {
    before: { ...usual, imageBytes: 350e6 },
    after: { ...usual, imageBytes: 150e6 },
    unknown: ['use: <!channel> is not allowed'],
  };
  const weighed = told(
    requested(),
    started,
    ...done('candidate', { ...results.candidate, container }),
    ...allDone('shift', 'verify'),
    end('succeeded'),
  );

  it.each(['candidate', 'report'])('is told in the %s, with what is not known of it', (key) => {
    expect(textOf(key, undefined, weighed)).toContain('*Container* image 350 → 150 MB · 512 MiB · 1 CPU');
    expect(textOf(key, undefined, weighed)).toContain('_Not known: use: &lt;!channel&gt; is not allowed_');
    expect(textOf(key, undefined)).not.toContain('*Container*');
  });
});
