/**
 * What somebody who mistyped a name most likely meant.
 *
 * @module
 */
import { editDistance } from "../instrument/nearest_name.ts";

/** The candidate nearest to a word, if any is near enough to be meant: a few slips away, or beginning with it or containing it. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const typed = word.toLowerCase();
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of candidates) {
    const known = candidate.toLowerCase();
    const slips = editDistance(typed, known);
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
