import type { TableBlock } from '@slack/types';
import { metricLabel } from '../../domain/validation/plan.ts';
import {
  type Change,
  verdictChanges,
  metricResult,
  type RecordedCheck,
  type ValidationRecord,
} from '../../domain/validation/record.ts';
import { causeLines } from './cause.ts';
import { brief, code, duration } from './mrkdwn.ts';
import { table } from './table.ts';

/** More than this of one kind stands in the table only. */
const mostFailures = 3;
const mostChecks = 16;
const mostChanges = 6;

const marks = { healthy: '✓', unhealthy: '✗', inconclusive: '?' } as const;

/** `backend: unhealthy, 7 of 9 checks healthy, 12 s` */
export function headline(name: string, record: ValidationRecord): string {
  const healthy = record.checks.filter(({ verdict }) => verdict === 'healthy').length;
  return `*${brief(name)}: ${record.verdict}*, ${healthy} of ${record.checks.length} checks healthy, ${duration(record.tookMs)}`;
}

/** Failures first, each with its class, evidence, cause and next step; then every check, ticked or not. */
export function recordLines(record: ValidationRecord): readonly string[] {
  const failed = ['unhealthy', 'inconclusive'].flatMap((judged) =>
    record.checks.filter(({ verdict }) => verdict === judged),
  );
  const rest = record.checks.filter(({ verdict }) => verdict === 'healthy');
  return [
    ...failed.slice(0, mostFailures).flatMap(failureLines),
    ...causeLines(record),
    ...failed.slice(mostFailures).map(checkLine),
    ...rest.slice(0, mostChecks).map(checkLine),
    ...(rest.length > mostChecks ? [`and ${rest.length - mostChecks} more`] : []),
  ];
}

function failureLines(check: RecordedCheck): readonly string[] {
  const [first] = check.diagnoses;
  if (first === undefined) return [checkLine(check)];
  return [
    `${checkLine(check)} ${code(first.code)}`,
    `    *Evidence* ${brief(first.evidence, 250)}`,
    `    *Probable cause* ${brief(first.cause, 250)}`,
    `    *Next* ${brief(first.next, 250)}`,
  ];
}

/** `✓ GET /health: healthy, 20 of 20, p95 12 ms` */
export function checkLine({ verdict, name, measured, needed }: RecordedCheck): string {
  const more = needed === undefined ? '' : `; about ${needed} more samples needed`;
  return `${marks[verdict]} ${brief(name, 80)}: ${verdict}, ${brief(measured, 150)}${more}`;
}

export function changeLines(
  before: ValidationRecord | undefined,
  after: ValidationRecord,
): readonly string[] {
  if (before === undefined) return [];
  const changes = verdictChanges(before, after);
  if (changes.length === 0) return ['Since the last validation nothing changed.'];
  const line = ({ name, before: was, after: now }: Change) =>
    `${brief(metricLabel(name), 80)} ${was} → ${now}`;
  return [`*Since the last validation* ${changes.slice(0, mostChanges).map(line).join(' · ')}`];
}

export function metricTable(record: ValidationRecord): TableBlock {
  const rows = record.metrics.map((metric) => [
    metricLabel(metric.name),
    metric.value === undefined ? 'not measured' : duration(metric.value),
    `< ${duration(metric.target)}`,
    metricResult(metric),
    String(metric.samples),
  ]);
  return table(['Metric', 'Median', 'Target', 'Result', 'Samples'], rows);
}

/** `API response 12 ms (target: under 100 ms, 40 samples)`, only what was measured. */
export function metricLine(record: ValidationRecord): string {
  const parts = record.metrics.flatMap(({ name, target, value, samples, verdict }) =>
    value === undefined
      ? []
      : [
          `${marks[verdict]} ${metricLabel(name)} ${duration(value)} (target: under ${duration(target)}, ${samples} ${samples === 1 ? 'sample' : 'samples'})`,
        ],
  );
  return parts.length === 0 ? '' : `*Metrics* ${parts.join(' · ')}`;
}

export function checkRows(name: string, record: ValidationRecord): readonly (readonly string[])[] {
  return record.checks.map((check) => [name, check.name, check.verdict, check.measured]);
}
