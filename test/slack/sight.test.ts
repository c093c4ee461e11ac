import { expect, it } from 'vitest';
import type { Blindness } from '../../src/domain/monitor/sight.ts';
import { sightThreadOf } from '../../src/slack/messages/sight.ts';
import { began } from '../support/operations.ts';
import { blindFor } from '../support/statuses.ts';

const texts = (more?: Partial<Blindness>) => sightThreadOf(blindFor(more)).map(({ text }) => text);

it('a prober that sees nothing is told of in one message, with why and what to do', () => {
  const [root = '', ...replies] = texts();
  expect(root).toMatch(/^\*The prober is at fault\* · backend, auth in staging · \*sees nothing\* since /);
  expect(root).toContain('*Looks like* `PROBER_DNS`');
  expect(root).toContain('*Next* ');
  expect(root).toContain('No service is blamed');
  expect(replies).toEqual([]);
  expect(texts({ diagnoses: [] })[0]).toContain('*Next* The log of the worker');
});

it('its end is a reply, which is kept up to date', () => {
  const over = { endedAt: began + 40_000 };
  expect(texts(over)[0]).toContain('*saw nothing* for 40 s');
  expect(texts(over)[1]).toBe('*It sees again* after 40 s');
  expect(texts({ times: 2 })[1]).toMatch(/^\*It sees nothing again\* since .*this happened 2 times$/);
  expect(texts({ times: 2, ...over })[1]).toBe('*It sees again* after 40 s; this happened 2 times');
});

it('names from outside are escaped, and many are cut', () => {
  const nasty = '<!channel> & *bold*';
  const [root = ''] = texts({ services: Array.from({ length: 40 }, () => nasty), environment: nasty });
  expect(root).not.toContain('<!channel>');
  expect(root).toContain('and 28 more');
});
