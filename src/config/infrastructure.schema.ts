import { z } from 'zod';
import { duration, RELATIVE_PATH, text } from './fields.ts';

const [SECOND, MINUTE, DAY] = [1_000, 60_000, 86_400_000];

const NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,99}$/;
const value = text({
  description: 'A value; a secret is given as ${env:NAME}.',
  expected: 'a text of at most 4,096 characters (a number or a list as Terraform writes it, in quotes)',
  pattern: /^[^\0]{0,4096}$/,
  example: '${env:DB_PASSWORD}',
});

const values = (description: string, example: Readonly<Record<string, string>>) =>
  z
    .record(z.string().regex(NAME, { error: 'a name of letters, digits, _ and -' }), value)
    .default({})
    .meta({ description, examples: [example] });

const TIMES = 'a whole number from 1 to 100 such as 3';

const propagation = z
  .strictObject({
    within: duration({
      description: 'How long the way users come may take to be well again.',
      fromMs: SECOND,
      toMs: 60 * MINUTE,
      fallback: '10m',
    }),
    times: z
      .int({ error: TIMES })
      .min(1, { error: TIMES })
      .max(100, { error: TIMES })
      .default(3)
      .meta({ description: 'Looks in a row that must be well.', examples: [3] }),
    probes: z
      .enum(['health', 'validation'], { error: 'health or validation' })
      .default('health')
      .meta({ description: 'What is looked at of each service.', examples: ['validation'] }),
  })
  .prefault({})
  .meta({
    description: 'How it is seen that a change has arrived where users are.',
    examples: [{ within: '10m', probes: 'validation' }],
  });

const trigger = z
  .strictObject({
    name: text({
      description: 'Name or id of the trigger.',
      expected: 'letters, digits and dashes, at most 64',
      pattern: /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}[A-Za-z0-9])?$/,
      example: 'chat-infrastructure',
    }),
    project: text({
      description: 'Project of the trigger. Default: that of the environment.',
      expected: 'the id of a project such as chat-staging',
      pattern: /^(?:[a-z0-9-]+(?:\.[a-z0-9-]+)+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
      example: 'chat-operations',
    }).optional(),
    region: text({
      description: 'Region of the trigger, or global. Default: that of the environment.',
      expected: 'a region such as us-central1, or global',
      pattern: /^(?:global|[a-z]{2,20}-[a-z]{2,20}\d{1,2})$/,
      example: 'global',
    }).optional(),
    objects: text({
      description: 'Where its builds keep plans and outputs, for slipway to read: a bucket for nobody else.',
      expected: 'gs:// with a bucket, and a prefix if you like',
      pattern: /^gs:\/\/[a-z0-9][a-z0-9._-]{1,220}[a-z0-9](?:\/[A-Za-z0-9_][A-Za-z0-9._-]*)*\/?$/,
      example: 'gs://chat-terraform/slipway',
    }),
  })
  .meta({
    description: 'A trigger of Cloud Build whose builds plan and apply, instead of a program on the worker.',
    examples: [{ name: 'chat-infrastructure', objects: 'gs://chat-terraform/slipway' }],
  });

/** How the infrastructure of an environment is changed. */
export const infrastructure = z
  .strictObject({
    program: z
      .enum(['terraform', 'tofu'], { error: 'terraform or tofu' })
      .default('terraform')
      .meta({ description: 'What plans and applies, found on the PATH of the worker.', examples: ['tofu'] }),
    repository: text({
      description:
        'Where the configuration is: an https:// Git URL without a password, or file:// on the worker.',
      expected: 'an https:// Git URL without user or password, or file:// and a path',
      pattern: /^(?:https:\/\/[A-Za-z0-9.-]+(?::\d{1,5})?|file:\/\/)(?:\/[A-Za-z0-9._~-]+)+\/?$/,
      example: 'https://github.com/example/chat.git',
    }).optional(),
    directory: text({
      description: 'Folder of the configuration inside the repository.',
      expected: 'a folder inside the repository such as infrastructure/staging',
      pattern: RELATIVE_PATH,
      example: 'infrastructure',
    }).prefault('.'),
    folder: text({
      description:
        'A folder on the worker, instead of a repository: without a history, so without a rollback.',
      expected: 'an absolute path such as /srv/infrastructure',
      pattern: /^\/[^\0]{1,1000}$/,
      example: '/srv/infrastructure',
    }).optional(),
    trigger: trigger.optional(),
    workspace: text({
      description: 'Terraform workspace. Default: default.',
      expected: 'the name of a workspace such as staging',
      pattern: /^[A-Za-z0-9][A-Za-z0-9_-]{0,89}$/,
      example: 'staging',
    }).optional(),
    vars: values('Variables of the configuration, given to it as TF_VAR_…', { timeout_sec: '86400' }),
    env: values('Environment of the program, beside where things are.', {
      GOOGLE_IMPERSONATE_SERVICE_ACCOUNT: 'terraform@chat-staging.iam.gserviceaccount.com',
    }),
    backend: values(
      'What init is told of the backend (-backend-config). No secrets: they show in the list of processes.',
      {
        bucket: 'chat-terraform',
        prefix: 'staging',
      },
    ),
    approval: z
      .enum(['always', 'destroy', 'never'], { error: 'always, destroy or never' })
      .optional()
      .meta({
        description:
          'When somebody must say yes to the plan. Default: when something is destroyed, or the environment asks for approvals.',
        examples: ['always'],
      }),
    lockWait: duration({
      description: 'How long the state lock of somebody else is waited for.',
      fromMs: 0,
      toMs: 60 * MINUTE,
      fallback: '30s',
    }),
    timeout: duration({
      description: 'How long an apply may take.',
      fromMs: SECOND,
      toMs: DAY,
      fallback: '30m',
    }),
    propagation,
    outputs: z
      .record(
        z.string().regex(NAME, { error: 'a name of letters, digits, _ and -' }),
        z
          .union([z.string(), z.number(), z.boolean()], { error: 'a text, a number, true or false' })
          .meta({ description: 'What it must be.', examples: [86400] }),
      )
      .default({})
      .meta({ description: 'Outputs that must be so after an apply.', examples: [{ timeout_sec: 86400 }] }),
  })
  .meta({
    description: 'How the infrastructure of the environment is changed: see /deploy infrastructure.',
    examples: [{ repository: 'https://github.com/example/chat.git', directory: 'infrastructure' }],
  });

export type FileInfrastructure = z.output<typeof infrastructure>;
