/** Google's clients give enums by name in answers to gets and by number in results of operations. */
export function enumName(names: Record<number, string>, value: string | number | null | undefined): string {
  return typeof value === 'number' ? (names[value] ?? '') : (value ?? '');
}
