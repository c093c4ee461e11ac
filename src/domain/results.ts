import { z } from 'zod';
import { changeSchema } from './changed-field.ts';
import { weighedSchema } from './container/container.ts';
import { infrastructurePlanSchema } from './infrastructure/plan.ts';
import { suiteRunSchema } from './suite/run.ts';
import { validationRecordSchema } from './validation/record.ts';

/** Revision → percent, with tags. Percents of one list sum to 100; tags may stand without one. */
export const splitSchema = z.array(
  z.object({
    revision: z.string(),
    percent: z.number().int().min(0).max(100),
    tag: z.string().optional(),
  }),
);
export type Split = z.infer<typeof splitSchema>;

/** A revision that users could go back to. */
export const revisionChoiceSchema = z.object({
  revision: z.string(),
  image: z.string(),
  /** Milliseconds since 1970. */
  createdAt: z.number(),
  ready: z.boolean(),
  /** The operation that gave it all traffic and found it well, and who asked for that. */
  operation: z.string().optional(),
  byName: z.string().optional(),
});
export type RevisionChoice = z.infer<typeof revisionChoiceSchema>;

/** What each step leaves in the ledger for the steps after it, the thread and the report. */
export const resultSchemas = {
  preflight: z.object({
    /** False when Cloud Run does not have the service yet: this deploy creates it. */
    exists: z.boolean(),
    url: z.string().optional(),
    /** Who served before anything was done. */
    split: splitSchema,
    image: z.string().optional(),
    /** Of what later steps will need: found well, near a limit, and what could not be determined. */
    ready: z.array(z.string()).optional(),
    warnings: z.array(z.string()).optional(),
    unchecked: z.array(z.string()).optional(),
  }),
  build: z.object({
    /** `name@sha256:…` */
    image: z.string(),
    digest: z.string(),
    /** What the ref stood for, where Cloud Build says it. */
    commit: z.string().optional(),
    build: z.string(),
    logUrl: z.string().optional(),
  }),
  approval: z.object({
    /** Empty where nobody had to say yes. */
    by: z.string(),
    /** Why nobody had to. */
    skipped: z.string().optional(),
    /** By service, who served when it was approved. */
    splits: z.record(z.string(), splitSchema).optional(),
  }),
  candidate: z.object({
    revision: z.string(),
    tag: z.string(),
    url: z.string(),
    /** Who served when the candidate was ready: the split to go back to. */
    split: splitSchema,
    /** Hash of the service's template with the candidate: another one is somebody else's. */
    template: z.string().optional(),
    /** The service's ingress before and with the deploy; it changes when all users do. Absent: it stays. */
    ingress: z.object({ before: z.string(), after: z.string() }).optional(),
    /** Session affinity is on, before or with the deploy: clients stay where they were, whatever the split says. */
    affinity: z.boolean().optional(),
    /** Image, start, limits and cost, before and with the deploy. Absent in what an older slipway made. */
    container: weighedSchema.optional(),
  }),
  prove: z.object({ url: z.string(), record: validationRecordSchema }),
  /** Where a rollback leads. */
  choose: z.object({
    revision: z.string(),
    /** Of the same list that people were shown. */
    choices: z.array(revisionChoiceSchema),
    /** Who served before. */
    split: splitSchema,
  }),
  shift: z.object({ split: splitSchema, url: z.string() }),
  /** How the connections of the revisions before ended. */
  settle: z.object({ waitedMs: z.number(), left: z.number().optional(), ended: z.boolean() }),
  verify: z.object({ url: z.string(), record: validationRecordSchema }),
  /** What the stable revision did before anything was built; empty where there is none. */
  baseline: z.object({ record: validationRecordSchema.optional() }),
  validate: z.object({
    services: z.array(
      z.object({
        service: z.string(),
        record: validationRecordSchema,
        /** The validation before of the same target. */
        before: validationRecordSchema.optional(),
        /** Nothing but its health is configured to be validated. */
        healthOnly: z.literal(true).optional(),
      }),
    ),
  }),
  suites: z.object({ runs: z.array(suiteRunSchema) }),
  /** Why there is no other round. */
  rounds: z.object({
    rounds: z.number().int().nonnegative(),
    end: z.enum(['green', 'max', 'stalled', 'stopped']),
    /** What the last deploy has and the first had not; of one alone, what served before had not. */
    changes: z
      .array(
        z.object({
          service: z.string(),
          /** Revisions. */
          from: z.string(),
          to: z.string(),
          changes: z.array(changeSchema),
        }),
      )
      .optional(),
  }),
  /** The configuration of the infrastructure is valid; warnings as the program says them. */
  lint: z.object({
    program: z.string(),
    version: z.string(),
    warnings: z.array(z.string()),
    /** What is planned: the ref, or the commit that it stood for. */
    ref: z.string().optional(),
    /** A rollback: the operation that applied it before. */
    back: z.string().optional(),
  }),
  plan: infrastructurePlanSchema,
  apply: z.object({
    applied: z.boolean(),
    counts: infrastructurePlanSchema.shape.counts,
    /** Addresses of resources that were changed, as the program said it. */
    done: z.array(z.string()).optional(),
    /** What was applied before, and a rollback applies again. */
    before: z.string().optional(),
  }),
  propagate: z.object({ waitedMs: z.number().nonnegative(), checks: z.array(z.string()) }),
  outputs: z.object({
    outputs: z.array(
      z.object({
        name: z.string(),
        /** Masked where the program calls it sensitive. */
        value: z.string(),
        wanted: z.string().optional(),
        ok: z.boolean(),
      }),
    ),
  }),
  restore: z.object({
    split: splitSchema,
    /** True when users had been given the candidate and were moved back. */
    moved: z.boolean(),
    tagRemoved: z.boolean(),
    /** Milliseconds from the decision to go back until users were back. */
    tookMs: z.number().int().nonnegative().optional(),
    /** The digest that nobody gets again until somebody lifts it. */
    quarantined: z.string().optional(),
    /** What the next change of the service begins from, and why that is not what was there before. */
    template: z.object({ revision: z.string(), problem: z.string().optional() }).optional(),
    /** What somebody else had made of the traffic meanwhile, and whether it was left so. */
    foreign: z.object({ split: splitSchema, by: z.string().optional(), left: z.boolean() }).optional(),
  }),
} as const;

export type StepResults = { [Name in keyof typeof resultSchemas]: z.infer<(typeof resultSchemas)[Name]> };

/** `backend-00136-xyz 100 %`, `backend-r7 10 % · backend-00136-xyz 90 %`; entries without traffic are left out. */
export function splitText(split: Split): string {
  const serving = split.filter((entry) => entry.percent > 0);
  return serving.length === 0
    ? 'no traffic'
    : serving.map((entry) => `${entry.revision} ${entry.percent} %`).join(' · ');
}

/** Whether users are served alike; order and tags do not matter. */
export function sameSplit(a: Split, b: Split): boolean {
  const text = (split: Split) => splitText(split.toSorted((x, y) => (x.revision < y.revision ? -1 : 1)));
  return text(a) === text(b);
}
