import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const tests = path.resolve(import.meta.dirname, '..');
const hook = /^(before|after)(Each|All)\(/m;

it('no helper has a hook of its own: it would run for the first file of a worker only', () => {
  expect(hook.test("import x from 'x';\nafterEach(() => {});")).toBe(true);
  const helpers = readdirSync(tests, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
  );
  expect(helpers).toContain(path.join('support', 'world.ts'));
  // `onTestFinished` in the function that opens something closes it, in every file.
  expect(helpers.filter((file) => hook.test(readFileSync(path.join(tests, file), 'utf8')))).toEqual([]);
});
