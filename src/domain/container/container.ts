import { z } from 'zod';

/** What one instance of a revision is, as far as people pay or wait for it. */
export const containerSchema = z.object({
  /** Bytes that a new instance fetches: compressed, for linux/amd64. Absent: the registry did not say. */
  imageBytes: z.number().nonnegative().optional(),
  /**
   * Milliseconds. `healthy`: from the start of the first instance until Cloud Run found it healthy, as Cloud Run says
   * it. `ready`: from the creation of the revision until it was ready, with the fetch of the image. Absent: neither is known.
   */
  start: z.object({ ms: z.number().nonnegative(), of: z.enum(['healthy', 'ready']) }).optional(),
  /** Thousandths of a CPU, of all containers of an instance together. */
  cpu: z.number().nonnegative(),
  /** MiB, of all containers of an instance together. */
  memory: z.number().nonnegative(),
  minInstances: z.number().int().nonnegative(),
  /** Absent: Cloud Run's own limit. */
  maxInstances: z.number().int().positive().optional(),
  /** `request`: an instance is paid for while it serves; `instance`: as long as it lives. */
  billing: z.enum(['request', 'instance']),
  /** It has a GPU, whose price is not known here. Default false. */
  gpu: z.boolean().optional(),
});
export type Container = z.infer<typeof containerSchema>;

/** How much a service was used, over whole days. */
export const usageSchema = z.object({
  /** How long it was measured; at least one. */
  days: z.number().positive(),
  /** Seconds of instances that were paid for, as Cloud Run counts them. */
  instanceSeconds: z.number().nonnegative(),
  requests: z.number().nonnegative(),
});
export type Usage = z.infer<typeof usageSchema>;

/** What a month costs at list prices, in US dollars, and from what that was computed. */
export const costSchema = z.object({
  /** Absent: there was no revision before. */
  before: z.number().nonnegative().optional(),
  after: z.number().nonnegative(),
  /** Absent: nobody knows how much it is used, so only the instances that are always on are counted. */
  usage: usageSchema.optional(),
  region: z.string(),
  /** Day of the prices, `2026-08-11`. */
  pricesOf: z.string(),
  /** The prices were old when it was computed. */
  old: z.boolean(),
});
export type Cost = z.infer<typeof costSchema>;

/** What a deploy makes of the container of a service. */
export const weighedSchema = z.object({
  /** What served most of the users before. Absent: nothing did. */
  before: containerSchema.optional(),
  after: containerSchema,
  cost: costSchema.optional(),
  /** What could not be read, and why, one line each. */
  unknown: z.array(z.string()),
});
export type Weighed = z.infer<typeof weighedSchema>;
