import { describe, expect, it } from 'vitest';
import { refusal } from '../../src/domain/reasons.ts';
import { validateBlocks } from '../../src/sandbox/slack/index.ts';
import { brief, clip, code, duration, escape, link, pre } from '../../src/slack/messages/mrkdwn.ts';
import { refused } from '../../src/slack/messages/private.ts';
import { threadOf } from '../../src/slack/messages/thread.ts';
import { mrkdwnOf, nasty } from '../support/nasty.ts';
import { everywhere, stories, usual } from '../support/stories.ts';

describe.each(nasty.map((text) => [text.slice(0, 40), text]))('%j from outside', (_, text) => {
  const operations = Object.entries(stories(everywhere(text)));
  const threads = operations.map(([name, operation]) => ({ name, thread: threadOf(operation) }));
  const drafts = threads.flatMap(({ name, thread }) => thread.map((draft) => ({ name, draft })));

  it('rings for nobody, names nobody and hides no address', () => {
    for (const { name, draft } of drafts)
      for (const mrkdwn of mrkdwnOf(draft)) {
        const marks = [...mrkdwn.matchAll(/<[^>]*>?/g)].map(([mark]) => mark);
        const own =
          /^<(@U0REVIEWER|@U0DEVELOPER|!subteam\^S0APPROVERS|!date\^\d+\^[^<]*|https?:\/\/[^\s<>|]+(\|Build log)?)>$/;
        expect(
          marks.filter((mark) => !own.test(mark)),
          `${name} ${draft.key}`,
        ).toEqual([]);
      }
  });

  it('leaves the end, the reason and the next step in the report', () => {
    for (const { name, thread } of threads) {
      const report = thread.find(({ key }) => key === 'report');
      if (report === undefined) continue;
      expect(report.text, name).toMatch(/\*(succeeded|blocked|failed|rolled back|rejected|not approved)/);
      for (const mrkdwn of mrkdwnOf(report)) expect(mrkdwn, name).toMatch(/\*Next\* ./);
    }
  });

  it('leaves what it means and what to do in the failed step', () => {
    for (const { name, draft } of drafts.filter(({ draft: { text: told } }) =>
      /^\*[A-Z][\w ]* failed\*\n/.test(told),
    ))
      for (const mrkdwn of mrkdwnOf(draft)) {
        expect(mrkdwn, name).toMatch(/\*Means\* ./);
        expect(mrkdwn, name).toMatch(/\*Next\* ./);
      }
  });

  it('closes every block of code', () => {
    for (const { name, draft } of drafts)
      for (const mrkdwn of mrkdwnOf(draft))
        expect(mrkdwn.split('```').length % 2, `${name} ${draft.key}: ${mrkdwn.slice(-100)}`).toBe(1);
  });

  it('makes no message that Slack refuses', () => {
    for (const { name, draft } of drafts) {
      expect(draft.text.length).toBeLessThanOrEqual(4_000);
      expect(validateBlocks(draft.blocks, 'message'), `${name} ${draft.key}`).toEqual([]);
    }
  });
});

it('a log of 20 lines of 100 kB is told from its end', () => {
  const logs = Array.from({ length: 20 }, (_, index) => `line ${index} ${'y'.repeat(100_000)}`);
  const operation = stories({ ...usual, failure: { ...usual.failure, logs } })['never ready'];
  const text = threadOf(operation!).find(({ key }) => key === 'candidate')?.text ?? '';
  expect(text).toContain('line 19');
  expect(text).not.toContain('line 0 ');
});

describe('mrkdwn', () => {
  it.each([
    ['a & b', 'a &amp; b'],
    ['<!channel>', '&lt;!channel&gt;'],
    ['&lt;', '&amp;lt;'],
    ['a\u0000\u001b\u009bb\nc', 'ab\nc'],
    ['a\tb', 'a b'],
    ['a\ud800b🚢\udc00', 'ab🚢'],
    ['\u202ea\u2066b', 'ab'],
  ])('of %j is %j', (text, escaped) => {
    expect(escape(text)).toBe(escaped);
  });

  it('keeps code in its ticks', () => {
    expect(code('a`b\nc<d')).toBe("`a'b c&lt;d`");
    expect(pre(['```', 'b'])).toBe("```\n'''\nb\n```");
    expect(pre(['x'.repeat(400)])).toHaveLength(300 + '```\n\n```'.length);
    expect(pre(['first', 'x'.repeat(100)], 100)).not.toContain('first');
  });

  it('links only what is an address', () => {
    expect(link('https://x.example/a?b=c&d')).toBe('<https://x.example/a?b=c&d>');
    expect(link('javascript:alert(1)')).toBe('javascript:alert(1)');
    expect(link('https://x.example/|y>')).toBe('https://x.example/|y&gt;');
    expect(link('https://x.example/ <!here>')).toBe('https://x.example/ &lt;!here&gt;');
  });

  it('clips to what there is room for', () => {
    expect(clip('abc', 3)).toBe('abc');
    expect(clip('abcd', 3)).toBe('ab…');
    expect(clip('a🚢🚢', 3)).toBe('a…');
    expect(brief('&&&', 12)).toBe('&amp;&amp;…');
    expect(brief('<<<<', 300)).toBe('&lt;&lt;&lt;&lt;');
    for (const text of nasty) expect(brief(text, 50).length).toBeLessThanOrEqual(50);
  });

  it.each([
    [0, '0 ms'],
    [12.4, '12 ms'],
    [840, '840 ms'],
    [12_000, '12 s'],
    [80_000, '1 m 20 s'],
    [3_725_000, '1 h 2 m'],
  ])('tells %s ms as %j', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });
});

describe('a refusal', () => {
  it.each(nasty)('with %j is said in words that Slack takes, and rings for nobody', (text) => {
    const answer = refused(refusal('USAGE', `I read “${text.slice(0, 60)}”.`, '/deploy backend staging'));
    expect(validateBlocks(answer.blocks, 'message')).toEqual([]);
    expect(answer.text).not.toMatch(/<[@!#]/);
    expect(answer.text).toContain('USAGE');
    expect(answer.text).toContain('For example `/deploy backend staging`');
  });
});
