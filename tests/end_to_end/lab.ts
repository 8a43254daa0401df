/** The lab as processes: on a copy of the fixture course, with a folder of its own for its runs. */
import { assert, fail } from "@std/assert";
import { fileURLToPath } from "node:url";
import { Board } from "../../lab/arena/board.ts";
import { World } from "../lab/cli/world.ts";
import { type TestFolder, testFolder } from "../support/names.ts";

const MAIN = fileURLToPath(new URL("../../lab/main.ts", import.meta.url));
/** The student's file of the fixture course's first exercise. */
export const FILE = "exercises/01-greet/greet.ts";

/** How long things may take on a machine with other work. */
const PATIENCE_MS = 60_000;

/** What a command came to. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A course and a TMPDIR, gone at the end of the scope. */
export class LabProcesses implements AsyncDisposable {
  readonly #folder: TestFolder = testFolder();
  readonly tmp: string = this.#folder.path;

  private constructor(readonly world: World) {}

  /** Copies the course. */
  static async make(): Promise<LabProcesses> {
    return new LabProcesses(await World.make());
  }

  /** Starts a command; `through` is a program, with its arguments, that starts it. */
  start(args: readonly string[], through: readonly string[] = [], env: Record<string, string> = {}): Deno.ChildProcess {
    const lab = [Deno.execPath(), "run", "-A", "--no-prompt", "--no-check", MAIN, ...args];
    const [program, ...rest] = [...through, ...lab] as [string, ...string[]];
    const { root } = this.world;
    return new Deno.Command(program, {
      args: rest,
      cwd: root,
      env: {
        IPCLAB_ROOT: root,
        INIT_CWD: root,
        LC_ALL: "C.UTF-8",
        npm_command: "",
        COLUMNS: "80",
        TMPDIR: this.tmp,
        ...env,
      },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  }

  /** Runs a command to its end. */
  async run(
    args: readonly string[],
    through: readonly string[] = [],
    env: Record<string, string> = {},
  ): Promise<Outcome> {
    const { code, stdout, stderr } = await this.start(args, through, env).output();
    return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
  }

  /** Folders of runs. */
  runs(): string[] {
    const folder = `${this.tmp}/ipclab-${Deno.uid()}`;
    return entries(folder).map((name) => `${folder}/${name}`);
  }

  /** The board of the run in which a role has made as many objects as this. */
  async underway(objects: number): Promise<Board> {
    let board: Board | null = null;
    await until(() => {
      for (const run of this.runs()) {
        try {
          board = new Board(Deno.readFileSync(`${run}/board`).buffer);
          if (board.pid(0) !== 0 && board.journal().length >= objects) return true;
        } catch {
          // not there yet
        }
      }
      return false;
    }, "no run got under way");
    assert(board !== null);
    return board;
  }

  /** Processes that belong to a run of this TMPDIR: the arena, its walls, the roles. */
  processes(): number[] {
    return entries("/proc").map(Number).filter((pid) => {
      if (!Number.isInteger(pid)) return false;
      try {
        const state = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ")[1]?.[0];
        return state !== "Z" && Deno.readTextFileSync(`/proc/${pid}/cmdline`).includes(`${this.tmp}/ipclab-`);
      } catch {
        return false;
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.world[Symbol.asyncDispose]();
    this.#folder[Symbol.dispose]();
  }
}

/** Waits until something is so. */
export async function until(isSo: () => boolean, otherwise: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!isSo()) {
    if (Date.now() > deadline) fail(otherwise);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function entries(folder: string): string[] {
  try {
    return Array.from(Deno.readDirSync(folder), ({ name }) => name);
  } catch {
    return [];
  }
}
