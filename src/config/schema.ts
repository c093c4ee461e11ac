import { z } from 'zod';
import { duration, text } from './fields.ts';
import { after, freeze, person, roles } from './gates.schema.ts';
import { github } from './github.schema.ts';
import { service } from './service.schema.ts';
import { infrastructure } from './infrastructure.schema.ts';
import { loadBalancer } from './load-balancer.schema.ts';
import { monitors } from './monitors.schema.ts';
import { pages } from './pages.schema.ts';
import { rollout } from './rollout.schema.ts';
import { environmentSuites, suites } from './suites.schema.ts';
import { templates } from './template.schema.ts';
import { environmentValidation } from './validation/validation.schema.ts';
import { REFERENCE } from './interpolate.ts';

const SECOND = 1_000;
const DAY = 86_400_000;

/** Services and environments: what people type after `/deploy`. */
export const NAME = /^[a-z](?:[a-z0-9-]{0,30}[a-z0-9])?$/;
export const NAME_EXPECTED = 'a name of 1 to 32 lower-case letters, digits and -, starting with a letter';

const SECRET_EXPECTED = 'exactly one ${env:NAME} (a token never stands in the file)';

const names = { propertyNames: { type: 'string', pattern: NAME.source }, minProperties: 1 } as const;

const isFilled = (record: object): boolean => Object.keys(record).length > 0;

const channel = (description: string) =>
  text({
    description: `${description} The id from the channel's details in Slack, not its name.`,
    expected: 'a Slack channel id such as C0DEPLOYS (not the name of the channel)',
    pattern: /^[CG][A-Z0-9]{2,30}$/,
    example: 'C0DEPLOYS',
  });

const secret = (description: string, variable: string) =>
  text({
    description: `${description} Exactly one reference to an environment variable.`,
    expected: SECRET_EXPECTED,
    pattern: REFERENCE,
    example: `\${env:${variable}}`,
  }).prefault(`\${env:${variable}}`);

const UPDATES = 'a whole number from 6 to 3000 such as 48';

const slack = z
  .strictObject({
    botToken: secret('Bot token (xoxb-…).', 'SLACK_BOT_TOKEN'),
    appToken: secret('App-level token (xapp-…) with connections:write.', 'SLACK_APP_TOKEN'),
    updatesPerMinute: z
      .int({ error: UPDATES })
      .min(6, { error: UPDATES })
      .max(3_000, { error: UPDATES })
      .default(48)
      .meta({
        description:
          'Redraws of threads a minute, of all processes together. Slack allows about 50 a workspace.',
        examples: [48],
      }),
  })
  .prefault({})
  .meta({
    description: 'Which environment variables hold the Slack tokens, and how much of its allowance is used.',
    examples: [{ botToken: '${env:SLACK_BOT_TOKEN}' }],
  });

const approval = z
  .strictObject({
    by: z
      .array(person)
      .min(1)
      .optional()
      .meta({
        description: 'Who may approve. At least one. Default: roles.approve; one of both must be there.',
        examples: [['S0APPROVERS', 'U0OPERATOR']],
      }),
    expires: duration({
      description: 'How long a request for approval stays open.',
      fromMs: SECOND,
      toMs: 7 * DAY,
      fallback: '30m',
    }),
    self: z
      .boolean({ error: 'true or false' })
      .default(false)
      .meta({ description: 'Whether requesters may approve their own operations.', examples: [false] }),
  })
  .meta({
    description: 'Who must say yes before anything changes here. Leave it out to ask for no approval.',
    examples: [{ by: ['S0APPROVERS'], expires: '30m', self: false }],
  });

const environment = z
  .strictObject({
    project: text({
      description: 'Google Cloud project id.',
      expected: 'a Google Cloud project id such as chat-staging',
      pattern: /^(?:[a-z0-9-]+(?:\.[a-z0-9-]+)+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
      example: 'chat-staging',
    }),
    region: text({
      description: 'Cloud Run region.',
      expected: 'a Google Cloud region such as us-central1',
      pattern: /^[a-z]{2,20}-[a-z]{2,20}\d{1,2}$/,
      example: 'us-central1',
    }),
    channel: channel(
      'Where the threads of this environment go. Default: the channel of the whole file.',
    ).optional(),
    ref: text({
      description: 'Git branch, tag or commit that is deployed when the command names none.',
      expected: 'a Git branch, tag or commit such as main',
      // What git check-ref-format refuses, and a leading dash, which would read as an option.
      pattern: /^(?!.*(?:\.\.|\/\/|\/\.|\.lock(?:\/|$)|[/.]$))[A-Za-z0-9_][A-Za-z0-9_./+@#-]{0,199}$/,
      example: 'main',
    }).prefault('main'),
    services: z
      .array(z.string({ error: 'the name of a service' }).meta({ description: 'A key of services.' }))
      .min(1)
      .optional()
      .meta({ description: 'Which services run here. Default: all.', examples: [['backend', 'auth']] }),
    approval: approval.optional(),
    roles,
    freeze,
    after,
    validation: environmentValidation.optional(),
    loadBalancer: loadBalancer.optional(),
    infrastructure: infrastructure.optional(),
    rollout,
    templates: templates.optional(),
    monitors: monitors.optional(),
    suites: environmentSuites.optional(),
  })
  .meta({
    description: 'One environment: where its services run and who must agree.',
    examples: [{ project: 'chat-staging', region: 'us-central1' }],
  });

/** The shape of slipway.yaml, and the one source of its descriptions, defaults, limits and examples. */
export const schema = z
  .strictObject({
    channel: channel('Where threads go unless the environment names its own channel.'),
    slack,
    pages: pages.meta({
      ...names,
      minProperties: 0,
      description: 'Who is woken, by name, and how.',
      examples: [{ operations: { slack: ['S0APPROVERS'] } }],
    }),
    github: github.optional(),
    services: z
      .record(z.string(), service)
      .refine(isFilled, { error: 'at least one service' })
      .meta({
        ...names,
        description: 'The services of the team, by the name people type.',
        examples: [{ backend: { build: '…' } }],
      }),
    suites: suites.meta({
      ...names,
      minProperties: 0,
      description: 'Suites of tests, by the name people type.',
      examples: [{ e2e: { command: ['pytest', 'tests/e2e'], report: { junit: 'reports/e2e.xml' } } }],
    }),
    environments: z
      .record(z.string(), environment)
      .refine(isFilled, { error: 'at least one environment' })
      .meta({
        ...names,
        description: 'The environments, by the name people type.',
        examples: [{ staging: { project: 'chat-staging', region: 'us-central1' } }],
      }),
  })
  .meta({ title: 'slipway.yaml', description: 'Configuration of slipway: see docs/configuration.md.' });

export type FileConfig = z.output<typeof schema>;
