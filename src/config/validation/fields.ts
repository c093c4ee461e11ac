import { z } from 'zod';
import { duration, text } from '../fields.ts';
import { REFERENCE } from '../interpolate.ts';

const PATH = /^\/(?!\/)[A-Za-z0-9._~!$&'()*+,;=:@%/?{}-]{0,1000}$/;

export const path = (description: string, example: string) =>
  text({ description, expected: `a path that starts with / such as ${example}`, pattern: PATH, example });

/** One line of at most `longest` characters, in any language. */
export const line = (description: string, longest: number, example: string) => {
  const expected = `a text of 1 to ${longest} characters on one line such as ${example}`;
  const pattern = new RegExp(`^[^\\r\\n]{1,${longest}}$`);
  // Editors read patterns without the flag that would let this be part of it.
  const printable = (value: string): boolean => !/\p{Cc}/u.test(value);
  return text({ description, expected, pattern, example }).refine(printable, { error: expected });
};

interface NumberField {
  readonly description: string;
  readonly from: number;
  readonly to: number;
  readonly fallback: number;
}

export function whole({ description, from, to, fallback }: NumberField) {
  const error = `a whole number from ${from} to ${to} such as ${fallback}`;
  return z
    .int({ error })
    .min(from, { error })
    .max(to, { error })
    .default(fallback)
    .meta({ description: `${description} ${from} to ${to}.`, examples: [fallback] });
}

export const within = (description: string, fallback: string) =>
  duration({ description, fromMs: 10, toMs: 10 * 60_000, fallback });

const HEADERS_EXPECTED =
  'names of headers with a text each, at most 50, none of them one that HTTP itself sets';
const HEADER_EXPECTED = 'a text of printable ASCII on one line, at most 4096 characters';

// RFC 9110 §5.1: a token. The others belong to the connection, and to `cookies`.
const HEADER_NAME =
  /^(?!(?:host|connection|upgrade|content-length|transfer-encoding|cookie|sec-websocket-.*)$)[\w!#$%&'*+.^`|~-]{1,100}$/i;

export const headers = (description: string) =>
  z
    .record(
      z.string(),
      z
        .string({ error: HEADER_EXPECTED })
        .regex(/^[\x20-\x7e]{0,4096}$/, { error: HEADER_EXPECTED })
        .meta({ description: 'The value of the header.', examples: ['E2E'] }),
    )
    .refine((all) => Object.keys(all).every((name) => HEADER_NAME.test(name)), { error: HEADERS_EXPECTED })
    .refine((all) => Object.keys(all).length <= 50, { error: HEADERS_EXPECTED })
    .default({})
    .meta({ description, examples: [{ 'X-Test-Type': 'E2E' }] });

export const SECRET_EXPECTED = 'exactly one ${env:NAME} (a secret never stands in the file)';

/** The text is a variable's by the time it is read; that it was a reference is asked of the file as written. */
export const secret = (description: string, variable: string) =>
  z
    .string({ error: SECRET_EXPECTED })
    .min(1, { error: SECRET_EXPECTED })
    .max(16_384, { error: SECRET_EXPECTED })
    .meta({ description, pattern: REFERENCE.source, examples: [`\${env:${variable}}`] });

/** Any value that JSON has. */
export const anything = (description: string, example: unknown) =>
  z.unknown().meta({ description, examples: [example] });

export const fieldPath = (description: string, example: string) =>
  text({
    description,
    expected: `a field such as ${example}, dots leading inwards`,
    pattern: /^[\w-]{1,100}(?:\.[\w-]{1,100}){0,9}$/,
    example,
  });
