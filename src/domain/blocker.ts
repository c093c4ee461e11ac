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

/** Two steps, or two services, may need the same: then it is told once, with all that it prevents. */
export function eachOnce(blockers: readonly Blocker[]): Blocker[] {
  const known = new Map<string, Blocker[]>();
  for (const blocker of blockers) {
    const key = JSON.stringify([blocker.what, blocker.evidence]);
    known.set(key, [...(known.get(key) ?? []), blocker]);
  }
  return [...known.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const all = new Set([first, ...others].map(({ prevents }) => prevents));
    return [{ ...first, prevents: [...all].join('; ') }];
  });
}
