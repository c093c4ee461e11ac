import { z } from 'zod';
import { DURATION_PATTERN, formatDuration, parseDuration } from '../domain/duration.ts';

interface TextField {
  readonly description: string;
  /** Fits after "expected". */
  readonly expected: string;
  readonly pattern: RegExp;
  readonly example: string;
}

/** A string that must match; the message of every fault is what was expected. */
export function text({ description, expected, pattern, example }: TextField) {
  return z
    .string({ error: expected })
    .regex(pattern, { error: expected })
    .meta({ description, examples: [example] });
}

interface DurationField {
  readonly description: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly fallback: string;
}

/** A text such as `10m` that becomes milliseconds. */
export function duration(field: DurationField) {
  return givenDuration({ ...field, example: field.fallback }).prefault(field.fallback);
}

interface GivenDuration extends Omit<DurationField, 'fallback'> {
  readonly example: string;
  /** Milliseconds that it must be a multiple of. Default 1. */
  readonly multipleMs?: number;
}

/** The same without a default. */
export function givenDuration({ description, fromMs, toMs, example, multipleMs = 1 }: GivenDuration) {
  const kind = multipleMs === 1_000 ? 'a duration in whole seconds' : 'a duration';
  const expected = `${kind} from ${formatDuration(fromMs)} to ${formatDuration(toMs)} such as ${example}`;
  const inRange = (value: string): boolean => {
    const ms = parseDuration(value);
    return ms === undefined || (ms >= fromMs && ms <= toMs && ms % multipleMs === 0);
  };
  return (
    z
      .string({ error: expected })
      .regex(DURATION_PATTERN, { error: expected })
      .refine(inRange, { error: expected })
      // Before the transform: zod leaves out the examples of a schema that changes its value.
      .meta({
        description: `${description} ${formatDuration(fromMs)} to ${formatDuration(toMs)}.`,
        examples: [example],
      })
      .transform((value) => parseDuration(value) ?? 0)
  );
}

/** A relative path inside the repository; it never leaves it, and never looks like an option. */
export const RELATIVE_PATH =
  /^(?!.*(?:^|\/)\.\.(?:\/|$))(?!.*\/\/)[A-Za-z0-9._@+][A-Za-z0-9._@+-]*(?:\/[A-Za-z0-9._@+-]+)*\/?$/;
