/**
 * What an exercise is: the type of the default export of `exercises/NN-name/exercise.ts`, and of `grading/checks.ts` and
 * `grading/proof.ts` beside it.
 *
 * @module
 */
import type { CallName } from "../../lib/gate/calls.ts";
import type { FaultKind } from "../explore/model.ts";
import type { Finding, FindingKind } from "../judge/finding.ts";
import type { History } from "./history.ts";
import type { Scenario } from "./scenario.ts";

/** Random values that a check makes its inputs from: unpredictable, so that nobody can know an item without receiving it. */
export interface Random {
  /** A whole number from 0 to `below` - 1. */
  integer(below: number): number;
  /** `count` different positive numbers of 31 bits. */
  tokens(count: number): number[];
  /** `length` random letters. */
  word(length: number): string;
  /** "/ipclab.…": a name for a POSIX object, different in every run. */
  objectName(): string;
  /** The items in random order. */
  shuffled<T>(items: readonly T[]): T[];
}

/** One graded property of a solution. */
export interface Check {
  /** What a student reads: "every item arrives exactly once". Unique within its exercise. */
  readonly name: string;
  readonly points: number;
  /** How often it is run, each time with a new scenario; the first run that fails decides. 20 unless given. */
  readonly runs?: number;
  /** Makes one run, and the judge of it. Whatever the scenario's random values are, only the judge and the roles know them. */
  prepare(random: Random): Prepared;
  /** What of it is searched schedule by schedule, before the runs above: where it depends on who comes first. */
  readonly explore?: Explored;
}

/**
 * The smallest scenario in which a check's property can go wrong, to be run under control: one process at a time, in an order
 * that is chosen. Two to four roles with one to four calls each are enough for almost every mistake; a schedule should have 20 to
 * 80 steps, since each more makes the search longer.
 *
 * Its oracle must be right for every order. A schedule may stop a role at any call and any access to shared memory for as
 * long as it likes; a stimulus whose moment has come may arrive at any later one; time is virtual, so any sleep may be long or
 * short; and where there are faults, calls come back as faults say. What luck rules out in a real run happens here.
 */
export interface Explored {
  /** Makes the scenario and its judge, once for each search: all schedules are of the same scenario. */
  prepare(random: Random): Prepared;
  /** What may be done to a call besides, one at a time: only what the exercise tells a student to expect. None unless given. */
  readonly faults?: readonly FaultKind[];
  /** Most schedules that are tried; 1,500 unless given. */
  readonly schedules?: number;
  /** Whether plain stores may also become visible late, as on processors with store buffers; false unless given. */
  readonly buffered?: boolean;
  /** What may happen at the same time, and so must be seen to. */
  readonly overlap?: Overlap;
  /** Whether two processes may use a word at once without an order between them: then a data race is no finding. */
  readonly racesAllowed?: true;
}

/** Something that every right solution allows. If no schedule of a whole search shows it, the finding is "over-synchronised". */
export interface Overlap {
  /** What never happened, as the subject of a sentence: "a moment at which two processes have the buffer open". */
  readonly what: string;
  /** Whether this history shows it. Asked of every history. */
  seen(history: History): boolean;
}

/** One run and how to judge it. */
export interface Prepared {
  readonly scenario: Scenario;
  /** The finding, or null if all is well. Only asked when the run ended as its stages say. */
  judge(history: History): Finding | null;
  /**
   * Asked when the run did not end as its stages say (a deadlock, a timeout, an error): a finding that names the cause better
   * than the general one, or null. The history is what happened until then.
   */
  explain?(history: History): Finding | null;
}

/** Calls that a solution must make, or must not. Counted over a check's run in the student's processes alone. */
export interface Mechanisms {
  /** Every entry must occur; in an entry with several, one is enough: `[["pipe", "pipe2"], ["fork"]]`. */
  readonly must?: readonly (readonly CallName[])[];
  readonly mustNot?: readonly CallName[];
}

/** An exercise, as its author writes it. */
export interface Exercise {
  readonly number: number;
  /** "bounded-buffer": the folder's name without the number. */
  readonly name: string;
  /** "Bounded buffer". */
  readonly title: string;
  /** One line: what it is about. */
  readonly topic: string;
  /** The file a student edits, in the exercise's folder: "bounded_buffer.ts". */
  readonly file: string;
  /** Functions that the file must export. */
  readonly functions: readonly string[];
  readonly mechanisms: Mechanisms;
  /** Three, of rising strength; Markdown. */
  readonly hints: readonly [string, string, string];
  /** The checks that a student sees. */
  readonly checks: readonly Check[];
}

/** The default export of `grading/checks.ts`. */
export type HiddenChecks = readonly Check[];

/** A wrong solution, and what must be found in it. Its file is `grading/mutants/NAME.ts`. */
export interface Mutant {
  readonly name: string;
  /** The kinds of finding that are right for it; usually one. */
  readonly finding: FindingKind | readonly FindingKind[];
  /** The mistake in a few words. */
  readonly mistake: string;
  /** Its mistake is one of who comes first: schedules alone find it, with every seed, within the budget of each check. */
  readonly explored?: true;
}

/** The default export of `grading/proof.ts`: what the author proves the exercise with. `grading/solution.ts` is always one. */
export interface Proof {
  /** Further correct solutions, in other styles: `grading/solutions/NAME.ts`. */
  readonly solutions: readonly string[];
  readonly mutants: readonly Mutant[];
}

/** Gives an exercise its type. */
export function defineExercise(exercise: Exercise): Exercise {
  return exercise;
}
