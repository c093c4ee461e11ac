import { z } from 'zod';
import { duration, text } from './fields.ts';
import { share } from './rollout.schema.ts';

const MINUTE = 60_000;
const BOOLEAN = 'true or false';

/** What the shape takes as the name of a team. */
export const TEAM = /^[a-z][a-z0-9-]{0,39}$/;

const team = (description: string) =>
  text({
    description,
    expected: 'the name of a team under pages such as operations',
    pattern: TEAM,
    example: 'operations',
  });

const dryRun = z
  .boolean({ error: BOOLEAN })
  .default(false)
  .meta({ description: 'Whether it only says what it would have done.', examples: [true] });

const off = z
  .boolean({ error: BOOLEAN })
  .default(false)
  .meta({ description: 'Whether the rule is left out.', examples: [true] });

const limit = (fallback: string) => share('Share of samples that may fail.', fallback);
const page = team('The team to page. Default: the one that the rule names.').optional();

const rule = (description: string, usual: string) =>
  z
    .strictObject({ limit: limit(usual), page, dryRun, off })
    .prefault({})
    .meta({ description, examples: [{ limit: usual, page: 'operations' }] });

const rollbackRule = (description: string, usual: string) =>
  z
    .strictObject({
      limit: limit(usual),
      rollback: z
        .boolean({ error: BOOLEAN })
        .default(true)
        .meta({
          description: 'Whether a deploy that ended within the watch window is taken back.',
          examples: [true],
        }),
      page,
      dryRun,
      off,
    })
    .prefault({})
    .meta({ description, examples: [{ limit: usual, rollback: true }] });

/** How an environment is watched when nobody looks. */
export const monitors = z
  .strictObject({
    on: z
      .boolean({ error: BOOLEAN })
      .default(true)
      .meta({
        description: 'Whether it is watched for as long as it is configured; else only when somebody asks.',
        examples: [true],
      }),
    every: duration({
      description: 'From round to round.',
      fromMs: 5_000,
      toMs: 10 * MINUTE,
      fallback: '10s',
    }),
    watch: duration({
      description: 'How long after a deploy it is taken back when a rule says so.',
      fromMs: 0,
      toMs: 1_440 * MINUTE,
      fallback: '10m',
    }),
    escalate: z
      .strictObject({
        after: duration({
          description: 'How long a page waits for somebody.',
          fromMs: MINUTE,
          toMs: 1_440 * MINUTE,
          fallback: '10m',
        }),
        to: team('The team that is paged next.'),
      })
      .optional()
      .meta({
        description: 'Who is paged when nobody acknowledges.',
        examples: [{ after: '10m', to: 'operations' }],
      }),
    mute: z
      .array(
        z
          .enum(['lock', 'freeze'], { error: 'lock or freeze' })
          .meta({ description: 'What keeps rules quiet.', examples: ['lock'] }),
      )
      .default([])
      .meta({
        description: 'While one of these holds, no rule fires; what fires already goes on.',
        examples: [['lock']],
      }),
    rules: z
      .strictObject({
        connectionFailures: rule('Connections that fail. Pages operations.', '5%'),
        handshakeFailures: rollbackRule('WebSocket handshakes that fail.', '10%'),
        serverErrors: rollbackRule('HTTP 5xx above what was usual before.', '20%'),
        timeouts: rule('Time-outs of the load balancer. Pages infrastructure.', '5%'),
        journeys: rule('Journeys that break or are slower than they may be. Pages business.', '5%'),
      })
      .prefault({})
      .meta({ description: 'What is too much.', examples: [{ timeouts: { limit: '5%' } }] }),
  })
  .meta({
    description: 'How this environment is watched when nobody looks.',
    examples: [{ every: '10s', watch: '10m' }],
  });

export type FileMonitors = z.output<typeof monitors>;
