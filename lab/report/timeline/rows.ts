/**
 * What of a trace is worth a row: steps on one line of one lane, one after another, are one row, and long stretches in which
 * nothing is to be seen are folded.
 *
 * @module
 */
import type { Trace, TraceStep } from "../../explore/trace.ts";

/** Steps of one lane, with nobody in between: on one line, or folded. */
export interface Row {
  /** -1: folded steps of more than one. */
  readonly lane: number;
  /** Indices: the first step, and the one behind the last. */
  readonly from: number;
  readonly to: number;
  readonly folded: boolean;
  /** Whether something in it is remarkable; else it is there for the sake of its neighbours. */
  readonly matters: boolean;
}

/** More unremarkable steps than this in a row are folded. */
const MOST_UNREMARKABLE = 4;

/**
 * The rows of a trace; at most `most` of them, where they are limited: those that matter first, and of those the nearest to the
 * critical preemption or the accesses that race, and to the end.
 */
export function rowsOf(trace: Trace, most = Infinity): Row[] {
  const speaks = remarkable(trace);
  const rows = fold(trace, speaks, withNeighbours(trace.steps, speaks));
  return rows.length <= most ? rows : nearest(trace, rows, most);
}

/** Which steps have something to tell by themselves, by index. */
function remarkable(trace: Trace): boolean[] {
  const { steps, critical, end } = trace;
  const racing: readonly number[] = trace.racing ?? [];
  const contended = contendedWords(steps);
  const awaited = new Set(end.blocked.map(({ object }) => object).filter((object) => object !== null));
  const last = new Map(steps.map(({ lane }, index) => [lane, index]));
  return steps.map((step, index) =>
    step.what !== "done" || step.preempted || steps[index + 1]?.preempted === true || step.woke.length > 0 ||
    step.fault !== undefined || step.event === "threw" || (step.event === "returned" && step.result !== null) ||
    step.operation === "signal" || words(step).some((word) => contended.has(word)) ||
    (step.object !== null && awaited.has(step.object) && critical !== undefined && index >= critical.step) ||
    (last.get(step.lane) === index && step.operation !== "end" && step.event !== "returned") ||
    racing.includes(index) ||
    index === critical?.step ||
    index + 1 === critical?.step
  );
}

/** Those, the steps around them, and the functions that they are in. */
function withNeighbours(steps: readonly TraceStep[], speaks: readonly boolean[]): boolean[] {
  const seen = speaks.map((speak, index) => {
    const isOwn = (other: number): boolean => speaks[other] === true && steps[other]?.lane === steps[index]?.lane;
    return speak || isOwn(index - 1) || isOwn(index + 1);
  });
  for (const index of enclosing(steps, speaks)) seen[index] = true;
  return seen;
}

/** Words that one lane writes and another one reads or writes. */
function contendedWords(steps: readonly TraceStep[]): Set<string> {
  const users = new Map<string, Set<number>>();
  const written = new Set(steps.flatMap(({ changes }) => changes.map(wordKey)));
  for (const step of steps) {
    for (const word of words(step)) users.set(word, (users.get(word) ?? new Set()).add(step.lane));
  }
  return new Set([...written].filter((word) => (users.get(word)?.size ?? 0) > 1));
}

/** The words that a step reads or writes. */
function words({ object, word, changes }: TraceStep): string[] {
  const written = changes.map(wordKey);
  return word === undefined || object === null ? written : [...written, wordKey({ object, offset: word.offset })];
}

function wordKey({ object, offset }: { readonly object: number; readonly offset: number }): string {
  return `${object}+${offset}`;
}

/** The steps at which the functions were entered that remarkable steps are in. */
function enclosing(steps: readonly TraceStep[], speaks: readonly boolean[]): Set<number> {
  const entered = new Map<number, number[]>();
  const found = new Set<number>();
  steps.forEach(({ lane, event }, index) => {
    const stack = entered.get(lane) ?? [];
    entered.set(lane, stack);
    if (event === "entered") stack.push(index);
    const innermost = stack.at(-1);
    if (speaks[index] && innermost !== undefined) found.add(innermost);
    if (event === "returned" || event === "threw") stack.pop();
  });
  return found;
}

function fold({ steps }: Trace, speaks: readonly boolean[], seen: readonly boolean[]): Row[] {
  const rows: Row[] = [];
  for (let from = 0; from < steps.length;) {
    const { lane } = steps[from] as TraceStep;
    let to = from;
    while (steps[to]?.lane === lane && !seen[to]) to++;
    const folded = to - from > MOST_UNREMARKABLE;
    if (!folded) {
      to = from + 1;
      while (isSameLine(steps[to - 1], steps[to])) to++;
    }
    rows.push({ lane, from, to, folded, matters: speaks.slice(from, to).includes(true) });
    from = to;
  }
  return rows;
}

/** Whether one goes on where the other was, with nothing in between worth telling. */
function isSameLine(one: TraceStep | undefined, other: TraceStep | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  return one.lane === other.lane && one.line !== null && one.line === other.line && one.file === other.file &&
    one.event === undefined && other.event === undefined && one.what !== "parked" && other.what === "done" &&
    !other.preempted && other.fault === undefined;
}

/** The rows nearest to what matters most. What is left out becomes folded rows. */
function nearest({ steps, critical, racing }: Trace, rows: readonly Row[], most: number): Row[] {
  const turns = racing ?? (critical === undefined ? null : [critical.step]);
  const isFocus = ({ from, to }: Row): boolean =>
    turns === null ? steps[from]?.preempted === true : turns.some((turn) => from <= turn && turn < to);
  // Without a critical preemption, the last ones: the end needs room too.
  const focuses = rows.flatMap((row, index) => isFocus(row) ? [index - 1, index] : []).slice(-4);
  focuses.push(rows.findLastIndex(({ matters }) => matters));
  const distance = (index: number): number =>
    Math.min(...focuses.map((focus) => Math.abs(index - focus))) + (rows[index]?.matters ? 0 : rows.length);
  const ranked = rows.map((_, index) => ({ index, distance: distance(index) }))
    .filter(({ index }) => !rows[index]?.folded).sort((a, b) => a.distance - b.distance);
  // What is kept and the folds in between must fit; a fold more or less comes with each row.
  for (let count = Math.min(most, ranked.length); count > 1; count--) {
    const shown = without(rows, new Set(ranked.slice(0, count).map(({ index }) => index)));
    if (shown.length <= most) return shown;
  }
  return without(rows, new Set(ranked.slice(0, 1).map(({ index }) => index)));
}

/** Folds what is not kept: rows of different lanes, one behind the other, into one. A single row would save no line. */
function without(rows: readonly Row[], keep: ReadonlySet<number>): Row[] {
  const shown: Row[] = [];
  for (let at = 0; at < rows.length;) {
    let end = at;
    while (end < rows.length && !keep.has(end)) end++;
    const [first, last] = [rows[at], rows[Math.max(at, end - 1)]];
    if (first === undefined || last === undefined) break;
    if (end - at <= 1) shown.push(first);
    else {
      const isOne = rows.slice(at, end).every(({ lane }) => lane === first.lane);
      shown.push({ ...first, to: last.to, folded: true, lane: isOne ? first.lane : -1 });
    }
    at = Math.max(end, at + 1);
  }
  return shown;
}
