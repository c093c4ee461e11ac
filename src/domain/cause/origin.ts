import { z } from 'zod';
import { type Change, changeSchema } from '../changed-field.ts';
import type { Cause } from '../cause.ts';

/** Where a cause comes from, as far as it is known. */
export const originSchema = z.object({
  /** The frame of the team's own code, e.g. `/app/agents/supervisor.py:14`. */
  at: z.string().optional(),
  /** What it means, when it is a known cause. */
  means: z.string().optional(),
  /** The revision whose log names it. */
  revision: z.string().optional(),
  /** What is different in that revision from the one before. Absent: it could not be compared. */
  changes: z.array(changeSchema).optional(),
});
export type Origin = z.infer<typeof originSchema>;

/** More names than this are no hint any more. */
const mostChanges = 8;

/** A cause as failures and validations keep it. */
export function causeParts(
  cause: Cause | undefined,
  origin: Origin = {},
): { readonly cause?: string; readonly origin?: Origin } {
  if (cause === undefined) return {};
  const { error, at, known } = cause;
  const whole = {
    ...(at === undefined ? {} : { at }),
    ...(known === undefined ? {} : { means: known.meaning }),
    ...origin,
  };
  return { cause: error, ...(Object.keys(whole).length === 0 ? {} : { origin: whole }) };
}

/** `in revision backend-r42, which changed: image, env E2E_TEST_ENV added`; empty where no revision is known. */
export function originText({ revision, changes }: Origin): string {
  if (revision === undefined) return '';
  const told = (changes ?? []).filter(({ field }) => field !== 'commits').map(changeText);
  const hidden = told.length - mostChanges;
  const which =
    changes === undefined
      ? ''
      : told.length === 0
        ? ', which changed nothing'
        : `, which changed: ${told.slice(0, mostChanges).join(', ')}${hidden > 0 ? ` and ${hidden} more` : ''}`;
  return `in revision ${revision}${which}`;
}

/** `env LOG_LEVEL added`, `memory 512Mi → 1Gi`; an image is another one, and its digests say no more. */
function changeText({ field, before, after }: Change): string {
  if (field === 'image') return field;
  if (before === undefined) return /^env /.test(field) ? `${field} ${after ?? ''}` : `${field} added`;
  return after === undefined ? `${field} removed` : `${field} ${before} → ${after}`;
}
