import type { ReportFormat, SuitePlan } from '../../src/domain/suite/plan.ts';

/** Shorter values are words such as `staging`, and hiding them would hide what is told. */
const shortestSecret = 8;

/** Takes the values of the suite's own variables out of what it says: any of them may be a secret. */
export function hiding({ env }: SuitePlan): (text: string) => string {
  const values = Object.values(env)
    .filter((value) => value.length >= shortestSecret && !isPublic(value))
    .toSorted((a, b) => b.length - a.length);
  return (text) => values.reduce((hidden, value) => hidden.replaceAll(value, '(hidden)'), text);
}

/** An address without anything that only some may know. */
function isPublic(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password, search } = new URL(value);
  return /^(?:https?|wss?):$/.test(protocol) && username + password + search === '';
}

/** `${operation}` in an argument or a path. */
export function told(text: string, operation: string): string {
  return text.replaceAll('${operation}', operation);
}

/** The arguments that make a suite run only these tests, by their ids; none where it cannot be told which. */
export function onlyArgs(plan: SuitePlan, ids: readonly string[]): readonly string[] {
  const { rerun = [], report } = plan;
  const tests = joined(ids.map(testOf), report.format);
  if (tests === '') return [];
  return rerun.map((argument) => argument.replaceAll('${tests}', tests));
}

/** Of `module › test` the test. */
function testOf(id: string): string {
  return id.slice(id.indexOf(' › ') + 3);
}

/**
 * As `-k` of pytest reads it (https://docs.pytest.org/en/stable/how-to/usage.html: names with `or`; of a parametrized
 * test the name before its brackets), and as patterns are written for jest and node:test.
 */
function joined(tests: readonly string[], format: ReportFormat): string {
  if (format === 'junit' || format === 'pytest') {
    const names = tests.map((test) => (test.split('::').at(-1) ?? test).replace(/\[.*$/s, ''));
    return [...new Set(names.filter((name) => /^\w[\w.-]*$/.test(name)))].join(' or ');
  }
  const last = tests.map((test) => test.split(' › ').at(-1) ?? test);
  return [...new Set(last.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))].join('|');
}
