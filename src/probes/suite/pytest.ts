import { z } from 'zod';
import { readJson } from './json.ts';
import { ReportError } from './report-error.ts';
import type { Tally, ToldTest } from './tally.ts';

const phase = z
  .object({
    duration: z.number().catch(0),
    outcome: z.string().catch(''),
    crash: z.object({ message: z.string().catch('') }).optional(),
    longrepr: z.string().optional(),
  })
  .optional();

// https://github.com/numirias/pytest-json-report#format
const testSchema = z.object({
  nodeid: z.string(),
  outcome: z.enum(['passed', 'failed', 'skipped', 'error', 'xfailed', 'xpassed']),
  setup: phase,
  call: phase,
  teardown: phase,
});
const collectorSchema = z.object({
  nodeid: z.string(),
  outcome: z.string(),
  longrepr: z.string().optional(),
});
const reportSchema = z.object({
  tests: z.array(testSchema).optional(),
  collectors: z.array(collectorSchema).optional(),
});

/** Reads the JSON of pytest-json-report. @throws ReportError when it is none */
export async function readPytest(chunks: AsyncIterable<string>, tally: Tally): Promise<void> {
  const { data, error } = reportSchema.safeParse(await readJson(chunks));
  if (data?.tests === undefined)
    throw new ReportError('SUITE_UNREADABLE', 'The report is JSON, but not of pytest-json-report.', [
      error?.issues[0] === undefined
        ? 'It has no tests'
        : `${error.issues[0].path.join('.')}: ${error.issues[0].message}`,
    ]);
  for (const test of data.tests) tally.add(told(test));
  // A file that cannot be imported has no tests of its own.
  for (const { nodeid, outcome, longrepr = '' } of data.collectors ?? [])
    if (outcome === 'failed')
      tally.add({
        module: fileOf(nodeid),
        test: 'collection',
        outcome: 'failed',
        tookMs: 0,
        message: longrepr.split('\n').findLast((line) => line.startsWith('E ')) ?? '',
        text: longrepr,
      });
}

function told({ nodeid, outcome, ...phases }: z.output<typeof testSchema>): ToldTest {
  const all = [phases.call, phases.setup, phases.teardown];
  const wrong = all.find((each) => each?.outcome === 'failed');
  const module = fileOf(nodeid);
  return {
    module,
    test: nodeid.slice(module.length).replace(/^::/, '') || nodeid,
    outcome: outcomes[outcome],
    tookMs: all.reduce((sum, each) => sum + (each?.duration ?? 0), 0) * 1_000,
    message: wrong?.crash?.message ?? '',
    text: wrong?.longrepr ?? '',
  };
}

/** What was expected to fail and did is no failure; pytest says the same of what passed unexpectedly, unless strict. */
const outcomes = {
  passed: 'passed',
  xpassed: 'passed',
  failed: 'failed',
  error: 'failed',
  skipped: 'skipped',
  xfailed: 'skipped',
} as const;

function fileOf(nodeid: string): string {
  return nodeid.split('::', 1)[0] ?? nodeid;
}
