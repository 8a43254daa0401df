/**
 * Making problems: from an offset in a file to a place that a student can find.
 *
 * @module
 */
import type { Problem } from "./model.ts";

/** What ends a line, for the runtime and for acorn. */
const LINE_BREAK_REGEXP = /\r\n|[\n\r\u2028\u2029]/;

/** A file as it was read: the way to turn offsets into problems. */
export class SourceFile {
  /** Path below the exercise's folder. */
  readonly path: string;
  /** The text, without a byte order mark. */
  readonly text: string;
  readonly #lines: readonly string[];

  /** The file of this path with this text. */
  constructor(path: string, text: string) {
    this.path = path;
    this.text = text.replace(/^\uFEFF/, "");
    this.#lines = this.text.split(LINE_BREAK_REGEXP);
  }

  /** A problem at a line and a column, both from 1. */
  problemAt(kind: Problem["kind"], message: string, line: number, column: number): Problem {
    return { kind, message, file: this.path, line, column, sourceLine: this.#lines[line - 1] ?? "" };
  }

  /** A problem at an offset of the text. */
  problem(kind: Problem["kind"], message: string, offset: number): Problem {
    const before = this.text.slice(0, offset).split(LINE_BREAK_REGEXP);
    return this.problemAt(kind, message, before.length, (before.at(-1) ?? "").length + 1);
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
