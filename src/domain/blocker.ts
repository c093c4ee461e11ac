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

/** One sentence for all that was found before anything was changed. */
export function blockedSummary(blockers: readonly Blocker[]): string {
  const names = blockers.map(({ what }) => what).join(', ');
  return `${names} ${blockers.length === 1 ? 'stands' : 'stand'} in the way; nothing was changed.`;
}

/** Two steps, or two services, may need the same. */
export function eachOnce(blockers: readonly Blocker[]): readonly Blocker[] {
  const keyOf = ({ what, evidence }: Blocker) => JSON.stringify([what, evidence]);
  return [
    ...new Map(blockers.toReversed().map((blocker) => [keyOf(blocker), blocker])).values(),
  ].toReversed();
}
