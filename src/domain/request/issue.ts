import { quote, type Read, refuse, usage } from './words.ts';

/** What an operation is about. */
export interface AboutIssue {
  /** The number of a GitHub issue. Absent: none. */
  readonly issue?: number;
}

/** The value of `issue:`: the number of a GitHub issue, as typed with or without `#`. */
export function readIssue(value: string | undefined): Read<AboutIssue> {
  if (value === undefined) return { kind: 'read', value: {} };
  const [, digits] = /^#?([1-9]\d{0,8})$/.exec(value) ?? [];
  return digits === undefined
    ? refuse(usage(`${quote(value)} is not the number of an issue, such as issue:128.`))
    : { kind: 'read', value: { issue: Number(digits) } };
}
