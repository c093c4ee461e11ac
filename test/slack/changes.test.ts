import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/domain/change.ts';
import type { Risk } from '../../src/domain/risk.ts';
import { validateBlocks } from '../../src/sandbox/slack/index.ts';
import { planAnswer } from '../../src/slack/messages/plan.ts';
import { threadOf } from '../../src/slack/messages/thread.ts';
import { asked, begin, digest, guarded, stable, started, told } from '../support/operations.ts';

/** What who approves reads, and what who plans reads. */
function readers(changes: readonly Change[], risks: readonly Risk[] = []) {
  const split = `${stable} 100 %`;
  const shown = { digest, split, template: 'aaaa', changes: [...changes], risks: [...risks] };
  const thread = threadOf(told(guarded, started, begin('approval'), asked({ shown })));
  const plan = planAnswer({
    request: { services: ['backend'], environment: 'production', ref: 'main' },
    services: [{ service: 'backend', serving: split, changes, risks, steps: ['build'], after: [] }],
    decision: { kind: 'proceed', notes: [] },
  });
  const card = thread.find(({ key }) => key === 'approval');
  return { plan, card: { text: card!.text, blocks: [...card!.blocks] }, root: [...thread[0]!.blocks] };
}

const nasty = [
  '<!channel>',
  '<@U1>',
  '<https://evil.example|sre.example>',
  'a & b &lt;!here&gt;',
  '*bold* _it_ ~gone~',
  '`',
  '``` <!channel>',
  'a`b` `<!here>`',
  'a\nb\n*Approval needed* by nobody',
  '\u202e lennahc!',
  '🚢'.repeat(2_000),
  '&'.repeat(5_000),
  'x'.repeat(100_000),
];

describe.each(nasty.map((text) => [text.slice(0, 24), text]))('changes and risks with %j', (_, text) => {
  const changes: readonly Change[] = [
    { field: 'memory', before: text, after: text },
    { field: text, before: text },
    { field: `env ${text}`, after: text },
    { field: 'commits', before: text, after: text },
    { field: 'min instances', after: text },
  ];
  const { plan, card, root } = readers(changes, [{ flag: 'ENV_REMOVED', reason: text }]);

  it('ring for nobody, and hide no address', () => {
    for (const { text: said } of [plan, card]) {
      const marks = [...said.matchAll(/<[^>]*>?/g)].map(([mark]) => mark);
      const own = /^<(@U0REVIEWER|!subteam\^S0APPROVERS|!date\^\d+\^[^<]*)>$/;
      expect(marks.filter((mark) => !own.test(mark))).toEqual([]);
    }
  });

  it('stay on their lines, with values that stay code', () => {
    for (const { text: said } of [plan, card]) {
      const lines = said.split('\n').filter((line) => line.startsWith('• '));
      expect(lines).toHaveLength(5);
      // Whatever they hold, `a` → `b` is two pieces of code: nothing in them ends one early.
      expect(lines[0]).toMatch(/^• memory: `[^`]+` → `[^`]+`$/);
      expect(said.match(/^\*Risk\* /gm)).toHaveLength(1);
      expect(said.match(/^\*Approval needed\*/gm)?.length ?? 0).toBeLessThanOrEqual(1);
      expect(said.split('```')).toHaveLength(1);
    }
  });

  it('leave room for what stands around them, in messages that Slack takes', () => {
    expect(card.text).toContain('Use the buttons at the top of this thread until');
    expect(plan.text).toContain('*Gates* open.');
    for (const { text: said, blocks } of [plan, card]) {
      expect(said.length).toBeLessThanOrEqual(3_000);
      expect(validateBlocks(blocks, 'message')).toEqual([]);
    }
    expect(validateBlocks(root, 'message')).toEqual([]);
  });
});

describe('many changes', () => {
  const changes = Array.from(
    { length: 30 },
    (_, index): Change => ({ field: `env NAME_${index}`, after: 'added' }),
  );
  const lines = (text: string) => text.split('\n').filter((line) => line.startsWith('• '));

  it('are folded after twelve lines, with the number and the names of what is not shown', () => {
    for (const { text } of Object.values(readers(changes)).flatMap((each) =>
      'text' in each ? [each] : [],
    )) {
      expect(text).toContain('*Changes* 30');
      expect(lines(text)).toHaveLength(12);
      expect(lines(text).at(-1)).toBe('• env NAME_11: added');
      expect(text).toContain('and 18 more: env NAME_12, env NAME_13,');
    }
  });

  it('are not folded when there are twelve', () => {
    const { card } = readers(changes.slice(0, 12));
    expect(lines(card.text)).toHaveLength(12);
    expect(card.text).not.toContain(' more: ');
  });

  it('with long values are folded sooner, and none is cut in the middle', () => {
    const long = changes.map(({ field }) => ({ field, before: 'x'.repeat(5_000), after: 'y'.repeat(5_000) }));
    const { card } = readers(long);
    expect(lines(card.text).length).toBeGreaterThan(2);
    expect(lines(card.text).length).toBeLessThan(12);
    for (const line of lines(card.text)) expect(line).toMatch(/^• env NAME_\d+: `x+…` → `y+…`$/);
    expect(card.text).toContain(`and ${30 - lines(card.text).length} more: `);
  });

  it('and risks beyond eight are counted', () => {
    const risks = Array.from({ length: 11 }, (): Risk => ({ flag: 'ENV_REMOVED', reason: 'a name' }));
    const { card, plan } = readers(changes, risks);
    for (const { text } of [card, plan]) {
      expect(text.match(/^\*Risk\* `ENV_REMOVED` a name$/gm)).toHaveLength(8);
      expect(text).toContain('and 3 more risks');
    }
  });
});
