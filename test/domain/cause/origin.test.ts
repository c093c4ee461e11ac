import { describe, expect, it } from 'vitest';
import { causeParts, originText } from '../../../src/domain/cause/origin.ts';

describe('where a cause comes from', () => {
  it('is the revision and what it changed, in words', () => {
    const changes = [
      { field: 'image', before: 'sha256:1', after: 'sha256:2' },
      { field: 'commits', before: 'a', after: 'b' },
      { field: 'env E2E_TEST_ENV', after: 'added' },
      { field: 'env OLD', after: 'removed' },
      { field: 'secret KEY', after: 'key:latest' },
      { field: 'memory', before: '512Mi', after: '1Gi' },
      { field: 'CPU', before: '1' },
    ];
    expect(originText({ revision: 'backend-r42', changes })).toBe(
      'in revision backend-r42, which changed: image, env E2E_TEST_ENV added, env OLD removed, secret KEY added, memory 512Mi → 1Gi, CPU removed',
    );
  });

  it('says how much is not told, and what is not known it does not say', () => {
    const changes = Array.from({ length: 11 }, (_, each) => ({ field: `env V${each}`, after: 'added' }));
    expect(originText({ revision: 'b', changes })).toMatch(/env V7 added and 3 more$/);
    expect(originText({ revision: 'b', changes: [] })).toBe('in revision b, which changed nothing');
    expect(originText({ revision: 'b' })).toBe('in revision b');
    expect(originText({ at: '/app/a.py:1' })).toBe('');
  });

  it('is kept with the cause, and without one is nothing', () => {
    const known = { name: 'x', meaning: 'It means.', advice: 'Do.' };
    expect(causeParts({ error: 'E: x', at: '/app/a.py:1', known }, { revision: 'b' })).toEqual({
      cause: 'E: x',
      origin: { at: '/app/a.py:1', means: 'It means.', revision: 'b' },
    });
    expect(causeParts({ error: 'E: x' })).toEqual({ cause: 'E: x' });
    expect(causeParts(undefined, { revision: 'b' })).toEqual({});
  });
});
