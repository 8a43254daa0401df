/** Reports for the tests of the renderings. */
import type { Finding } from "../../../lab/judge/finding.ts";
import type { CheckReport, Report } from "../../../lab/report/model.ts";
import type { FindSource } from "../../../lab/report/source.ts";
import { type Medium, Style } from "../../../lab/report/style.ts";

export const PATH = "exercises/09-bounded-buffer/bounded_buffer.ts";

const SOURCE = [
  'import { sem_post, sem_wait } from "ipc";',
  "",
  "export function put(buffer: Buffer, item: number): void {",
  "  sem_wait(buffer.free);",
  "\tbuffer.items[buffer.head++] = item; // 日本語 and a long remark that goes on and on, far beyond every margin",
  "  sem_post(buffer.used);",
  "}",
];

export const findSource: FindSource = (file) => (file === "missing.ts" ? null : { path: PATH, lines: SOURCE });

export function style(options: Partial<Medium> = {}): Style {
  return new Style({ columns: 80, color: false, unicode: true, ...options });
}

export function check(name: string, options: Partial<CheckReport> = {}): CheckReport {
  return {
    name,
    hidden: false,
    status: "passed",
    points: options.status === undefined || options.status === "passed" ? 3 : 0,
    maxPoints: 3,
    schedules: 20,
    durationMs: 300,
    finding: null,
    ...options,
  };
}

export const wrongResult: Finding = {
  kind: "wrong-result",
  message: "consumer 2 received item 17 twice",
  seen: "17, 17",
  wanted: "17",
  role: "consumer 2",
  line: 5,
  readNext: "sem_post(3)",
};

export function failing(name: string, finding: Finding): CheckReport {
  return check(name, { status: "failed", finding });
}

export function report(options: Partial<Report> = {}): Report {
  const checks = options.checks ?? [check("every item arrives exactly once"), check("the capacity is respected")];
  const sum = (pick: (check: CheckReport) => number): number => checks.reduce((total, check) => total + pick(check), 0);
  return {
    formatVersion: 1,
    exercise: { number: 9, name: "bounded-buffer", title: "Bounded buffer" },
    file: PATH,
    verdict: checks.some(({ status }) => status === "failed") ? "failed" : "passed",
    points: sum(({ points }) => points),
    maxPoints: sum(({ maxPoints }) => maxPoints),
    checks,
    reason: null,
    isolation: "bubblewrap",
    machine: { os: "linux", arch: "x86_64", kernel: "6.1.0", cores: 2, deno: "2.9.6" },
    durationMs: 1840,
    output: {},
    ...options,
  };
}
