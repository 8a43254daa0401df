/**
 * What a search without a finding is worth, said to people: no more than was done.
 *
 * @module
 */
import { hitBound } from "./sampling.ts";
import type { Summary } from "./portfolio.ts";

/** One sentence: "all 1,284 schedules with at most 2 preemptions pass; …". */
export function coverageText(summary: Summary): string {
  const { schedules, exhausted, exhaustedBy, pct, faults, buffered, diverged, stopped } = summary;
  if (diverged > 0) {
    return `${count(schedules, "schedule")}; they did not all go as prescribed, so that nothing was proved`;
  }
  const parts: string[] = [];
  if (exhausted === "all") {
    parts.push(`every order of steps that can matter passes, ${count(exhaustedBy, "schedule")}`);
  } else if (exhausted !== null) {
    const { preemptions } = exhausted;
    const most = preemptions === 0 ? "without preemptions" : `with at most ${count(preemptions, "preemption")}`;
    parts.push(`all ${thousands(exhaustedBy)} schedules ${most} pass`);
  }
  const further = stopped === "time" ? " in the time there was" : "";
  parts.push(`${count(schedules, "schedule")} in all${further}`);
  if (exhausted !== "all" && pct !== null) {
    const constraints = `a bug that needs ${pct.depth} ordering constraints`;
    parts.push(`${constraints} would have been hit with probability at least ${percentage(hitBound(pct))}`);
  }
  if (faults !== null && faults.positions > 0) {
    const number = count(faults.positions, "single fault");
    parts.push(faults.all ? `each of ${number} passes` : `${number} so far`);
  }
  if (buffered > 0) parts.push(`${thousands(buffered)} of them with store buffers`);
  return parts.join("; ");
}

function thousands(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

function count(number: number, noun: string): string {
  return `${thousands(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/** Rounded down: it is a least probability. */
function percentage(probability: number): string {
  const percent = 100 * probability;
  const digits = percent >= 10 ? 0 : percent >= 1 ? 1 : 2;
  return `${(Math.floor(percent * 10 ** digits) / 10 ** digits).toFixed(digits)} %`;
}
