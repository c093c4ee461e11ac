/** Longer words are compared with nothing: the cost grows with both lengths. */
const LONGEST = 40;

/** The word that was probably meant; undefined when none is near. Case never counts as a difference. */
export function suggest(word: string, known: readonly string[]): string | undefined {
  if (word.length > LONGEST) return undefined;
  const near = known
    .map((candidate) => ({ candidate, edits: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= Math.max(1, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.edits - b.edits);
  return near[0]?.candidate;
}

/** Edits of one letter: put in, left out, replaced, or swapped with its neighbour (optimal string alignment). */
function distance(from: string, to: string): number {
  let before: readonly number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const same = from[i - 1] === to[j - 1];
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      const options = [cell(row, j - 1) + (same ? 0 : 1), cell(row, j) + 1, cell(next, j - 1) + 1];
      next.push(Math.min(...options, swapped ? cell(before, j - 2) + 1 : Infinity));
    }
    [before, row] = [row, next];
  }
  return cell(row, to.length);
}

function cell(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
