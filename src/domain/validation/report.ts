import { metricLabel } from './plan.ts';
import { metricResult, type RecordedCheck, type RecordedMetric, type ValidationRecord } from './record.ts';

const marks = { healthy: '[x]', unhealthy: '[ ]', inconclusive: '[?]' } as const;

/** The report of a validation as Markdown: verdict, failures first, every criterion ticked or not, metrics. */
export function markdownReport(name: string, record: ValidationRecord): string {
  const failed = record.checks.filter(({ verdict }) => verdict === 'unhealthy');
  return [
    `# ${line(name)}: ${record.verdict}`,
    '',
    `${record.url}, ${new Date(record.at).toISOString()}, took ${seconds(record.tookMs)}`,
    ...failed.flatMap(failureSection),
    ...(record.cause === undefined ? [] : ['', `Cause in the log: ${line(record.cause)}`]),
    '',
    '## Criteria',
    '',
    ...record.checks.map(criterion),
    '',
    '## Metrics',
    '',
    '| metric | median | target | result | samples |',
    '|---|---|---|---|---|',
    ...record.metrics.map(metricRow),
    '',
  ].join('\n');
}

function failureSection({ name, measured, diagnoses }: RecordedCheck): readonly string[] {
  return [
    '',
    `## ${line(name)}`,
    '',
    line(measured),
    ...diagnoses.flatMap((diagnosis) => [
      '',
      `- **${diagnosis.code}**${diagnosis.times > 1 ? `, ${diagnosis.times} times` : ''}`,
      `- Evidence: ${line(diagnosis.evidence)}`,
      `- Probable cause: ${line(diagnosis.cause)}`,
      `- Next: ${line(diagnosis.next)}`,
    ]),
  ];
}

function criterion({ verdict, name, expected, measured, needed, steps = [] }: RecordedCheck): string {
  const more = needed === undefined ? '' : `; about ${needed} more samples needed`;
  const walked = steps.map((step) => {
    const end = step.failed === undefined ? '' : `: ${line(step.failed)}`;
    return `\n    - ${line(step.name)}, ${Math.round(step.ms)} ms${end}`;
  });
  return `- ${marks[verdict]} ${line(name)}: ${verdict}, ${line(measured)} (expected ${line(expected)})${more}${walked.join('')}`;
}

function metricRow(metric: RecordedMetric): string {
  const { name, value, target, samples } = metric;
  const measured = value === undefined ? 'not measured' : `${value.toFixed(1)} ms`;
  return `| ${metricLabel(name)} | ${measured} | < ${target} ms | ${metricResult(metric)} | ${samples} |`;
}

/** Text from outside on one line, harmless in Markdown and in a terminal. */
export function line(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').replace(/[<>|`]/g, (mark) => `\\${mark}`);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
