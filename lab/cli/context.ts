/**
 * Everything that a command may touch outside of itself. `lab/main.ts` makes the real one; tests make theirs, and run a command
 * without a process.
 *
 * @module
 */
import type { judge } from "../judge/judge.ts";
import type { Report } from "../report/model.ts";
import { type Medium, mediumOf } from "../report/style.ts";
import type { Leftover, Removed } from "../sandbox/leftovers.ts";
import type { Fact } from "./machine.ts";
import type { Platform } from "./platform.ts";

/** Where text goes. */
export interface Output {
  readonly isTerminal: boolean;
  /** Columns of the terminal right now, where known. */
  columns(): number | undefined;
  /** Writes all of it. What can no longer be written (the reader has gone) is dropped. */
  write(text: string): void;
}

/** Time, as far as commands need it. */
export interface Clock {
  /** Milliseconds since some moment; never goes back. */
  now(): number;
  /** Calls back once, in `ms` milliseconds, unless disposed of before. */
  after(ms: number, callback: () => void): Disposable;
}

/** Finds and removes what killed runs have left behind. */
export interface Leftovers {
  find(): Promise<readonly Leftover[]>;
  remove(leftovers: readonly Leftover[]): Promise<readonly Removed[]>;
}

/** The world of a command. */
export interface Context {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly clock: Clock;
  /** Absolute path of the project. */
  readonly root: string;
  /** Absolute path of the folder that the student typed the command in: shown paths are relative to it. */
  readonly cwd: string;
  readonly platform: Platform;
  readonly machine: Report["machine"];
  /** Aborted when the student presses Ctrl-C. */
  readonly interrupt: AbortSignal;
  readonly judge: typeof judge;
  readonly leftovers: Leftovers;
  env(name: string): string | undefined;
  /** Calls back with the names of files in a folder that were written, made, renamed or removed, until disposed of. */
  watchFolder(folder: string, onChange: (names: readonly string[]) => void): Disposable;
  /** What this machine can do. */
  inspectMachine(): Promise<readonly Fact[]>;
}

/** What a command ends with: a verdict's status, 2 for wrong use, or 130 when interrupted. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 130;

/** Where the exercises are. */
export function exercisesFolder(context: Context): string {
  return `${context.root}/exercises`;
}

/** Where the lab keeps what it remembers. */
export function stateFolder(context: Context): string {
  return `${context.root}/.ipclab`;
}

/** What an output can show. */
export function mediumFor(output: Output, context: Context): Medium {
  return mediumOf({ isTerminal: output.isTerminal, columns: output.columns(), env: (name) => context.env(name) });
}

/** A command as the student has to type it: who came by npx has no `deno` to type. */
export function taskCommand(context: Context, command: string): string {
  const runner = context.env("npm_command") === "exec" ? `npx --yes deno@${context.machine.deno}` : "deno";
  return `${runner} task ${command}`;
}
