import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../src/domain/operation.ts';
import { roundsMarkdown } from '../../../src/domain/rounds/markdown.ts';
import { validateBlocks } from '../../../src/sandbox/slack/index.ts';
import { roundsMarkdownAnswer } from '../../../src/slack/messages/rounds/private.ts';
import { roundsThreadOf } from '../../../src/slack/messages/rounds/thread.ts';
import { actionsOf } from '../../support/buttons.ts';
import { mrkdwnOf, nasty } from '../../support/nasty.ts';
import {
  allDone,
  asked,
  begin,
  broken,
  end,
  guarded,
  requested,
  started,
  told,
  type Untimed,
} from '../../support/operations.ts';
import {
  deployWith,
  failedTest,
  green,
  idOf,
  round,
  roundAsked,
  roundEnded,
  roundsOf,
  roundsRequested,
  roundStarted,
  suiteRun,
  summary,
} from '../../support/rounds.ts';

const parent = (number: number) => ({ operation: 'staging-42', round: number });
const child = (number: number, ...events: readonly Untimed[]) =>
  told(requested({ number: 42 + number, parent: parent(number) }), started, ...events);
const building = child(2, ...allDone('preflight'), begin('build'));
const asking = told(
  { ...guarded, number: 44, parent: parent(2) },
  started,
  ...allDone('preflight', 'build'),
  begin('approval'),
  asked(),
);
const first = deployWith([suiteRun([idOf(1), idOf(3)])]);
const second = deployWith([suiteRun()], 44);
const locked = child(2, ...broken('preflight', 'LOCKED', { summary: 'load test' }), end('failed'));
const lockedSummary = summary({
  outcome: 'failed',
  code: 'LOCKED',
  modules: { green: 0, all: 0 },
  tests: { passed: 0, failed: 0, skipped: 0 },
  failing: [],
  findings: [],
});
const ended = (how: 'green' | 'max' | 'stalled' | 'stopped', rounds: number): readonly Untimed[] => [
  { type: 'step-finished', step: 'rounds', result: { rounds, end: how } },
  end(how === 'green' ? 'succeeded' : how === 'stopped' ? 'cancelled' : 'failed'),
];
const fixed = { ...green, fixed: [idOf(1), idOf(3)] };

const states: Readonly<Record<string, readonly [Operation, readonly Operation[]]>> = {
  begun: [roundsOf(), []],
  'in a round': [roundsOf(...round(1), roundStarted(2)), [first, building]],
  'waiting for an approval': [roundsOf(...round(1), roundStarted(2)), [first, asking]],
  'between rounds': [roundsOf(...round(1)), [first]],
  'asked for the next one': [roundsOf(...round(1), roundAsked(1)), [first]],
  'after a locked round': [roundsOf(...round(1), ...round(2, lockedSummary)), [first, locked]],
  green: [roundsOf(...round(1), ...round(2, fixed), ...ended('green', 2)), [first, second]],
  stopped: [roundsOf(...round(1), ...ended('stopped', 1)), [first]],
  stalled: [roundsOf(...round(1), ...round(2), ...ended('stalled', 2)), [first, deployWith([], 44)]],
  cancelled: [
    roundsOf(
      ...round(1),
      { type: 'cancelled', by: 'U0REVIEWER', byName: 'reviewer' },
      ...broken('rounds', 'CANCELLED').slice(1),
      end('cancelled'),
    ),
    [first],
  ],
};
const threadOf = (state: string) => roundsThreadOf(...states[state]!);
const text = (state: string, key: string) => threadOf(state).find((draft) => draft.key === key)?.text ?? '';
const buttons = (state: string) =>
  threadOf(state).flatMap(({ key, blocks }) =>
    actionsOf({ blocks } as never).map((action) => `${key} ${action}`),
  );

describe.each(Object.keys(states))('the thread of rounds that are %s', (state) => {
  it('is what Slack takes, and rings only for whoever must act', () => {
    for (const { key, blocks, text: told } of threadOf(state)) {
      expect(validateBlocks(blocks, 'message'), key).toEqual([]);
      expect(told.length).toBeLessThanOrEqual(4_000);
      if (!key.endsWith('/approval')) expect(told + JSON.stringify(blocks)).not.toMatch(/<[@!](?!date)/);
    }
  });
});

