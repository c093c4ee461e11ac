import stripAnsi from 'strip-ansi';
import type { SuitePlan } from '../../src/domain/suite/plan.ts';
import { hiding } from './words.ts';

const longest = 150;
/** TAP, pytest -v, and the marks of jest, vitest, mocha and node:test. */
const good = /^\s*ok\b|\bPASSED\b|^\s*[✓✔]/;
const bad = /^\s*not ok\b|\b(?:FAILED|ERROR)\b|^\s*[✕✗✖×]/;

/** What a suite does now, from what it says: how many tests have ended, and its last line, without what is hidden. */
export function progressOf(plan: SuitePlan): (line: string) => string | undefined {
  const hide = hiding(plan);
  const counts = { passed: 0, failed: 0 };
  return (line) => {
    const text = hide(stripAnsi(line.slice(0, 2_000)).replace(/\p{Cc}/gu, ' ')).trim();
    // A report on stdout is read when it is whole.
    if (text === '' || /^[<{[]/.test(text)) return undefined;
    if (bad.test(text)) counts.failed += 1;
    else if (good.test(text)) counts.passed += 1;
    const { passed, failed } = counts;
    const ended = passed + failed === 0 ? '' : `${passed} passed, ${failed} failed · `;
    return `${ended}${text.slice(0, longest)}`;
  };
}
