import type { TableBlock } from '@slack/types';
import type { Check } from '../../domain/results.ts';
import { brief, duration } from './mrkdwn.ts';
import { table } from './table.ts';

/** More checks than this stand in the table only. */
const mostLines = 10;

/** `GET /health: healthy, 5 of 5 as expected, median 12 ms`, one line a check. */
export function checkLines(checks: readonly Check[]): readonly string[] {
  const more = checks.length - mostLines;
  return [...checks.slice(0, mostLines).map(checkLine), ...(more > 0 ? [`and ${more} more`] : [])];
}

function checkLine(check: Check): string {
  const passed = check.samples - check.failures;
  const speed = check.medianMs === undefined ? '' : `, median ${duration(check.medianMs)}`;
  return `${brief(check.name, 100)}: ${check.verdict}, ${passed} of ${check.samples} as expected${speed}`;
}

export function checkTable(checks: readonly Check[]): TableBlock {
  const rows = checks.map((check) => [
    check.name,
    check.expected,
    check.verdict,
    `${check.samples - check.failures} of ${check.samples}`,
    check.medianMs === undefined ? '–' : duration(check.medianMs),
  ]);
  return table(['Check', 'Expected', 'Verdict', 'Passed', 'Median'], rows);
}