describe('the thread of rounds', () => {
  it('has a root, one reply a round, and the report at its end', () => {
    const keys = (state: string) => threadOf(state).map(({ key }) => key);
    expect(keys('in a round')).toEqual(['root', 'round-1', 'round-2']);
    expect(keys('green')).toEqual(['root', 'round-1', 'round-2', 'report']);
    // A message that is only redrawn rings for nobody.
    expect(keys('waiting for an approval')).toEqual(['root', 'round-1', 'round-2', 'round-2/approval']);
  });

  it('links its issue, and says what became of the comment there', () => {
    const url = 'https://github.com/example/chat/issues/128';
    const operation = told(
      roundsRequested({ issue: 128 }),
      started,
      ...round(1, green),
      ...ended('green', 1),
    );
    const comment = { kind: 'told', since: 0, tries: 1, nextAt: 0, url: `${url}#issuecomment-1` } as const;
    const drafts = roundsThreadOf(operation, [first], { url, told: comment });
    const textOf = (key: string) => drafts.find((draft) => draft.key === key)?.text;
    expect(textOf('root')).toContain(`issue <${url}|#128>`);
    expect(textOf('report')).toContain(`*Issue* <${url}|#128> resolved: all suites passed in round 1`);
    expect(textOf('report')).toContain('|Commented on #128>');
  });

  it('has the buttons where they act', () => {
    expect(buttons('begun')).toEqual(['root cancelled']);
    expect(buttons('in a round')).toEqual(['root cancelled', 'round-2 cancelled']);
    expect(buttons('between rounds')).toEqual(['root round-deploy', 'root round-again', 'root round-stop']);
    expect(buttons('waiting for an approval')).toEqual([
      'root cancelled',
      'round-2 approve',
      'round-2 reject',
      'round-2 cancelled',
    ]);
    expect(buttons('green')).toEqual([]);
  });

  it('tells what a round brought, and what the next one must', () => {
    expect(text('between rounds', 'root')).toContain('waits after round 1: 8 of 10 modules green');
    expect(text('between rounds', 'round-1')).toContain('*Finding* 2 tests: HTTP 403 at upgrade');
    expect(text('between rounds', 'round-1')).toContain(
      '*Expected of the next round* “HTTP 403 at upgrade” is gone · the 2 failing tests of 2 modules pass',
    );
    expect(text('green', 'round-2')).toContain('*Modules* 8 of 10 → 10 of 10 green');
    expect(text('green', 'round-2')).toContain('*Newly fixed* 2: test_1 › connects, test_3 › connects');
  });

  it('tells why a round could not begin', () => {
    const told = text('after a locked round', 'round-2');
    expect(told).toContain('*failed, LOCKED*');
    expect(told).toContain('load test `LOCKED`');
    expect(told).toContain('*Means* Somebody has locked the environment');
    expect(told).toContain('*Expected of the next round* `LOCKED` is gone');
  });

  it('ends with a report that ticks only what was measured', () => {
    expect(text('green', 'report')).toContain('✓ All tests of e2e pass: 10 of 10 modules');
    expect(text('green', 'report')).toContain('*Revision* `backend-r42-k3f9ab`');
    expect(text('stopped', 'report')).toContain('✗ All tests of e2e pass: 8 of 10 modules');
    expect(text('stalled', 'report')).toContain('the last two brought nothing new');
    expect(text('stalled', 'report')).toContain('*Next* mend “HTTP 403 at upgrade”, then');
    const loud = (state: string) => threadOf(state).filter(({ broadcast }) => broadcast);
    expect(loud('stalled').map(({ key }) => key)).toEqual(['report']);
    expect(loud('green')).toEqual([]);
  });

  it('is Markdown too', () => {
    const markdown = roundsMarkdown(...states['green']!);
    expect(markdown).toContain('| 1 | main | 8/10 | 8 | 2 | succeeded |  |');
    expect(markdown).toContain('- [x] All tests of e2e pass');
    expect(markdown).toContain('- backend: revision backend-r42-k3f9ab');
  });
});

describe.each(nasty.map((each) => [each.slice(0, 30), each]))('%j in what tests say', (_, outside) => {
  const many = Array.from({ length: 200 }, (__, index) => `${outside} ${index}`);
  const bad = summary({
    fixed: many,
    broken: many,
    failing: many,
    missing: many,
    flaky: many,
    findings: many.slice(0, 10).map((cause) => ({ cause, tests: many, excerpt: `${outside}\n`.repeat(50) })),
    problems: [{ suite: outside, code: 'SUITE_EXIT', summary: outside }],
  });
  const run = suiteRun([failedTest(outside)], {
    modules: many.map((name) => ({ name, passed: 0, failed: 1, skipped: 0, tookMs: 1 })),
  });
  const operation = roundsOf(roundStarted(1, 'deploy', outside), roundEnded(1, bad), ...ended('max', 1));
  const drafts = roundsThreadOf(operation, [deployWith([run])]);

  it('rings for nobody, closes its blocks of code and is taken by Slack', () => {
    for (const { key, blocks, text: told } of drafts) {
      expect(validateBlocks(blocks, 'message'), key).toEqual([]);
      expect(told.length).toBeLessThanOrEqual(4_000);
    }
    for (const draft of drafts)
      for (const mrkdwn of mrkdwnOf(draft)) {
        expect(mrkdwn).not.toMatch(/<[@!](?!date)/);
        expect(mrkdwn.split('```').length % 2, `${draft.key} ${mrkdwn.slice(-200)}`).toBe(1);
      }
    const answer = roundsMarkdownAnswer('staging-42', roundsMarkdown(operation, [deployWith([run])]));
    expect(validateBlocks(answer.blocks, 'message')).toEqual([]);
  });
});
