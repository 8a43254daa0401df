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

/** A place in the student's files that a step of a schedule can come from. */
export interface Site {
  /** Path below the exercise's folder. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** The expression as it stands there, in one line, shortened where it is long. */
  readonly text: string;
}

/** A place where a program may use shared memory without being seen. */
export interface Note {
  /** What is not seen there, as a whole sentence. */
  readonly message: string;
  /** Path below the exercise's folder. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/**
 * What the text of a watched program calls: how it tells which elements it uses. Each first argument is the number of a site:
 * its place in `Program.sites`, from 1.
 */
export interface Watch {
  /** `o`, or what stands for it for the time of one access to an element: `at(1, o)[k]`. */
  at<T>(site: number, o: T): T;
  /** `o`, or what stands for it where a pattern takes elements of it. */
  parts<T>(site: number, o: T): T;
  /** What `parts` made something else of. */
  bare<T>(value: T): T;
  /** `value`, all of whose elements are read now. */
  whole<T>(site: number, value: T): T;
  /** What to call in place of a constructor, in which views copy views. */
  maker<T>(site: number, constructor: T): T;
  /** Whether `value` is null or undefined. Keeps it for `taken`, which must be what is called next. */
  nullish(value: unknown): boolean;
  /** What `nullish` was given. */
  taken(): unknown;
  /** `value`. */
  same<T>(value: T): T;
}

/** A student's program: the file of the exercise and all files that it imports, in the order in which they are evaluated. */
export interface Program {
  /** Path of the module whose exports are the roles. */
  readonly entry: string;
  /** The files, each after those it imports, as far as import cycles allow. */
  readonly modules: readonly ProgramModule[];
  /** Of a program that is watched: the places that steps come from. Its text has their numbers, from 1. */
  readonly sites?: readonly Site[];
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
    /** Of a program that is watched: where it may use shared memory without being seen. */
    readonly notes: readonly Note[];
  }
  | { readonly ok: false; readonly problems: readonly Problem[] };
