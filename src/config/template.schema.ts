import { z } from 'zod';
import { ingresses } from '../domain/template.ts';
import { givenDuration, text } from './fields.ts';

interface CountField {
  readonly description: string;
  readonly from: number;
  readonly to: number;
  readonly example: number;
}

function count({ description, from, to, example }: CountField) {
  const error = `a whole number from ${from} to ${to} such as ${example}`;
  return z
    .int({ error })
    .min(from, { error })
    .max(to, { error })
    .meta({ description: `${description} ${from} to ${to}.`, examples: [example] });
}

const flag = (description: string) =>
  z.boolean({ error: 'true or false' }).meta({ description, examples: [true] });

const seconds = (description: string, toMs: number, example: string) =>
  givenDuration({ description, fromMs: 1_000, toMs, example, multipleMs: 1_000 });

const VALUE_EXPECTED = 'a text of at most 32768 characters, in quotes if it reads as a number or true';

/** What names may be given to variables. */
const names = { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]*$' } as const;

const env = z
  .record(
    z.string(),
    z
      .union(
        [
          z
            .string({ error: VALUE_EXPECTED })
            .max(32_768, { error: VALUE_EXPECTED })
            .meta({ description: 'The value; nobody is ever shown it.', examples: ['info'] }),
          z.null().meta({ description: 'Removes the variable.', examples: [null] }),
        ],
        { error: `${VALUE_EXPECTED}, or null to remove it` },
      )
      .meta({ description: 'The value, or null to remove the variable.', examples: ['info'] }),
  )
  .meta({
    propertyNames: names,
    description: 'Variables with a value each; null removes one. Others that stand in Cloud Run stay.',
    examples: [{ LOG_LEVEL: 'info' }],
  });

const secrets = z
  .record(
    z.string(),
    text({
      description: 'The name of a secret and its version.',
      expected:
        'a secret of Secret Manager and its version such as chat-db-url:3 (a value never stands in the file)',
      pattern:
        /^(?:projects\/[a-z0-9][a-z0-9.:-]{0,100}\/secrets\/)?[A-Za-z0-9_-]{1,255}:[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/,
      example: 'chat-db-url:3',
    }),
  )
  .meta({
    propertyNames: names,
    description: 'Variables whose values Cloud Run takes from Secret Manager.',
    examples: [{ DATABASE_URL: 'chat-db-url:3' }],
  });

const CPU_EXPECTED = '1, 2, 4, 6 or 8 CPUs, or a part of one such as 500m';

// https://cloud.google.com/run/docs/configuring/services/cpu: whole CPUs, or 0.08 to less than one.
const cpu = z
  .union(
    [
      z.literal([1, 2, 4, 6, 8], { error: CPU_EXPECTED }).meta({ description: 'Whole CPUs.', examples: [2] }),
      z
        .string({ error: CPU_EXPECTED })
        .regex(/^(?:[12468]|[1-9]\d{2}m|[89]\dm|[12468]000m)$/, { error: CPU_EXPECTED })
        .meta({ description: 'CPUs, or thousandths of one.', examples: ['500m'] }),
    ],
    { error: CPU_EXPECTED },
  )
  .transform(String)
  .meta({ description: 'CPU of one instance.', examples: [2] });

const MEMORY_EXPECTED = 'memory from 128Mi to 32Gi such as 512Mi or 2Gi';

const isMemory = (value: string): boolean => {
  const mebibytes = Number.parseInt(value, 10) * (value.endsWith('Gi') ? 1_024 : 1);
  return mebibytes >= 128 && mebibytes <= 32_768;
};

// https://cloud.google.com/run/docs/configuring/services/memory-limits
const memory = z
  .string({ error: MEMORY_EXPECTED })
  .regex(/^[1-9]\d{0,4}(?:Mi|Gi)$/, { error: MEMORY_EXPECTED })
  .refine(isMemory, { error: MEMORY_EXPECTED })
  .meta({ description: 'Memory of one instance, 128Mi to 32Gi.', examples: ['512Mi'] });

const probePath = text({
  description: 'What is asked for with GET.',
  expected: 'a path that starts with / such as /health',
  pattern: /^\/(?!\/)[A-Za-z0-9._~!$&'()*+,;=:@%/?-]{0,1000}$/,
  example: '/health',
});

// google/cloud/run/v2/k8s.min.proto, Probe: the defaults, and the longest period and time-out.
const probeFields = (longestMs: number) => ({
  port: count({
    description: 'Default: the port of the container.',
    from: 1,
    to: 65_535,
    example: 8_080,
  }).optional(),
  period: seconds('How often it is asked. Default 10s.', longestMs, '10s').prefault('10s'),
  timeout: seconds('How long an answer may take; at most the period. Default 1s.', longestMs, '1s').prefault(
    '1s',
  ),
  failures: count({
    description: 'Failures in a row that are one too many. Default 3.',
    from: 1,
    to: 1_000,
    example: 3,
  }).prefault(3),
});

const startupProbe = z.strictObject({ path: probePath.optional(), ...probeFields(240_000) }).meta({
  description: 'How Cloud Run sees that an instance has started; without a path the port must be open.',
  examples: [{ path: '/health', failures: 10 }],
});

const livenessProbe = z.strictObject({ path: probePath, ...probeFields(3_600_000) }).meta({
  description: 'How Cloud Run sees that an instance still lives.',
  examples: [{ path: '/health', period: '30s' }],
});

const account = text({
  description: 'Who the service runs as.',
  expected: 'the address of a service account such as backend@chat-staging.iam.gserviceaccount.com',
  pattern: /^[a-z0-9-]{1,63}@(?:[a-z0-9.-]+\.iam|developer|appspot)\.gserviceaccount\.com$/,
  example: 'backend@chat-staging.iam.gserviceaccount.com',
});

/** What a service runs with; every part that is left out stays as Cloud Run has it. */
export const template = z
  .strictObject({
    env: env.optional(),
    secrets: secrets.optional(),
    cpu: cpu.optional(),
    memory: memory.optional(),
    concurrency: count({
      description: 'Requests that one instance takes at the same time.',
      from: 1,
      to: 1_000,
      example: 80,
    }).optional(),
    timeout: seconds('Age at which Cloud Run cuts requests and WebSockets.', 3_600_000, '5m').optional(),
    minInstances: count({
      description: 'Instances that always run.',
      from: 0,
      to: 1_000,
      example: 1,
    }).optional(),
    maxInstances: count({
      description: 'Instances that run at most.',
      from: 1,
      to: 10_000,
      example: 20,
    }).optional(),
    serviceAccount: account.optional(),
    ingress: z
      .enum(ingresses, { error: `one of ${ingresses.join(', ')}` })
      .meta({ description: 'Where requests may come from.', examples: ['all'] })
      .optional(),
    affinity: flag("Whether a client's requests go to the same instance.").optional(),
    cpuBoost: flag('More CPU while an instance starts.').optional(),
    startupProbe: startupProbe.optional(),
    livenessProbe: livenessProbe.optional(),
  })
  .meta({
    description: 'What it runs with. Every part that is left out stays as Cloud Run has it.',
    examples: [{ memory: '1Gi', timeout: '60m', env: { LOG_LEVEL: 'info' } }],
  });

/** What services run with in one environment, over their own. */
export const templates = z.record(z.string(), template).meta({
  description: 'By service, over its own template, key by key.',
  examples: [{ backend: { minInstances: 1 } }],
});

export type FileTemplate = z.output<typeof template>;
