/**
 * The cast of a controlled run: who plays what, as plain data that the controller makes of a scenario.
 *
 * @module
 */
import type { Moment } from "../../explore/moments.ts";

/** One role of one stage: a party, and the process that plays it. */
export interface Part {
  readonly party: number;
  readonly name: string;
  readonly stage: number;
  readonly calls: readonly { readonly function: string; readonly arguments: readonly unknown[] }[];
  /** Is not expected to end by itself. */
  readonly daemon: boolean;
  /** Is started later, by a moment. */
  readonly waits: boolean;
}

/** A signal from outside. */
export interface Stimulus {
  readonly party: number;
  readonly signal: number;
  readonly queue: number | null;
}

/** One stage. */
export interface Scene {
  /** Whether roles may stay blocked for good. */
  readonly mayStick: boolean;
  readonly moments: readonly Moment[];
  readonly stimuli: readonly Stimulus[];
}

/** All of a scenario. */
export interface Cast {
  readonly parts: readonly Part[];
  readonly scenes: readonly Scene[];
  /** Names of notes: a note's number is its place here. */
  readonly notes: readonly string[];
  /** The folder of the run, as the roles see it. */
  readonly scratch: string;
}
