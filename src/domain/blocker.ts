import { z } from 'zod';

/** Something outside that stops the work: told before anything is changed. */
export const blockerSchema = z.object({
  /** What is in the way, e.g. `Docker daemon`, `permission run.services.update`, `state lock`. */
  what: z.string(),
  /** As it was read: the error of the program or of the interface, shortened. */
  evidence: z.array(z.string()),
  /** What cannot be done because of it, e.g. `Build the image of backend`. */
  prevents: z.string(),
  /** What a person does about it. */
  advice: z.string(),
});
export type Blocker = z.infer<typeof blockerSchema>;
