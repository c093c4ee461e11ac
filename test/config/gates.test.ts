import { describe, expect, test } from 'vitest';
import { loadConfig, targetOf } from '../../src/config/index.ts';
import { brief, changed, changedExample, configOf, ENV, problemsOf, SMALL } from './support.ts';

/** The small file with these lines at the end of staging, and a production after it. */
function staging(...lines: readonly string[]): string {
  return `${SMALL}${lines.map((line) => `    ${line}\n`).join('')}  production:
    project: chat-production
    region: us-central1
`;
}
const gatesOf = (text: string) =>
  targetOf(configOf(text), { service: 'backend', environment: 'staging' })?.gates;

test('the rules of an environment come with its targets, in milliseconds', () => {
  const text = staging(
    'roles: { deploy: [U0DEVELOPER], rollback: [S0APPROVERS, U0OPERATOR] }',
    'freeze: [{ cron: "0 16 * * 5", lasts: 64h, zone: Europe/Berlin, reason: weekend }]',
    'after: production',
  );
  expect(gatesOf(text)).toEqual({
    roles: { deploy: ['U0DEVELOPER'], rollback: ['S0APPROVERS', 'U0OPERATOR'] },
    freeze: [{ cron: '0 16 * * 5', lastsMs: 64 * 3_600_000, zone: 'Europe/Berlin', reason: 'weekend' }],
    after: 'production',
  });
  expect(gatesOf(SMALL)).toEqual({ roles: {}, freeze: [] });
});

test.each([
  ['approval: { by: [U0OPERATOR] }', []],
  ['approval: {}', ['roles: { approve: [U0OPERATOR] }']],
])('approvers stand in one of two places: %s', (line, more) => {
  const text = staging(line, ...more);
  expect(gatesOf(text)?.roles.approve).toEqual(['U0OPERATOR']);
  expect(configOf(text).environments['staging']?.approval?.by).toEqual(['U0OPERATOR']);
});

const cron =
  'expected five fields (minute, hour, day of month, month, day of week) that come again and again, such as 0 16 * * 5';
const freeze = (more: string) => staging(`freeze: [{ reason: weekend, ${more} }]`);

describe('a rule that cannot be is one problem at its place', () => {
  test.each([
    [
      'a minute that is none',
      freeze('cron: "61 * * * *"'),
      `11:39 environments.staging.freeze[0].cron: ${cron}, found "61 * * * *"`,
    ],
    [
      'seconds',
      freeze('cron: "0 0 16 * * 5"'),
      `11:39 environments.staging.freeze[0].cron: ${cron}, found "0 0 16 * * 5"`,
    ],
    [
      'a day that never comes',
      freeze('cron: "0 0 30 2 *"'),
      `11:39 environments.staging.freeze[0].cron: ${cron}, found "0 0 30 2 *"`,
    ],
    [
      'an unknown zone',
      freeze('cron: "0 16 * * 5", zone: Mars/Base'),
      '11:59 environments.staging.freeze[0].zone: expected an IANA time zone such as Europe/Berlin, found "Mars/Base"',
    ],
    [
      'no reason',
      staging('freeze: [{ cron: "0 16 * * 5" }]'),
      '11:14 environments.staging.freeze[0].reason: expected a text of 1 to 200 characters on one line such as weekend, found nothing',
    ],
    [
      'an environment nobody knows',
      staging('after: prodcution'),
      '11:12 environments.staging.after: expected the name of another environment (did you mean production?), found "prodcution"',
    ],
    [
      'itself',
      staging('after: staging'),
      '11:12 environments.staging.after: expected the name of another environment, found "staging"',
    ],
    [
      'a role nobody knows',
      staging('roles: { ship: [U0OPERATOR] }'),
      '11:14 environments.staging.roles.ship: expected one of deploy, approve, rollback, lock, found the unknown key "ship"',
    ],
    [
      'a role for nobody',
      staging('roles: { lock: [] }'),
      '11:20 environments.staging.roles.lock: expected at least 1 entry, found an empty list',
    ],
    [
      'a name instead of an id',
      staging('roles: { lock: [reviewer] }'),
      '11:21 environments.staging.roles.lock[0]: expected a Slack user id (U…, W…) or user group id (S…) such as S0APPROVERS, found "reviewer"',
    ],
    [
      'approvers twice',
      staging('approval: { by: [U0OPERATOR] }', 'roles: { approve: [U0OPERATOR] }'),
      '11:17 environments.staging.approval.by: expected approvers in one place, found both approval.by and roles.approve',
    ],
    [
      'an approval by nobody',
      staging('approval: { expires: 1h }'),
      '11:5 environments.staging.approval.by: expected at least one approver, here or in roles.approve, found nothing',
    ],
    [
      'a service that is called like a word of the command',
      changed('  backend:', '  lock:'),
      '3:3 services.lock: expected a name that means nothing else behind /deploy (not can-i, plan, infrastructure, history, status, lock, unlock, lift, help, all), found "lock"',
    ],
  ])('%s', (_, text, problem) => {
    expect(brief(problemsOf(text))).toEqual([problem]);
  });
});

test('an order that leads back to its beginning has no first environment', () => {
  const text = `${staging('after: production')}    after: staging\n`;
  const problems = brief(problemsOf(text));
  expect(problems).toHaveLength(2);
  for (const problem of problems) expect(problem).toContain('an order with a first environment');
});

test.each([
  ['itself', 'after: [backend]', 'the name of another service'],
  ['one that is not there', 'after: [bakend, nobody]', 'the name of another service'],
])('a service does not come after %s', (_, line, problem) => {
  const text = changed('  backend:\n', `  backend:\n    ${line}\n`);
  const [found, ...others] = brief(problemsOf(text));
  expect(others).toEqual([]);
  expect(found).toContain(`services.backend.after: expected ${problem}`);
});

test('services that wait for each other have no first', () => {
  const more =
    'auth:\n    after: [backend]\n    build: { repository: https://github.com/e/c.git, image: us-docker.pkg.dev/p/a/auth }\n  backend:\n    after: [auth]\n';
  const problems = brief(problemsOf(changed('backend:\n', more)));
  expect(problems).toHaveLength(2);
  for (const problem of problems) expect(problem).toContain('an order with a first service');
});

test('the lines that the example leaves out are right', () => {
  const file = changedExample((yaml) => yaml.replace(/^( +)# (after:|freeze:| {2}- \{ cron)/gm, '$1$2'));
  const result = loadConfig({ file, env: ENV });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  expect(result.config.environments['production']?.gates).toMatchObject({
    after: 'staging',
    freeze: [{ lastsMs: 64 * 3_600_000, zone: 'Europe/Berlin' }],
  });
});
