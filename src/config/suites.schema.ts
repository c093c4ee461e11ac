import { z } from 'zod';
import { duration, text } from './fields.ts';

const SECOND = 1_000;
const HOUR = 3_600_000;

const ARGUMENT_EXPECTED = 'a text of at most 4000 characters without control characters but line breaks';

const argument = z
  .string({ error: ARGUMENT_EXPECTED })
  .regex(/^(?:[^\p{Cc}]|[\n\t]){0,4000}$/u, { error: ARGUMENT_EXPECTED })
  .meta({ description: 'One argument, as the program gets it: no shell reads it.', examples: ['--verbose'] });

const command = z
  .array(argument)
  .min(1)
  .max(200)
  .meta({
    description: 'A program on the worker and its arguments. No shell reads them.',
    examples: [['pytest', 'tests/e2e']],
  });

const TASKS = 'a whole number from 1 to 10000 such as 1';

const cloudRunJob = z
  .strictObject({
    job: text({
      description: 'Name of the job in the project of the environment.',
      expected: 'the name of a Cloud Run job such as e2e-tests',
      pattern: /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
      example: 'e2e-tests',
    }),
    region: text({
      description: 'Where the job is. Default: the region of the environment.',
      expected: 'a Google Cloud region such as us-central1',
      pattern: /^[a-z]{2,20}-[a-z]{2,20}\d{1,2}$/,
      example: 'us-central1',
    }).optional(),
    args: z
      .array(argument)
      .max(200)
      .optional()
      .meta({ description: 'Instead of those of the job.', examples: [['--suite', 'e2e']] }),
    container: text({
      description: 'The container that gets them. Default: the only one of the job.',
      expected: 'the name of a container such as tests',
      pattern: /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
      example: 'tests',
    }).optional(),
    tasks: z
      .int({ error: TASKS })
      .min(1, { error: TASKS })
      .max(10_000, { error: TASKS })
      .optional()
      .meta({ description: 'How many tasks run. Default: as many as the job has.', examples: [1] }),
  })
  .meta({ description: 'A job of Cloud Run that runs the tests.', examples: [{ job: 'e2e-tests' }] });

const place = (what: string, example: string) =>
  text({
    description: `${what}: a file in the folder of the suite, stdout, or an object of Cloud Storage. \${operation} stands for the operation.`,
    expected: 'a path, stdout, or gs://bucket/object',
    pattern: /^(?:gs:\/\/[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]\/[^\p{Cc}]{1,500}|(?!gs:)[^\p{Cc}]{1,500})$/u,
    example,
  }).optional();

const report = z
  .strictObject({
    junit: place('JUnit XML', 'reports/e2e.xml'),
    tap: place('Test Anything Protocol', 'stdout'),
    pytest: place('JSON of pytest-json-report', '.report.json'),
    jest: place('JSON of jest or vitest (--json)', 'report.json'),
  })
  .meta({
    minProperties: 1,
    maxProperties: 1,
    description: 'Where the results are, and in which form: exactly one.',
    examples: [{ junit: 'reports/e2e.xml' }],
  });

/** What names may be given to variables. */
const names = { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]*$' } as const;
const VALUE_EXPECTED = 'a text of at most 32768 characters, in quotes if it reads as a number or true';

const env = (description: string) =>
  z
    .record(
      z.string(),
      z
        .string({ error: VALUE_EXPECTED })
        .max(32_768, { error: VALUE_EXPECTED })
        .meta({ description: 'The value; nobody is ever shown it.', examples: ['${env:E2E_KEY}'] }),
    )
    .default({})
    .meta({ propertyNames: names, description, examples: [{ E2E_KEY: '${env:E2E_KEY}' }] });

const suite = z
  .strictObject({
    command: command.optional(),
    cloudRunJob: cloudRunJob.optional(),
    cwd: text({
      description: 'Folder in which the command runs. Default: that of the worker.',
      expected: 'a folder such as tests/e2e',
      pattern: /^[^\p{Cc}]{1,1000}$/u,
      example: 'tests/e2e',
    }).optional(),
    env: env('Variables of the tests beside those that slipway gives. A command gets no others.'),
    timeout: duration({
      description: 'How long the suite may run.',
      fromMs: SECOND,
      toMs: 24 * HOUR,
      fallback: '15m',
    }),
    report,
    rerun: z
      .array(argument)
      .min(1)
      .max(20)
      .optional()
      .meta({
        description:
          'Arguments that make it run only some tests; ${tests} stands for their names. With it, failing tests are run once more.',
        examples: [['-k', '${tests}']],
      }),
  })
  .meta({
    description: 'One suite of tests: either a command or a cloudRunJob, and its report.',
    examples: [{ command: ['pytest', 'tests/e2e'], report: { junit: 'reports/e2e.xml' } }],
  });

/** Suites of tests by name. */
export const suites = z.record(z.string(), suite).default({});

/** What an environment says of them. */
export const environmentSuites = z
  .strictObject({
    afterDeploy: z
      .array(
        z
          .string({ error: 'the name of a suite' })
          .meta({ description: 'A key of suites.', examples: ['smoke'] }),
      )
      .max(20)
      .default([])
      .meta({
        description: 'Suites that every deploy runs at its end: a failing test takes it back. Default: none.',
        examples: [['smoke']],
      }),
    env: env('Variables of all suites here, over their own.'),
  })
  .meta({ description: 'Test suites in this environment.', examples: [{ afterDeploy: ['smoke'] }] });

export type FileSuite = z.output<typeof suite>;
