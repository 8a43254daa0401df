/**
 * Findings and verdicts: what a run of the lab has to say.
 *
 * @module
 */

/** What can be wrong. `broken` and `unsupported` runs have no finding: they are not the student's. */
export const FINDING_KINDS = {
  "not-implemented": "The function is still as shipped",
  "does-not-load": "The file cannot be loaded",
  "does-not-type-check": "The file has type errors",
  "missing-export": "A function that the exercise needs is not exported",
  "wrong-result": "A result is wrong",
  "order": "Things happened in the wrong order",
  "capacity": "The capacity was exceeded or not used",
  "deadlock": "All processes wait for one another",
  "lost-wake-up": "A process waits for a wake-up that was already given",
  "busy-waiting": "A process spins where it should block",
  "livelock": "The processes run but get nowhere",
  "starvation": "A process never gets its turn",
  "data-race": "Two processes use a word at once, one of them writing",
  "torn-read": "A value was read half old, half new",
  "over-synchronised": "Nothing ever overlapped, though it may",
  "leak": "Something was left behind",
  "unhandled-eintr": "A call was interrupted by a signal, and that was taken for something else",
  "short-transfer": "A read or write moved fewer bytes than asked, and the rest was lost",
  "crash": "A process was ended by a signal",
  "ended-early": "A process ended before its function returned",
  "uncaught-error": "An exception left the function",
  "forbidden-mechanism": "The exercise is to be solved without this",
  "missing-mechanism": "The exercise is about a call that was not used",
  "too-much-output": "A process printed without end",
  "too-many-processes": "Processes were made without end",
  "no-progress": "A process computes without end",
  "not-deterministic": "A role did something else when its schedule was repeated",
  "timeout": "The time was up",
} as const;

/** The kind of a finding. */
export type FindingKind = keyof typeof FINDING_KINDS;

/** One thing that is wrong, told to a student. */
export interface Finding {
  readonly kind: FindingKind;
  /** What happened, in a sentence or two, without jargon of the lab: "consumer 2 received item 17 twice". */
  readonly message: string;
  /** What was seen, and what was wanted, where that can be set side by side. */
  readonly seen?: string;
  readonly wanted?: string;
  /** The role concerned. */
  readonly role?: string;
  /** Where in the student's file. */
  readonly file?: string;
  readonly line?: number;
  /** What to read next: a manual page, a section of the exercise's README. */
  readonly readNext?: string;
  /** A token that repeats the schedule, where there is one. */
  readonly replay?: string;
}

/** The state of one check, or of all of them together. `broken` is the lab's fault and costs nothing. */
export type Verdict = "passed" | "failed" | "broken" | "unsupported";

/** The exit status that stands for a verdict. 2 is wrong use of the command line. */
export const EXIT_STATUS: { readonly [verdict in Verdict]: number } = {
  passed: 0,
  failed: 1,
  broken: 3,
  unsupported: 4,
};
