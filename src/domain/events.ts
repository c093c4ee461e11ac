import { z } from 'zod';
import { blockerSchema } from './blocker.ts';
import { originSchema } from './cause/origin.ts';
import { changeSchema } from './changed-field.ts';
import { type StepName, stepNames } from './plan.ts';
import { type ReasonCode, reasonCodes } from './reasons.ts';
import { requested } from './requested.ts';
import { resultSchemas, splitSchema } from './results.ts';
import { roundSummarySchema } from './rounds/summary.ts';
import { riskSchema } from './risk.ts';
import { suiteRunSchema } from './suite/run.ts';
import { triggerSchema } from './trigger.ts';
import { estimatesSchema } from './usual.ts';

/** What a person can do to an operation under way; the word is the button's and the event's. */
export const controlKinds = [
  'cancelled',
  'held',
  'resumed',
  'promoted',
  'adopted',
  'overruled',
  'kept',
] as const;
export type ControlKind = (typeof controlKinds)[number];

/** Milliseconds since 1970, UTC. */
const at = z.number().int().nonnegative();
const step = z.enum(stepNames);
/** Of several services, the one it concerns. Absent: all of them, or the only one. */
const service = z.string().optional();

export const failureSchema = z.object({
  code: z.enum(reasonCodes as [ReasonCode, ...ReasonCode[]]),
  /** What happened, in one sentence. */
  summary: z.string(),
  /** Facts as they were read: condition messages, status codes, names. */
  evidence: z.array(z.string()),
  /** Log lines that explain it, oldest first. */
  logs: z.array(z.string()),
  /** The probable cause in one line, when the logs name it. */
  cause: z.string().optional(),
  /** Where that comes from: the code, the revision and what is new in it. */
  origin: originSchema.optional(),
  /** What to do, where that is more than the reason's own advice. */
  advice: z.string().optional(),
  /** What stands in the way, when it is BLOCKED. */
  blockers: z.array(blockerSchema).optional(),
  /** What was found well before it stopped: it need not be done again. */
  ready: z.array(z.string()).optional(),
  /** What the test suites said, where it failed because of them. */
  suites: z.array(suiteRunSchema).optional(),
});
export type Failure = z.infer<typeof failureSchema>;

/** What an approver sees and approves; any change to it voids the approval. */
const shownOneSchema = z.object({
  digest: z.string(),
  /** The traffic split when the approval was asked, e.g. `backend-00136-xyz 100 %`. */
  split: z.string(),
  /** The deployed template (image, environment, limits …) as a hash. */
  template: z.string(),
  /** What would be written in its place, as a hash; absent in what an older slipway asked. */
  wish: z.string().optional(),
  /** What that changes, for people. */
  changes: z.array(changeSchema).optional(),
  risks: z.array(riskSchema).optional(),
});

export const shownSchema = shownOneSchema.extend({
  /** Several services: what is shown of each; the rest sums them up. */
  each: z.array(shownOneSchema.extend({ service: z.string() })).optional(),
  /** A plan of infrastructure instead of an image: `digest` is the plan's, `split` its counts, `template` its commit. */
  of: z.literal('infrastructure').optional(),
});
export type Shown = z.infer<typeof shownSchema>;

/** Somebody took a hand in an operation that runs. */
const control = <Type extends ControlKind>(type: Type) =>
  z.object({ type: z.literal(type), at, by: z.string(), byName: z.string() });

const stepFinished = z.discriminatedUnion('step', [
  finished('preflight'),
  finished('baseline'),
  finished('build'),
  finished('approval'),
  finished('candidate'),
  finished('prove'),
  finished('choose'),
  finished('shift'),
  finished('settle'),
  finished('verify'),
  finished('restore'),
  finished('validate'),
  finished('suites'),
  finished('rounds'),
  finished('lint'),
  finished('plan'),
  finished('apply'),
  finished('propagate'),
  finished('outputs'),
]);

function finished<Name extends StepName>(name: Name) {
  return z.object({
    type: z.literal('step-finished'),
    at,
    service,
    step: z.literal(name),
    result: resultSchemas[name],
  });
}

export const outcomes = [
  'succeeded',
  /** Something outside stopped it before anything was changed. */
  'blocked',
  'inconclusive',
  'failed',
  'rolled-back',
  'rejected',
  'expired',
  'cancelled',
] as const;
export type Outcome = (typeof outcomes)[number];

