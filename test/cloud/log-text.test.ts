import { describe, expect, it } from 'vitest';
import { linesOf, mostLines } from '../../src/cloud/log-text.ts';

const text = (stringValue: string) => ({ stringValue });

describe('the lines of a log', () => {
  it('of several instances stand together by instance, those of who wrote last at the end', () => {
    const entries = [
      ['a', 'Traceback'],
      ['b', '\u001b[31mTraceback\u001b[0m'],
      ['a', '  File a'],
      ['b', '  File b\n\nErrorB'],
      ['a', 'ErrorA'],
    ].map(([instanceId = '', textPayload = '']) => ({ labels: { instanceId }, textPayload }));
    expect(linesOf(entries)).toEqual(['Traceback', '  File b', 'ErrorB', 'Traceback', '  File a', 'ErrorA']);
  });

  it('are the last ones, and none is long, however much there is', () => {
    const entries = Array.from({ length: 200 }, (_, each) => ({
      textPayload: `${each} ${'x'.repeat(200_000)}\n`.repeat(2) + `end ${each}`,
    }));
    const lines = linesOf(entries);
    expect(lines.length).toBeLessThanOrEqual(mostLines);
    expect(lines.at(-1)).toBe('end 199');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(2_000);
  });

  it('of a structured entry are its message and its traceback, in whatever field', () => {
    const err = { structValue: { fields: { stack: text('Error: x\n    at a (/app/a.js:1:2)') } } };
    expect(linesOf([{ jsonPayload: { fields: { message: text('start failed'), err } } }])).toEqual([
      'start failed',
      'Error: x',
      '    at a (/app/a.js:1:2)',
    ]);
    const gaveUp = { severity: 'CRITICAL' as const, jsonPayload: { fields: { message: text('gave up') } } };
    expect(linesOf([gaveUp])).toEqual(['FATAL: gave up']);
    expect(
      linesOf([{ jsonPayload: { fields: { level: { numberValue: 60 }, msg: text('gave up') } } }]),
    ).toEqual(['FATAL: gave up']);
    expect(linesOf([{ httpRequest: { status: 503 } }, { jsonPayload: {} }])).toEqual([]);
  });

  it('end where a structure is deeper than any logger makes it', () => {
    const deep = (left: number): object =>
      left === 0 ? text('x') : { structValue: { fields: { err: deep(left - 1) } } };
    expect(linesOf([{ jsonPayload: { fields: { err: deep(5_000) } } }])).toEqual([]);
  });
});
