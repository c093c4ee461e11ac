import { expect, test } from 'vitest';
import { formatProblems } from '../../src/config/index.ts';

const problem = {
  file: 'slipway.yaml',
  line: 3,
  column: 5,
  path: 'services.backend',
  message: 'expected a mapping, found nothing',
  example: 'backend:',
};

test('the place comes first, so that editors can jump there', () => {
  const variable = { ...problem, file: 'environment', line: undefined, column: undefined, path: 'REDIS_URL' };
  expect(formatProblems([problem, { ...problem, path: '' }, variable])).toBe(
    [
      'slipway.yaml:3:5: services.backend: expected a mapping, found nothing',
      '    example: backend:',
      'slipway.yaml:3:5: expected a mapping, found nothing',
      '    example: backend:',
      'environment: REDIS_URL: expected a mapping, found nothing',
      '    example: backend:',
      '3 problems',
      '',
    ].join('\n'),
  );
});

test('no problems are no text, one is one', () => {
  expect(formatProblems([])).toBe('');
  expect(formatProblems([problem]).endsWith('\n1 problem\n')).toBe(true);
});

test('a flood is cut, and its size told', () => {
  const text = formatProblems(Array<typeof problem>(1_000).fill(problem));
  expect(text.split('\n').length).toBe(202);
  expect(text.endsWith('\n1000 problems, the first 100 shown\n')).toBe(true);
});

test('a file name cannot steer the terminal', () => {
  expect(formatProblems([{ ...problem, file: '\u001b[2J' }])).not.toContain('\u001b');
});
