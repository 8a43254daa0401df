/**
 * Small files of a student's, and scenarios on them, run by real processes.
 */
import { fail } from "@std/assert";
import * as ipc from "ipc";
import type { Check, Exercise, Mechanisms } from "../../../lab/course/definition.ts";
import type { Role, Scenario, Stage } from "../../../lab/course/scenario.ts";
import { loadProgram } from "../../../lab/instrument/program.ts";
import { ArenaSession } from "../../../lab/judge/arena_session.ts";
import type { RunRecord } from "../../../lab/judge/run.ts";
import { judge, type JudgeOptions } from "../../../lab/judge/judge.ts";
import type { Report } from "../../../lab/report/model.ts";
import { type TestFolder, testFolder } from "../../support/names.ts";

/** A student's file, in a folder of its own. */
export class StudentFile implements Disposable {
  readonly #folder: TestFolder = testFolder();
  readonly folder: string = this.#folder.path;
  readonly path: string = this.#folder.file("work.ts");

  /** Writes the file. */
  constructor(source: string) {
    Deno.writeTextFileSync(this.path, source);
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}

/** An arena that has loaded a file. */
export class Lab implements AsyncDisposable {
  readonly #file: StudentFile;
  readonly session: ArenaSession;

  /** Loads `source`; without walls unless told otherwise. */
  constructor(source: string, isolation: "none" | "bubblewrap" = "none") {
    this.#file = new StudentFile(source);
    const loaded = loadProgram(this.#file.path, this.#file.folder, { ipcNames: Object.keys(ipc) });
    if (!loaded.ok) fail(JSON.stringify(loaded.problems));
    this.session = new ArenaSession(isolation);
    this.session.load(loaded.program);
  }

  /** Runs stages. */
  async run(...stages: Stage[]): Promise<RunRecord> {
    return await this.session.run({ stages } satisfies Scenario);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.session.end();
    this.#file[Symbol.dispose]();
  }
}

/** A role that makes calls of one function each: `role("a", ["first", 1], ["second"])`. */
export function role(
  name: string,
  ...calls: readonly (readonly [name: string, ...given: Role["calls"][number]["arguments"]])[]
): Role {
  return { name, calls: calls.map(([called, ...given]) => ({ function: called, arguments: given })) };
}

/** Judges `source` by checks, as an exercise with these mechanisms. */
export async function judged(
  source: string,
  checks: readonly Check[],
  { mechanisms = {}, functions = [], ...options }:
    & { mechanisms?: Mechanisms; functions?: readonly string[] }
    & JudgeOptions = {},
): Promise<Report> {
  using file = new StudentFile(source);
  const exercise: Exercise = {
    ...{ number: 99, name: "small", title: "Small", topic: "", file: "work.ts", functions },
    ...{ mechanisms, hints: ["", "", ""], checks },
  };
  return await judge({
    exercise,
    folder: file.folder,
    file: file.path,
    checks: checks.map((check) => ({ check, hidden: false })),
  }, { isolation: "none", typeCheck: false, ...options });
}
