import { z } from 'zod';
import { stepNames } from './plan.ts';
import { suiteSelectionSchema } from './suite/run.ts';

/** What begins an operation: all that was asked for. */
export const requested = z.object({
  type: z.literal('requested'),
  /** Milliseconds since 1970, UTC. */
  at: z.number().int().nonnegative(),
  kind: z.enum(['deploy', 'validate', 'rollback', 'infrastructure', 'rounds']),
  environment: z.string(),
  number: z.number().int().positive(),
  /** Six random characters: names made from this operation never collide with those of a lost ledger. */
  uid: z.string(),
  services: z.array(z.string()).min(1),
  ref: z.string(),
  by: z.string(),
  /** What Slack calls them; a mention would ring, and only who must act is rung. */
  byName: z.string(),
  /** Where the thread goes. */
  channel: z.string(),
  /** Where the command was typed: second choice for the thread. */
  typedIn: z.string(),
  /** Several services: only the steps that they take together. */
  plan: z.array(z.enum(stepNames)),
  /** Several services: the steps of each, and those whose users are moved before its own. */
  parts: z
    .array(z.object({ service: z.string(), plan: z.array(z.enum(stepNames)), after: z.array(z.string()) }))
    .min(2)
    .optional(),
  /** A rollback: the revision to go back to. Absent: the last one that served everything well. */
  revision: z.string().optional(),
  /** Infrastructure: what was applied well before is applied again. */
  back: z.literal(true).optional(),
  /** A deploy: the operation whose image is deployed again, without building it. */
  retryOf: z.string().optional(),
  /** An emergency: why it cannot wait, and the codes of the gates that were closed when it was asked for. */
  bypass: z.object({ reason: z.string(), blocks: z.array(z.string()) }).optional(),
  /** Test suites that it runs, and what a failure of theirs means. */
  suites: suiteSelectionSchema.optional(),
  /** An image is built by the Docker of the worker instead of Cloud Build. */
  build: z.literal('local').optional(),
  /** The digest of an image that is there already, under the name that the service's images have. */
  image: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/)
    .optional(),
  /** The GitHub issue that it is about. */
  issue: z.number().int().positive().optional(),
  /** A part of other work, told in the thread of that: of the rounds of an operation, one. */
  parent: z.object({ operation: z.string(), round: z.number().int().positive() }).optional(),
  /** How many rounds at most, and whether a new build begins the next one. */
  rounds: z.object({ max: z.number().int().positive(), watch: z.boolean() }).optional(),
  /** A rollback that nobody asked for: the alert, the deploy that is taken back for it, and why. */
  cause: z
    .object({
      alert: z.string(),
      deploy: z.string(),
      /** The image that it brought: nobody gets it again. */
      digest: z.string().optional(),
      reason: z.string(),
    })
    .optional(),
});
