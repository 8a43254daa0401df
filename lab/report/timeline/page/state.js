/**
 * What is known after a step: where each lane is, what the shared memory holds, in which state the objects are. Pure, so that it
 * can be tested without a page. Part of the page's script: see ../html.ts.
 *
 * @module
 */

/** @typedef {import("../../../explore/trace.ts").TraceStep} Step */
/** @typedef {{ key: string, object: number, offset: number, size: number, first: string }} Word */

/**
 * Words of shared memory that the steps speak of, in their order, with what they held at first ("?" where nobody looked).
 *
 * @param {readonly Step[]} steps
 * @returns {Word[]}
 */
export function wordsOf(steps) {
  const words = new Map();
  for (const { object, word, changes, result } of steps) {
    const seen = changes.map(({ object, offset, size, old }) => ({ object, offset, size, first: old }));
    if (word !== undefined && object !== null && changes.length === 0) {
      seen.push({ object, ...word, first: result ?? "?" });
    }
    for (const each of seen) {
      const key = `${each.object}+${each.offset}`;
      if (!words.has(key)) words.set(key, { key, ...each });
    }
  }
  return [...words.values()].sort((a, b) => a.object - b.object || a.offset - b.offset);
}

/**
 * What each word holds after step `at`, by key.
 *
 * @param {readonly Step[]} steps
 * @param {readonly Word[]} words
 * @param {number} at
 * @returns {Map<string, string>}
 */
export function memoryAt(steps, words, at) {
  const values = new Map(words.map(({ key, first }) => [key, first]));
  for (const { changes } of steps.slice(0, at + 1)) {
    for (const change of changes) values.set(`${change.object}+${change.offset}`, change.new);
  }
  return values;
}

/**
 * The state of each object after step `at`; null where nothing is known of it.
 *
 * @param {import("../../../explore/trace.ts").Trace["objects"]} objects
 * @param {readonly Step[]} steps
 * @param {number} at
 * @returns {(string | null)[]}
 */
export function objectsAt(objects, steps, at) {
  const states = objects.map(({ initial }) => initial ?? null);
  for (const { values } of steps.slice(0, at + 1)) {
    for (const { object, text } of values ?? []) states[object] = text;
  }
  return states;
}

/**
 * Each lane after step `at`: what it does, its place, and what it waits for.
 *
 * @param {readonly string[]} lanes
 * @param {readonly Step[]} steps
 * @param {readonly import("../../../explore/trace.ts").Wait[]} waits
 * @param {number} at
 * @returns {{ does: string, file: string | null, line: number | null, object: number | null }[]}
 */
export function lanesAt(lanes, steps, waits, at) {
  return lanes.map((_, lane) => {
    const last = steps.findLastIndex((step, index) => step.lane === lane && index <= at);
    if (last === -1) return { does: "not started", file: null, line: null, object: null };
    const { file, line, operation } = steps[last];
    const wait = waits.find(({ lane: who, from, to }) => who === lane && from <= at && (to === null || to > at));
    const woken = wait !== undefined && wait.wokenBy !== null && wait.wokenBy <= at;
    const does = wait !== undefined ? (woken ? "may go on" : "waits") : operation === "end" ? "ended" : "runs";
    return { does, file, line, object: wait?.object ?? null };
  });
}

/**
 * The next step after `at` at which somebody is stopped, waits, is woken or is disturbed; the last one if there is none.
 *
 * @param {readonly Step[]} steps
 * @param {number} at
 * @returns {number}
 */
export function nextTurn(steps, at) {
  const next = steps.findIndex((step, index) =>
    index > at && (step.preempted || step.what !== "done" || step.woke.length > 0 || step.fault !== undefined)
  );
  return next === -1 ? steps.length - 1 : next;
}

/**
 * The step that a fragment of the address names: "#step=5" is index 4. The nearest there is; null if it names none.
 *
 * @param {string} hash
 * @param {number} count how many steps there are
 * @returns {number | null}
 */
export function stepOfHash(hash, count) {
  const [, number] = /^#step=(\d{1,9})$/.exec(hash) ?? [];
  return number === undefined ? null : Math.max(0, Math.min(count, Number(number)) - 1);
}

/**
 * A line of a program in pieces, each with the class that it is painted by.
 *
 * @param {string} line
 * @returns {[string, string][]}
 */
export function highlight(line) {
  if (/^\s*(\/?\*)/.test(line)) return [["comment", line]];
  const pieces = [];
  let at = 0;
  for (const match of line.matchAll(TOKEN)) {
    if (match.index > at) pieces.push(["", line.slice(at, match.index)]);
    const { comment, string } = match.groups;
    pieces.push([comment !== undefined ? "comment" : string !== undefined ? "string" : "keyword", match[0]]);
    at = match.index + match[0].length;
  }
  return at < line.length ? [...pieces, ["", line.slice(at)]] : pieces;
}

const TOKEN = new RegExp(
  [
    String.raw`(?<comment>\/\/.*|\/\*.*?\*\/)`,
    String.raw`(?<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\x60(?:[^\x60\\]|\\.)*\x60)`,
    String
      .raw`\b(?:as|async|await|break|case|catch|class|const|continue|do|else|export|extends|finally|for|from|function` +
    String
      .raw`|if|import|in|interface|let|new|null|of|readonly|return|switch|this|throw|try|type|typeof|using|while|yield)\b`,
  ].join("|"),
  "g",
);
