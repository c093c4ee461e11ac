import { z } from 'zod';

export const provedSchema = z.object({
  /** `sha256:…` */
  digest: z.string(),
  /** Full commit, when the build told it. */
  commit: z.string().optional(),
  ref: z.string(),
  operation: z.string(),
  /** Milliseconds since 1970. */
  at: z.number().int().nonnegative(),
});
/** What a deploy that succeeded has shown to work in an environment. */
export type Proved = z.infer<typeof provedSchema>;

const fullCommit = /^[0-9a-f]{40}$/;

/** What is about to be deployed, as far as it is known. */
export interface Wanted {
  readonly digest?: string | undefined;
  readonly commit?: string | undefined;
}

/** A ref that is a full commit names its commit before anything is built. */
export function commitOf(ref: string): string | undefined {
  return fullCommit.test(ref) ? ref : undefined;
}

/** The proof of an image, or of the commit that it was built from. */
export function proofOf(proved: readonly Proved[], { digest, commit }: Wanted): Proved | undefined {
  return proved.findLast(
    (each) =>
      (digest !== undefined && each.digest === digest) ||
      (commit !== undefined && (each.commit ?? commitOf(each.ref)) === commit),
  );
}
