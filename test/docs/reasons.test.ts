import { describe, expect, it } from 'vitest';
import { type ReasonCode, reasonCodes, reasons } from '../../src/domain/reasons.ts';
import { read } from './documents.ts';

const sections = read('docs/reasons.md')
  .split(/^## /m)
  .slice(1)
  .map((section) => {
    const part = (label: string) => new RegExp(`^- \\*\\*${label}:\\*\\* (.+)$`, 'm').exec(section)?.[1];
    return {
      code: section.slice(0, section.indexOf('\n')),
      means: part('Means'),
      next: part('Next'),
      appears: part('Appears'),
    };
  });

describe('docs/reasons.md', () => {
  it('has each code of the registry once, in its order', () => {
    expect(sections.map(({ code }) => code)).toEqual(reasonCodes);
  });

  it.each(sections)('says of $code what the registry says, and where it appears', (section) => {
    const { meaning, next } = reasons[section.code as ReasonCode];
    expect(section).toMatchObject({ means: meaning, next });
    expect(section.appears).toBeDefined();
  });
});
