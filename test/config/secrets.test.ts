import { expect, test } from 'vitest';
import { describeConfig, formatProblems } from '../../src/config/index.ts';
import { brief, changed, configOf, ENV, problemsOf, SMALL } from './support.ts';

const TOKEN = 'xoxb-1234-Very-Secret';

const printed = (content: string, env: Record<string, string> = ENV): string => {
  const problems = problemsOf(content, { env });
  expect(problems.length).toBeGreaterThan(0);
  return formatProblems(problems) + JSON.stringify(problems);
};

const PLACES: readonly (readonly [name: string, content: string])[] = [
  ['as a literal token', `slack: { botToken: ${TOKEN} }\n${SMALL}`],
  ['as a list of tokens', `slack: { botToken: [${TOKEN}] }\n${SMALL}`],
  ['beside a reference', `slack: { appToken: "\${env:SLACK_APP_TOKEN}${TOKEN}" }\n${SMALL}`],
  ['as that of GitHub', `github: { token: ${TOKEN} }\n${SMALL}`],
  ['beside that of GitHub', `github: { token: "\${env:HOME}", ${TOKEN}: 1 }\n${SMALL}`],
  ['as the channel', changed('C0DEPLOYS', TOKEN)],
  ['as an unknown key', `${TOKEN}: 1\n${SMALL}`],
  ['as a name of a service', changed('  backend:', `  ${TOKEN}:`)],
  ['as a name of an environment', changed('  staging:', `  ${TOKEN}:`)],
  ['as a service of an environment', `${SMALL}    services: [${TOKEN}]\n`],
  ['in the URL of a repository', changed('https://github.com', `https://robot:${TOKEN}@github.com`)],
  ['in broken YAML', `slack: { botToken: "${TOKEN}\n${SMALL}`],
  ['in an unknown escape', `slack: "\\q${TOKEN}"\n${SMALL}`],
  ['as a tag', `slack: !${TOKEN} x\n${SMALL}`],
  ['as a key twice', `${TOKEN}: 1\n${TOKEN}: 2\n`],
  ['as an alias', `slack: *${TOKEN}\n${SMALL}`],
];

test.each(PLACES)('a token %s is never printed', (_name, content) => {
  expect(printed(content)).not.toContain('Very-Secret');
});

test.each([
  {
    kind: 'with white space',
    variable: 'SLACK_BOT_TOKEN',
    value: `${TOKEN}\n`,
    rest: 'a bot token (xoxb-…), found a value with white space in it (not shown)',
  },
  {
    kind: 'of the other kind',
    variable: 'SLACK_APP_TOKEN',
    value: TOKEN,
    rest: 'an app-level token (xapp-…), found another kind of value (not shown)',
  },
  {
    kind: 'that is empty',
    variable: 'SLACK_BOT_TOKEN',
    value: '',
    rest: 'a bot token (xoxb-…), found nothing',
  },
])('a token $kind is named, not shown', ({ variable, value, rest }) => {
  const env = { ...ENV, [variable]: value };
  expect(brief(problemsOf(SMALL, { env }))).toEqual([
    `: ${variable}: expected the environment variable ${variable} to hold ${rest}`,
  ]);
  expect(printed(SMALL, env)).not.toContain('Very-Secret');
});

test('a token that the file names has the place in the file', () => {
  const text = `slack:\n  botToken: \${env:TEAM_BOT}\n${SMALL}`;
  expect(brief(problemsOf(text))).toEqual([
    '2:13 slack.botToken: expected the environment variable TEAM_BOT to hold a bot token (xoxb-…), found nothing',
  ]);
});

test('a literal token is refused also where no token is needed', () => {
  const text = `slack:\n  botToken: ${TOKEN}\n${SMALL}`;
  expect(brief(problemsOf(text, { needs: [] }))).toEqual([
    '2:13 slack.botToken: expected exactly one ${env:NAME} (a token never stands in the file), found something else (not shown)',
  ]);
});

test('what a variable holds is not printed, whatever field it went to', () => {
  const env = { ...ENV, WRONG: 'hunter2-very-secret!' };
  const text = changed('project: chat-staging', 'project: ${env:WRONG}');
  expect(brief(problemsOf(text, { env }))).toEqual([
    '9:14 environments.staging.project: expected a Google Cloud project id such as chat-staging, found "${env:WRONG}" (the variable\'s value is not shown)',
  ]);
  expect(printed(text, env)).not.toContain('hunter2');
});

test('a password in REDIS_URL is not printed, right or wrong', () => {
  const wrong = { ...ENV, REDIS_URL: 'http://robot:very-secret@db:6379' };
  expect(printed(SMALL, wrong)).not.toContain('very-secret');
  const right = { ...ENV, REDIS_URL: 'rediss://robot:very-secret@db:6380/2?x=very-secret' };
  const config = configOf(SMALL, { env: right });
  expect(config.redisUrl).toBe(right.REDIS_URL);
  const shown = describeConfig(config);
  expect(shown).toContain('rediss://db:6380/2\n');
  expect(shown).not.toMatch(/very-secret|xoxb-|xapp-/);
});

test('signs that steer a terminal are shown as their numbers', () => {
  const shown = printed(changed('C0DEPLOYS', '"\\e[31mred\\u202e"'));
  expect(shown).toContain(String.raw`found "\u001b[31mred\u202e"`);
  expect(shown).not.toContain('\u001b');
});
