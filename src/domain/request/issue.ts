import { quote, type Read, refuse, usage } from './words.ts';

/** The value of `issue:`: the number of a GitHub issue, as typed with or without `#`. */
export function readIssue(value: string | undefined): Read<number | undefined> {
  if (value === undefined) return { kind: 'read', value: undefined };
  const [, digits] = /^#?([1-9]\d{0,8})$/.exec(value) ?? [];
  return digits === undefined
    ? refuse(usage(`${quote(value)} is not the number of an issue, such as issue:128.`))
    : { kind: 'read', value: Number(digits) };
}
