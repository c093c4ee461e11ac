import { expect, test } from 'vitest';
import { describeConfig, issuePlaceOf } from '../../src/config/index.ts';
import { brief, configOf, ENV, problemsOf, SMALL } from './support.ts';

const token = 'ghp_0123456789Very-Secret';
const env = { ...ENV, GITHUB_TOKEN: token };

test('the token comes from a variable, and is not shown', () => {
  const config = configOf(`github: { token: "\${env:GITHUB_TOKEN}", close: true }\n${SMALL}`, { env });
  expect(config.github).toEqual({ token, apiUrl: 'https://api.github.com', close: true });
  expect(describeConfig(config)).toContain('issues are commented on, closed when resolved');
  expect(describeConfig(config)).not.toContain('Very-Secret');
});

test('an issue is where the service is built from, or where the configuration says', () => {
  const request = { services: ['backend'], issue: 128 };
  expect(issuePlaceOf(configOf(SMALL), request)?.url).toMatch(/^https:\/\/github\.com\/.+\/issues\/128$/);
  const named = configOf(`github: { repository: a/b }\n${SMALL}`);
  expect(issuePlaceOf(named, request)?.url).toBe('https://github.com/a/b/issues/128');
  expect(issuePlaceOf(named, { services: ['backend'] })).toBeUndefined();
});

test.each([
  ['repository: nobody', 'github.repository: expected owner/name of a repository such as example/chat'],
  ['repository: a/..', 'github.repository: expected owner/name'],
  ['apiUrl: http://github.example.com/api/v3', 'github.apiUrl: expected https:// and a host'],
  ['apiUrl: "https://x@github.com"', 'github.apiUrl: expected https:// and a host'],
  ['close: maybe', 'github.close: expected true or false'],
  ['token: ghp_literal', 'github.token: expected exactly one ${env:NAME}'],
  [
    'token: "${env:GITHUB_TOKEN}"',
    'github.token: expected a variable that holds a token without white space',
  ],
])('%s is refused', (line, told) => {
  const broken = { ...ENV, GITHUB_TOKEN: 'two words' };
  const problems = brief(problemsOf(`github: { ${line} }\n${SMALL}`, { env: broken }));
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(told);
  expect(problems[0]).not.toContain('two words');
});
