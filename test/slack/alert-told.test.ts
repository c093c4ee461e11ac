import { describe, expect, it } from 'vitest';
import { validateBlocks } from '../../src/sandbox/slack/index.ts';
import type { AlertFacts } from '../../src/slack/messages/alert/root.ts';
import { alertThreadOf } from '../../src/slack/messages/alert/thread.ts';
import { alertStories, usualFacts } from '../support/alert-stories.ts';
import { after, facts } from '../support/alerts.ts';
import { stories } from '../support/stories.ts';

const known = alertStories();
const thread = (name: string, around: AlertFacts = facts) => alertThreadOf(known[name]!, around);
const lines = (name: string, around?: AlertFacts) => thread(name, around)[0]!.text.split('\n');
const line = (word: string, name: string, around?: AlertFacts) =>
  lines(name, around).filter((each) => each.startsWith(`*${word}*`));

const { succeeded, building, unhealthy } = stories() as Record<string, NonNullable<AlertFacts['rollback']>>;
const rollback = { ...succeeded!, id: 'staging-43' };

describe('the root of an alert says of its rollback', () => {
  it.each<[string, string, AlertFacts, readonly string[]]>([
    ['nothing where there is none', 'firing', facts, []],
    ['that it is to come', 'taken back soon', facts, ['*Rollback* staging #43 is to be taken back']],
    [
      'that it did not come',
      'not taken back',
      facts,
      ['*Rollback* staging #43 was not taken back by itself: people decide'],
    ],
    [
      'what a trial would have done',
      'would have been taken back',
      facts,
      ['*Rollback* staging #43 would have been taken back'],
    ],
    [
      'which operation is on its way',
      'rolled back',
      { ...usualFacts, rollback: { ...building!, id: 'staging-43' } },
      ['*Rollback* <https://chat.example/archives/C0DEPLOYS/p1|staging #43> takes users back: on its way'],
    ],
  ])('%s', (...[, name, around, expected]) => {
    expect(line('Rollback', name, around)).toEqual(expected);
  });

  it('how it ended, also when the alert is over', () => {
    for (const name of ['rolled back', 'rolled back and resolved'])
      expect(line('Rollback', name, { ...facts, rollback })[0]).toMatch(
        /^\*Rollback\* staging #43: succeeded in 13 s, <!date/,
      );
  });
});

describe('lately', () => {
  it('tells of deploys that failed and of what goes on, each with its thread', () => {
    const links = { 'staging-42': 'https://chat.example/archives/C0DEPLOYS/p2' };
    const lately = [building!, unhealthy!];
    expect(lines('firing', { ...facts, lately, links }).filter((each) => each.startsWith('•'))).toEqual([
      expect.stringMatching(/^• <https:.*p2\|staging #42> deploy by reviewer: under way, asked for <!date/),
      expect.stringMatching(
        /^• <https:.*\|staging #42> deploy by reviewer: failed at Prove after .*, <!date/,
      ),
    ]);
  });

  it('leaves out the rollback that has a line of its own', () => {
    expect(line('Lately', 'rolled back', { ...facts, rollback, lately: [rollback] })).toEqual([]);
    expect(line('Lately', 'firing')).toEqual(['*Lately* nothing that slipway did here']);
  });
});

describe('an alert whose rule is gone', () => {
  it('is closed, and says why and what to do', () => {
    const [root, reply] = thread('closed');
    expect(root!.text.split('\n')[0]).toMatch(/\*closed\* after 9 m 30 s: its rule is gone `RULE_REMOVED`$/);
    expect(line('Measured', 'closed')[0]).toContain('*Measured* last 34 %');
    expect(reply!.text).toContain('*Closed* after 9 m 30 s `RULE_REMOVED`');
    expect(reply!.text).toContain('*Next* Nothing to do if that was meant.');
  });
});

describe('checks that somebody asked for', () => {
  const charts = [
    { words: 'last hour: 99 % of 720 samples available', fileId: 'F0HOUR0000' },
    { words: 'last 7 days: nothing was measured' },
  ];

  it('are a reply in words, with the charts that Slack has', () => {
    const reply = thread('checked', { ...facts, checks: { [after(2)]: charts } })[1]!;
    expect(reply.text).toMatch(/^\*Checks\* at <!date[^>]*>, asked for by reviewer\n• last hour: 99 %/);
    expect(reply.text).toContain('\n• last 7 days: nothing was measured');
    expect(reply.blocks.slice(1)).toEqual([
      { type: 'image', slack_file: { id: 'F0HOUR0000' }, alt_text: charts[0]!.words },
    ]);
    expect(validateBlocks(reply.blocks, 'message')).toEqual([]);
  });

  it('are told even when there is nothing to be told', () => {
    expect(thread('checked')[1]!.text).toMatch(/asked for by reviewer$/);
  });
});
