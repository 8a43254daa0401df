/**
 * Making problems: from an offset in a file to a place that a student can find.
 *
 * @module
 */
import type { Problem } from "./model.ts";

/** What ends a line, for the runtime and for acorn. */
const LINE_BREAK_REGEXP = /\r\n|[\n\r\u2028\u2029]/g;

/** A file as it was read: the way to turn offsets into problems. */
export class SourceFile {
  /** Path below the exercise's folder. */
  readonly path: string;
  /** The text, without a byte order mark. */
  readonly text: string;
  /** Where each line begins. */
  readonly #starts: readonly number[];

  /** The file of this path with this text. */
  constructor(path: string, text: string) {
    this.path = path;
    this.text = text.replace(/^\uFEFF/, "");
    this.#starts = [0, ...this.text.matchAll(LINE_BREAK_REGEXP).map((found) => found.index + found[0].length)];
  }

  /** A problem at a line and a column, both from 1. */
  problemAt(kind: Problem["kind"], message: string, line: number, column: number): Problem {
    const wholeLine = this.text.slice(this.#starts[line - 1] ?? this.text.length, this.#starts[line]);
    return { kind, message, file: this.path, line, column, sourceLine: wholeLine.replace(LINE_BREAK_REGEXP, "") };
  }

  /** A problem at an offset of the text. */
  problem(kind: Problem["kind"], message: string, offset: number): Problem {
    const line = this.#starts.findLastIndex((start) => start <= offset) + 1;
    return this.problemAt(kind, message, line, offset - (this.#starts[line - 1] ?? 0) + 1);
  }

  /** The problem of a file that no parser gets through. */
  tooComplex(): Problem {
    const message = "This file is nested too deeply to be read. Split it into functions, or put data into a loop.";
    return this.problemAt("does-not-load", message, 1, 1);
  }
}

/** Thrown inside this folder where a file cannot be followed any further; never leaves it. */
export class ProblemFound extends Error {
  /** The problem. */
  readonly problem: Problem;

  /** Carries `problem` up to `loadProgram`. */
  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}
