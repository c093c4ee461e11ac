import { reportFormats } from '../domain/suite/plan.ts';
import { quote } from './found.ts';
import type { Finding } from './issues.ts';
import { suggest } from './suggest.ts';
import type { Path } from './types.ts';

type Mapping = Readonly<Record<string, unknown>>;

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** What slipway gives each suite itself. */
const OURS = /^SLIPWAY_/;

/** Rules of test suites that the shape of the file cannot say. */
export function checkSuites(file: unknown): readonly Finding[] {
  const suites = mapping(mapping(file)['suites']);
  const environments = mapping(mapping(file)['environments']);
  return [
    ...Object.entries(suites).flatMap(([name, suite]) => ofSuite(['suites', name], mapping(suite))),
    ...Object.entries(environments).flatMap(([name, environment]) => {
      const own = mapping(mapping(environment)['suites']);
      const path = ['environments', name, 'suites'];
      return [
        ...unknown([...path, 'afterDeploy'], own['afterDeploy'], Object.keys(suites)),
        ...badNames([...path, 'env'], own),
      ];
    }),
  ];
}

function ofSuite(path: Path, suite: Mapping): readonly Finding[] {
  const { command, cloudRunJob: job, cwd, rerun } = suite;
  const isJob = job !== undefined;
  if (isJob === (command !== undefined))
    return [{ path, expected: 'either a command or a cloudRunJob', found: isJob ? 'both' : 'neither' }];
  return [
    ...ofReport([...path, 'report'], mapping(suite['report']), isJob),
    ...badNames([...path, 'env'], suite),
    ...(isJob && cwd !== undefined
      ? [{ path: [...path, 'cwd'], expected: 'no folder: a job has its own', atKey: true }]
      : []),
    ...withTests([...path, 'rerun'], rerun),
    ...(isJob && rerun !== undefined && mapping(job)['args'] === undefined
      ? [
          {
            path: [...path, 'rerun'],
            expected: 'args of the job, to which these are added',
            found: 'none',
            example: 'cloudRunJob: { job: e2e-tests, args: [tests/e2e] }',
          },
        ]
      : []),
  ];
}

function ofReport(path: Path, report: Mapping, isJob: boolean): readonly Finding[] {
  const given = reportFormats.filter((format) => report[format] !== undefined);
  const [format] = given;
  if (format === undefined || given.length > 1)
    return [
      {
        path,
        expected: `exactly one of ${reportFormats.join(', ')}`,
        found: given.length === 0 ? 'none' : given.join(' and '),
        example: 'report: { junit: reports/e2e.xml }',
      },
    ];
  const where = report[format];
  if (!isJob || typeof where !== 'string' || where.startsWith('gs://')) return [];
  return [
    {
      path: [...path, format],
      expected: 'gs://bucket/object: nobody else can read the files and the output of a job',
      example: `${format}: "gs://chat-staging-reports/\${operation}.xml"`,
    },
  ];
}

function withTests(path: Path, rerun: unknown): readonly Finding[] {
  if (!Array.isArray(rerun) || rerun.some((each) => typeof each === 'string' && each.includes('${tests}')))
    return [];
  return [
    { path, expected: 'an argument with ${tests}', found: 'none', example: 'rerun: ["-k", "${tests}"]' },
  ];
}

function badNames(path: Path, { env }: Mapping): readonly Finding[] {
  return Object.keys(mapping(env))
    .filter((name) => !VARIABLE.test(name) || OURS.test(name))
    .map((name) => ({
      path: [...path, name],
      expected: OURS.test(name)
        ? 'a variable that slipway does not give itself'
        : 'the name of a variable: letters, digits and _, no digit first',
      found: quote(name),
      atKey: true,
      example: 'E2E_KEY: ${env:E2E_KEY}',
    }));
}

function unknown(path: Path, list: unknown, known: readonly string[]): readonly Finding[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((name: unknown, index) => {
    if (typeof name !== 'string' || known.includes(name)) return [];
    const meant = suggest(name, known);
    const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`;
    return [
      {
        path: [...path, index],
        expected: `a name from suites${hint}`,
        example: `afterDeploy: [${known[0] ?? 'smoke'}]`,
      },
    ];
  });
}

function mapping(value: unknown): Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Mapping) : {};
}
