/** A world for commands: a copy of the fixture course, a judge that says what a test wants, and time that a test moves. */
import { cp } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Context, ExitCode, Output } from "../../../lab/cli/context.ts";
import { dispatch } from "../../../lab/cli/dispatch.ts";
import type { Fact } from "../../../lab/cli/machine.ts";
import type { Assignment, JudgeOptions } from "../../../lab/judge/judge.ts";
import type { CheckReport, Report } from "../../../lab/report/model.ts";
import type { Leftover, Removed } from "../../../lab/sandbox/leftovers.ts";

/** The fixture course. Copied, since commands write into a course. */
export const COURSE = fileURLToPath(new URL("../../fixtures/course", import.meta.url));

/** What a test may change before it runs a command. */
export class World implements AsyncDisposable {
  readonly root: string;
  stdout = "";
  stderr = "";
  terminal: { columns: number } | null = null;
  env: { [name: string]: string } = { LANG: "C.UTF-8" };
  platform: Context["platform"] = { os: "linux", arch: "x86_64", libc: "gnu" };
  cwd: string;
  interrupt = new AbortController();
  facts: Fact[] = [{ name: "Deno", state: "good", text: "2.9.6" }];
  leftovers: Leftover[] = [];
  stuck: string[] = [];
  judge: (assignment: Assignment, options: JudgeOptions) => Promise<Report> = (assignment) =>
    Promise.resolve(reportOf(assignment));
  /** What the judge was asked, in order. */
  readonly judged: { assignment: Assignment; options: JudgeOptions }[] = [];
  #now = 0;
  #timers = new Set<{ at: number; callback: () => void }>();
  #watchers = new Map<string, (names: readonly string[]) => void>();

  private constructor(root: string) {
    this.root = root;
    this.cwd = root;
  }

  static async make(): Promise<World> {
    const root = await Deno.makeTempDir({ prefix: "ipclab-test-" });
    await cp(COURSE, root, { recursive: true });
    return new World(root);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.root, { recursive: true });
  }

  /** Runs a command line; what it printed is in `stdout` and `stderr` from then on. */
  async run(...args: string[]): Promise<ExitCode> {
    this.stdout = this.stderr = "";
    return await dispatch(args, this.context());
  }

  /** What was printed on standard error, on one line. */
  get said(): string {
    return this.stderr.replaceAll(/\s+/g, " ").trim();
  }

  context(): Context {
    return {
      stdout: this.#output((text) => this.stdout += text),
      stderr: this.#output((text) => this.stderr += text),
      clock: {
        now: () => this.#now,
        after: (ms, callback) => {
          const timer = { at: this.#now + ms, callback };
          this.#timers.add(timer);
          return { [Symbol.dispose]: () => void this.#timers.delete(timer) };
        },
      },
      root: this.root,
      cwd: this.cwd,
      platform: this.platform,
      machine: { os: "linux", arch: "x86_64", kernel: "6.1.0", cores: 2, deno: "2.9.6" },
      interrupt: this.interrupt.signal,
      judge: (assignment, options = {}) => {
        this.judged.push({ assignment, options });
        return this.judge(assignment, options);
      },
      leftovers: {
        find: () => Promise.resolve(this.leftovers),
        remove: (found) =>
          Promise.resolve(found.map((each): Removed => ({ ...each, removed: !this.stuck.includes(each.name) }))),
      },
      env: (name) => this.env[name],
      watchFolder: (folder, onChange) => {
        this.#watchers.set(folder, onChange);
        return { [Symbol.dispose]: () => void this.#watchers.delete(folder) };
      },
      inspectMachine: () => Promise.resolve(this.facts),
    };
  }

  /** Tells who watches that something happened to these files. */
  change(...names: string[]): void {
    for (const onChange of this.#watchers.values()) onChange(names);
  }

  /** Whether anything is watched, or waits for time to pass. */
  get isQuiet(): boolean {
    return this.#watchers.size === 0 && this.#timers.size === 0;
  }

  /** Lets time pass. */
  pass(ms: number): void {
    this.#now += ms;
    for (const timer of [...this.#timers]) {
      if (timer.at > this.#now) continue;
      this.#timers.delete(timer);
      timer.callback();
    }
  }

  path(name: string): string {
    return `${this.root}/${name}`;
  }

  async read(name: string): Promise<string> {
    return await Deno.readTextFile(this.path(name));
  }

  async write(name: string, text: string): Promise<void> {
    await Deno.writeTextFile(this.path(name), text);
  }

  async exists(name: string): Promise<boolean> {
    return await Deno.stat(this.path(name)).then(() => true, () => false);
  }

  #output(write: (text: string) => void): Output {
    return { isTerminal: this.terminal !== null, columns: () => this.terminal?.columns, write };
  }
}

/** The report on an assignment: all checks passed, unless `change` says otherwise. */
export function reportOf(
  { exercise, file, checks }: Assignment,
  change: (check: CheckReport) => Partial<CheckReport> = () => ({}),
  options: Partial<Report> = {},
): Report {
  const reports = checks.map(({ check, hidden }) => checkReport(check, hidden, change));
  const sum = (pick: (report: CheckReport) => number): number =>
    reports.reduce((total, report) => total + pick(report), 0);
  return {
    formatVersion: 1,
    exercise: { number: exercise.number, name: exercise.name, title: exercise.title },
    file: file.split("/").slice(-3).join("/"),
    verdict: reports.every(({ status }) => status === "passed") ? "passed" : "failed",
    points: sum(({ points }) => points),
    maxPoints: sum(({ maxPoints }) => maxPoints),
    checks: reports,
    reason: null,
    isolation: "none",
    machine: { os: "linux", arch: "x86_64", kernel: "6.1.0", cores: 2, deno: "2.9.6" },
    durationMs: 120,
    output: {},
    ...options,
  };
}

function checkReport(
  { name, points }: { name: string; points: number },
  hidden: boolean,
  change: (check: CheckReport) => Partial<CheckReport>,
): CheckReport {
  const passed: CheckReport = {
    name,
    hidden,
    status: "passed",
    points,
    maxPoints: points,
    schedules: 20,
    durationMs: 60,
    finding: null,
  };
  const changed = { ...passed, ...change(passed) };
  return changed.status === "passed" ? changed : { ...changed, points: 0 };
}

/** Lets everything that is ready to run do so: files are read in between. */
export async function settled(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2000; turn++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  throw new Error("This was waited for in vain: " + condition);
}
