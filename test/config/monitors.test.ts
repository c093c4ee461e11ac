import { describe, expect, test } from 'vitest';
import { brief, configOf, problemsOf, SMALL } from './support.ts';

const pages = 'pages:\n  operations: { slack: [S0APPROVERS] }\n';
const watched = (...lines: readonly string[]) =>
  `${SMALL}    monitors:\n${lines.map((line) => `      ${line}\n`).join('')}`;
const problems = (content: string) => brief(problemsOf(content)).map((each) => each.replace(/^\d+:\d+ /, ''));
const at = 'environments.staging.monitors';

describe('a team of a monitor', () => {
  test('is one of those under pages', () => {
    const file = watched(
      'escalate: { to: operations }',
      'rules: { timeouts: { page: operations }, serverErrors: { page: operations } }',
    );
    const policy = configOf(file + pages).environments['staging']?.monitors;
    expect(policy).toMatchObject({ escalateTo: 'operations' });
    expect(policy?.rules.find(({ symptom }) => symptom === 'timeouts')?.page).toBe('operations');
  });

  test('that a rule pages when it names none need not be there', () => {
    expect(problems(watched('on: true'))).toEqual([]);
  });

  test.each([
    [
      'a mistyped team of a rule',
      watched('rules: { timeouts: { page: operatons } }') + pages,
      `${at}.rules.timeouts.page: expected the name of a team under pages (did you mean operations?), found "operatons"`,
    ],
    [
      'nobody to escalate to',
      watched('escalate: { to: managers }') + pages,
      `${at}.escalate.to: expected the name of a team under pages, found "managers"`,
    ],
    [
      'no teams at all',
      watched('escalate: { to: operations }'),
      `${at}.escalate.to: expected the name of a team under pages, found "operations"`,
    ],
    [
      'what every object has',
      watched('rules: { journeys: { page: constructor } }') + pages,
      `${at}.rules.journeys.page: expected the name of a team under pages, found "constructor"`,
    ],
  ])('%s is one problem at its place', (_name, file, problem) => {
    expect(problems(file)).toEqual([problem]);
  });

  test('what can be no name is told once', () => {
    expect(problems(watched('escalate: { to: On Call }') + pages)).toHaveLength(1);
  });
});
