/**
 * Reports of judgements that could not even begin.
 *
 * @module
 */
import type { Exercise } from "../course/definition.ts";
import type { Entry } from "../course/discovery.ts";
import type { Finding } from "../judge/finding.ts";
import type { Assignment } from "../judge/judge.ts";
import { FORMAT_VERSION, type Report } from "../report/model.ts";
import type { Context } from "./context.ts";

/** The lab failed: why. */
export function brokenReport(context: Context, entry: Entry, exercise: Exercise | null, reason: string): Report {
  const maxPoints = exercise?.checks.reduce((sum, { points }) => sum + points, 0) ?? 0;
  return {
    ...common(context, entry, exercise),
    file: exercise === null ? "" : fromRoot(context, `${entry.folder}/${exercise.file}`),
    verdict: "broken",
    points: 0,
    maxPoints,
    checks: [],
    reason,
  };
}

/** The student's file is not there. */
export function missingReport(context: Context, entry: Entry, { exercise, file, checks }: Assignment): Report {
  const finding: Finding = { kind: "does-not-load", message: `${exercise.file} is not there` };
  const reports = checks.map(({ check, hidden }) => ({
    name: check.name,
    hidden,
    status: "failed" as const,
    points: 0,
    maxPoints: check.points,
    schedules: 0,
    durationMs: 0,
    finding,
  }));
  return {
    ...common(context, entry, exercise),
    file: fromRoot(context, file),
    verdict: "failed",
    points: 0,
    maxPoints: reports.reduce((sum, { maxPoints }) => sum + maxPoints, 0),
    checks: reports,
    reason: null,
  };
}

function common(context: Context, entry: Entry, exercise: Exercise | null): Omit<
  Report,
  "file" | "verdict" | "points" | "maxPoints" | "checks" | "reason"
> {
  return {
    formatVersion: FORMAT_VERSION,
    exercise: { number: entry.number, name: entry.name, title: exercise?.title ?? entry.name },
    isolation: "none",
    machine: context.machine,
    durationMs: 0,
    output: {},
  };
}

function fromRoot(context: Context, path: string): string {
  return path.startsWith(`${context.root}/`) ? path.slice(context.root.length + 1) : path;
}
