/**
 * Whether an exercise was solved by the means it is about: by the record of calls, not by the text of the file.
 *
 * @module
 */
import type { Mechanisms } from "../course/definition.ts";
import type { History } from "../course/history.ts";
import type { Finding } from "./finding.ts";

/** The finding on calls that are missing or should not be there; null where all is as the exercise says. */
export function mechanismFinding(mechanisms: Mechanisms, history: History): Finding | null {
  const made = new Map<string, string>();
  for (const [role, calls] of Object.entries(history.calls)) {
    for (const call of Object.keys(calls)) if (!made.has(call)) made.set(call, role);
  }
  const forbidden = mechanisms.mustNot?.find((call) => made.has(call));
  if (forbidden !== undefined) {
    const role = made.get(forbidden) as string;
    return {
      kind: "forbidden-mechanism",
      message: `${role} called ${forbidden}(): this exercise is to be solved without it.`,
      role,
      readNext: "the exercise's README, what it asks for",
    };
  }
  const missing = mechanisms.must?.find((choices) => !choices.some((call) => made.has(call)));
  if (missing === undefined) return null;
  return {
    kind: "missing-mechanism",
    message: `The results are right, but ${choice(missing)} was never called, and that is what this exercise is about.`,
    seen: [...made.keys()].sort().map((call) => `${call}()`).join(", ") || 'no call of "ipc" at all',
    wanted: choice(missing),
    readNext: "the exercise's README, what it asks for",
  };
}

function choice(calls: readonly string[]): string {
  return calls.map((call) => `${call}()`).join(" or ");
}
