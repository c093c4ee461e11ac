import { expect, it } from 'vitest';
import { writing } from '../../src/cloud/errors.ts';
import { latch } from '../support/latch.ts';

it('a write under way is waited for when its worker is asked to end', async () => {
  const stop = new AbortController();
  const heard: string[] = [];
  const answer = latch();
  const call = async () => answer.opened.then(() => heard.push('answer'));
  const written = writing('Writing', call, stop.signal).catch(() => heard.push('let go'));
  stop.abort(new Error('shutdown'));
  setImmediate(answer.open);
  await written;
  expect(heard).toEqual(['answer', 'let go']);
});

it('a write that nobody answers is let go, so that the rest is handed over in order', async () => {
  const stop = new AbortController();
  const written = writing('Writing', async () => latch().opened, stop.signal);
  stop.abort(new Error('shutdown'));
  await expect(written).rejects.toThrow('shutdown');
});
