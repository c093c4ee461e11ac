import { describe, expect, it } from 'vitest';
import { draftOf, textOf } from '../support/drafts.ts';

describe('a countdown', () => {
  it('tells what was measured, when users go back and where to', () => {
    const text = textOf('counting down', 'countdown-1');
    expect(text).toMatch(
      /^Going back in 30 s, at <!date\^1767607242\^{time_secs}\|10:00:42 UTC>: at 50 % of/,
    );
    expect(text).toContain('HTTP 5xx went over the limit');
    expect(text).toContain('Measured HTTP 5xx: 31 % (limit 20 %, 120 samples): fired');
    expect(text).toContain('Users go back to backend-00136-xyz 100 %');
    expect(text).not.toContain('Now');
  });

  it('goes down, tells what is measured now, and leaves the other messages as they are', () => {
    const text = textOf('counted down a little', 'countdown-1');
    expect(text).toContain('Going back in 28 s, at <!date^1767607242^');
    expect(text).toContain('Now HTTP 5xx: 28 %');
    for (const key of ['root', 'shift'])
      expect(draftOf('counted down a little', key)).toEqual(draftOf('counting down', key));
  });

  it.each(['root', 'countdown-1'])('has the two buttons at the %s', (key) => {
    const [actions] = draftOf('counting down', key).blocks.filter((block) => block.type === 'actions');
    const texts = actions!.elements.map((element) => ('text' in element ? element.text.text : ''));
    expect(texts).toEqual(['Keep', 'Roll back now']);
  });

  it('tells how it ended', () => {
    expect(textOf('kept', 'countdown-1')).toMatch(/^Kept by reviewer after 1 s: HTTP 5xx takes nobody back/);
    expect(textOf('not waited for', 'countdown-1')).toMatch(/^Going back at once by reviewer: at 50 %/);
    expect(textOf('counted down', 'countdown-1')).toMatch(
      /^Going back: nobody kept it in the 30 s there were/,
    );
  });

  it('is in the report with who kept it, or with how long everything took', () => {
    expect(textOf('kept and succeeded', 'report')).toContain(
      'Triggers At 50 %: HTTP 5xx: 31 % (limit 20 %, 120 samples) · HTTP 5xx kept by reviewer',
    );
    expect(textOf('kept and succeeded', 'report')).not.toContain('Times');
    for (const key of ['restore', 'report'])
      expect(textOf('counted down', key)).toMatch(
        /Times began <!date\^1767607211\^{time_secs}\|10:00:11 UTC>, known after 1 s, countdown 2 s, users back after 2 s/,
      );
  });
});
