import { expect, test } from 'vitest';
import { loadConfig, targetOf } from '../../src/config/index.ts';
import { changedExample, ENV as env } from './support.ts';

function load(lines: readonly string[]) {
  const text = `    loadBalancer:\n${lines.map((line) => `      ${line}\n`).join('')}  production:\n`;
  return loadConfig({
    needs: [],
    file: changedExample((yaml) => yaml.replace('  production:\n', text)),
    env,
  });
}

const target = (result: ReturnType<typeof load>, service: string) =>
  result.ok ? targetOf(result.config, { service, environment: 'staging' }) : undefined;

test('a service that is named is reached through it, the others directly', () => {
  const result = load(['urls: { backend: "https://chat.example.com" }', 'timeout: 24h', 'serverless: false']);
  expect(target(result, 'backend')?.front).toEqual({
    url: 'https://chat.example.com',
    timeoutMs: 86_400_000,
    serverless: false,
  });
  expect(target(result, 'auth')?.front).toBeUndefined();
});

test('it is a serverless backend with the usual time-out unless the file says otherwise', () => {
  const result = load(['urls: { backend: "https://chat.example.com" }']);
  expect(target(result, 'backend')?.front).toMatchObject({ timeoutMs: 30_000, serverless: true });
});

test.each([
  [['urls: { backned: "https://chat.example.com" }'], 'urls.backned', 'did you mean backend?'],
  [['urls: { backend: "https://chat.example.com/path" }'], 'urls.backend', 'without a path'],
  [['urls: { backend: "http://chat.example.com" }'], 'urls.backend', 'https://'],
  [['urls: {}', 'timeout: 25h'], 'timeout', 'to 1d'],
  [['timeout: 30s'], 'urls', 'urls'],
])('%j is refused at its place', (lines, place, words) => {
  const result = load(lines);
  expect(result.ok).toBe(false);
  if (result.ok) return;
  const [problem, ...more] = result.problems;
  expect(more).toEqual([]);
  expect(problem?.path).toBe(`environments.staging.loadBalancer.${place}`);
  expect(`${problem?.message} ${problem?.example}`).toContain(words);
  expect(problem?.line).toBeGreaterThan(0);
});
