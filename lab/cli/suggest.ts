/**
 * What somebody who mistyped a name most likely meant.
 *
 * @module
 */

/** The fewest insertions, removals, replacements and swaps of neighbours that turn one word into the other. */
export function distance(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= other.length; column++) {
      const same = one[row - 1] === other[column - 1];
      const swapped = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      current[column] = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (beforeLast[column - 2] ?? 0) + 1 : Infinity,
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[other.length] ?? 0;
}

/** The candidate nearest to a word, if any is near enough to be meant: a few slips away, or beginning with it or containing it. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const typed = word.toLowerCase();
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of candidates) {
    const known = candidate.toLowerCase();
    const slips = distance(typed, known);
    // A part of a name counts as one slip: less sure than nothing, surer than two.
    const cost = typed.length >= 3 && known.includes(typed) ? Math.min(slips, 1) : slips;
    if (cost < least && cost <= Math.max(1, Math.floor(Math.max(typed.length, known.length) / 3))) {
      least = cost;
      best = candidate;
    }
  }
  return best;
}

/** " Did you mean X?", or nothing. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const meant = nearest(word, candidates);
  return meant === undefined ? "" : ` Did you mean ${meant}?`;
}
