/**
 * What leaves this folder: a student's program as text that a role can evaluate, or the reasons why there is none. All of it
 * is plain data, so that it can be sent from the controller to the arena.
 *
 * @module
 */

/** One file of the student's, as text that a role compiles. */
export interface ProgramModule {
  /** Path below the exercise's folder, with forward slashes: how messages name the file. */
  readonly path: string;
  /** The file's URL, as it stands in stack traces. */
  readonly url: string;
  /** The whole script; its value is the module's factory. See `rewrite.ts` for what it takes and does. */
  readonly code: string;
  /** Paths of the modules whose namespaces the factory takes after its fixed parameters, in this order. */
  readonly links: readonly string[];
  /**
   * How columns moved: for each line of `code` where they did, pairs of a column in `code` and the column of the student's
   * file that it came from, both from 0. Lines are never moved.
   */
  readonly columns: { readonly [line: number]: readonly number[] };
}

/** A student's program: the file of the exercise and all files that it imports, in the order in which they are evaluated. */
export interface Program {
  /** Path of the module whose exports are the roles. */
  readonly entry: string;
  /** The files, each after those it imports, as far as import cycles allow. */
  readonly modules: readonly ProgramModule[];
}

/** Why a file is no program, told to the student who wrote it. The kinds are kinds of findings. */
export interface Problem {
  /** Cannot be loaded as it is, or imports what the exercise does not allow. */
  readonly kind: "does-not-load" | "forbidden-mechanism";
  /** What is wrong and what to do about it, as whole sentences. */
  readonly message: string;
  /** Path below the exercise's folder. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** The line itself, without its line break; empty where there is none. */
  readonly sourceLine: string;
}

/** What `loadProgram` answers. */
export type LoadResult =
  | {
    readonly ok: true;
    readonly program: Program;
    /** Names that the entry exports, sorted. */
    readonly exports: readonly string[];
    /** The text of each file as it was read, by path: what a report quotes, whatever happens to the file meanwhile. */
    readonly sources: { readonly [path: string]: string };
  }
  | { readonly ok: false; readonly problems: readonly Problem[] };
