import { z } from 'zod';

const count = z.number().int().nonnegative();

/** One resource that a plan would change. */
export const resourceChangeSchema = z.object({
  /** e.g. `google_compute_backend_service.ws` */
  address: z.string(),
  action: z.enum(['create', 'update', 'replace', 'destroy', 'read', 'forget']),
  /** Attributes that change; those that Terraform calls sensitive have no values. */
  attributes: z.array(
    z.object({
      path: z.string(),
      before: z.string().optional(),
      after: z.string().optional(),
      sensitive: z.boolean(),
    }),
  ),
  /** It was changed outside of Terraform. */
  drifted: z.boolean(),
});
export type ResourceChange = z.infer<typeof resourceChangeSchema>;

export const infrastructurePlanSchema = z.object({
  counts: z.object({ add: count, change: count, destroy: count }),
  /** At most 200; `counts` has all of them. */
  changes: z.array(resourceChangeSchema),
  /** SHA-256 over what would be done: an approval is for it, and nothing else is applied. */
  digest: z.string(),
  /** Nothing would be done, neither to resources nor to outputs. Default false. */
  empty: z.boolean().optional(),
  /** What the configuration was planned from; absent where it has no history. */
  commit: z.string().optional(),
});
export type InfrastructurePlan = z.infer<typeof infrastructurePlanSchema>;