/** Everything that can happen to an operation. The ledger is a list of these and nothing else. */
export const eventSchema = z.union([
  requested,
  z.object({
    type: z.literal('queued'),
    at,
    behind: z.string(),
    position: z.number().int().positive(),
    /** When its turn will probably come. Absent: it is not known. */
    beginsAt: at.optional(),
  }),
  z.object({ type: z.literal('started'), at, worker: z.string() }),
  z.object({ type: z.literal('step-started'), at, service, step }),
  /** A worker was asked to stop and gave the step back; it does not count as a crash. */
  z.object({ type: z.literal('step-yielded'), at, service, step }),
  /** How long it will probably take, from those before it. */
  z.object({ type: z.literal('estimated'), at, service, estimates: estimatesSchema }),
  /** A step takes longer than it did in 9 of 10 times before. */
  z.object({ type: z.literal('step-late'), at, service, step }),
  /** Where a step that takes long has got to, for people who wait for it. */
  z.object({ type: z.literal('step-progressed'), at, service, step, text: z.string() }),
  stepFinished,
  z.object({ type: z.literal('step-failed'), at, service, step, failure: failureSchema }),
  z.object({
    type: z.literal('approval-requested'),
    at,
    shown: shownSchema,
    fingerprint: z.string(),
    by: z.array(z.string()),
    self: z.boolean(),
    expiresAt: at,
  }),
  z.object({ type: z.literal('approved'), at, by: z.string(), byName: z.string(), fingerprint: z.string() }),
  z.object({ type: z.literal('rejected'), at, by: z.string(), byName: z.string(), fingerprint: z.string() }),
  z.object({ type: z.literal('approval-expired'), at }),
  control('cancelled'),
  control('held'),
  control('resumed'),
  control('promoted'),
  control('adopted'),
  control('overruled'),
  control('kept'),
  /** Somebody else changed the service while users were moved. */
  z.object({ type: z.literal('drift-found'), at, service, what: z.string(), split: splitSchema }),
  /** Users are served like this now, because of this operation. */
  z.object({
    type: z.literal('traffic-moved'),
    at,
    service,
    percent: z.number().int(),
    split: splitSchema,
    /** HTTP 5xx the way users come, before any of them was moved: 0 to 1. */
    stableErrors: z.number(),
  }),
  /** What was measured while users were served by this share of the candidate. */
  z.object({
    type: z.literal('watched'),
    at,
    service,
    percent: z.number().int(),
    triggers: z.array(triggerSchema),
  }),
  /** A trigger fired, and people get until then to keep the candidate. */
  z.object({
    type: z.literal('trigger-fired'),
    at,
    service,
    percent: z.number().int(),
    triggers: z.array(triggerSchema),
    until: at,
  }),
  /** Nobody kept it in time. Of this and `kept` the earlier one counts. */
  z.object({ type: z.literal('countdown-over'), at, service }),
  /** A round has begun: the operation that does its work is open. */
  z.object({
    type: z.literal('round-started'),
    at,
    round: z.number().int().positive(),
    operation: z.string(),
    ref: z.string(),
    /** Of what kind: a deploy with its suites, or what failed once more without a deploy. */
    way: z.enum(['deploy', 're-run']),
    /** Who asked for it; absent: a new build did, or it is the first. */
    by: z.string().optional(),
    byName: z.string().optional(),
  }),
  z.object({
    type: z.literal('round-ended'),
    at,
    round: z.number().int().positive(),
    summary: roundSummarySchema,
  }),
  /** The next round is asked for, from what ref, or for what failed once more; or that there be none. */
  z.object({
    type: z.literal('round-asked'),
    at,
    /** The last round that was seen then: what was asked for after another one is void. */
    after: z.number().int().nonnegative(),
    /** `retry` deploys what the last round did, and takes over what that had done already. */
    way: z.enum(['deploy', 'retry', 're-run', 'stop']),
    ref: z.string().optional(),
    /** Absent: a new build asks. */
    by: z.string().optional(),
    byName: z.string().optional(),
  }),
  z.object({ type: z.literal('finished'), at, outcome: z.enum(outcomes) }),
]);
export type Event = z.infer<typeof eventSchema>;
export type EventOf<Type extends Event['type']> = Extract<Event, { type: Type }>;
