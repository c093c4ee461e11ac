import { z } from 'zod';
import { duration } from './fields.ts';

const STEPS_EXPECTED = 'rising whole percents that end with 100, such as [10, 50, 100]';
const SHARE_EXPECTED = 'a share from 0% to 100% such as 20%';

/** A text such as `20%` that becomes 0.2. */
export const share = (description: string, fallback: string) =>
  z
    .string({ error: SHARE_EXPECTED })
    .regex(/^(?:100|\d{1,2}(?:\.\d{1,2})?)%$/, { error: SHARE_EXPECTED })
    .meta({ description, examples: [fallback] })
    .transform((text) => Number.parseFloat(text) / 100)
    .prefault(fallback);

const rises = (steps: readonly number[]): boolean =>
  steps.at(-1) === 100 && steps.every((percent, index) => percent > (steps[index - 1] ?? 0));

/** How candidates get their traffic. */
export const rollout = z
  .strictObject({
    steps: z
      .array(
        z
          .int({ error: STEPS_EXPECTED })
          .min(1, { error: STEPS_EXPECTED })
          .max(100, { error: STEPS_EXPECTED })
          .meta({ description: 'Percent of the traffic, higher than the one before.', examples: [10] }),
        {
          error: STEPS_EXPECTED,
        },
      )
      .min(1, { error: STEPS_EXPECTED })
      .max(20, { error: STEPS_EXPECTED })
      .refine(rises, { error: STEPS_EXPECTED })
      .default([100])
      .meta({
        description: 'Percent of the traffic that the candidate gets, step by step; the last is 100.',
        examples: [[10, 50, 100]],
      }),
    bake: duration({
      description: 'How long each step is watched before the next.',
      fromMs: 0,
      toMs: 86_400_000,
      fallback: '30s',
    }),
    drain: duration({
      description: 'How long connections of the revisions before get to end; 0s waits for none.',
      fromMs: 0,
      toMs: 3_600_000,
      fallback: '0s',
    }),
    countdown: duration({
      description: 'How long people can keep what a trigger would take back; 0s goes back at once.',
      fromMs: 0,
      toMs: 600_000,
      fallback: '0s',
    }),
    triggers: z
      .strictObject({
        serverErrors: share('HTTP 5xx of the candidate above those of the stable revision.', '20%'),
        handshakeFailures: share('WebSocket handshakes of the candidate that fail.', '10%'),
      })
      .prefault({})
      .meta({
        description: 'Limits above which users are taken back.',
        examples: [{ serverErrors: '20%' }],
      }),
  })
  .prefault({})
  .meta({
    description: 'How candidates get their traffic here, and what takes users back.',
    examples: [{ steps: [10, 50, 100], bake: '2m', drain: '2m' }],
  });

export type FileRollout = z.output<typeof rollout>;
