/** HTTP answers of a first look, and the most that are asked for when that look is not clear. */
export const firstSamples = 5;
export const mostSamples = 20;

export function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}
