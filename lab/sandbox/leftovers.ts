/**
 * What runs of the lab left behind that were killed: their folders, the kernel objects their boards name, and processes.
 *
 * @module
 */
import { Board } from "../arena/board.ts";
import { removeObject, stillThere } from "../arena/ledger.ts";
import { isOwned, pathsIn, removeRunFolder, runsFolder } from "./run_folder.ts";

/** One thing left behind. */
export interface Leftover {
  /** "process", "folder", or a kind of kernel object: "sysv_shm", "posix_mq", … */
  readonly kind: string;
  /** Name, path, identifier or process id. */
  readonly name: string;
  /** The folder of the run that made it. */
  readonly run: string;
}

/** A leftover after it was to be removed. */
export interface Removed extends Leftover {
  readonly removed: boolean;
}

/** Everything that killed runs of this user have left; what belongs to a run that goes on is not touched. */
export function findLeftovers(): Leftover[] {
  return abandonedRuns().flatMap((run) => [
    ...processesOf(run).map((pid) => ({ kind: "process", name: String(pid), run })),
    ...objectsOf(run).map(({ kind, name }) => ({ kind, name, run })),
    { kind: "folder", name: run, run },
  ]);
}

/** Removes leftovers, processes first; tells of each whether it is gone. */
export function removeLeftovers(leftovers: readonly Leftover[]): Removed[] {
  return leftovers.map((leftover) => ({ ...leftover, removed: remove(leftover) }));
}

function remove({ kind, name }: Leftover): boolean {
  if (kind === "process") return killProcess(Number(name));
  if (kind === "folder") {
    removeRunFolder(name);
    return true;
  }
  return removeObject({ kind, name, role: "" });
}

function abandonedRuns(): string[] {
  try {
    return Array.from(Deno.readDirSync(runsFolder()), (entry) => `${runsFolder()}/${entry.name}`)
      .filter((folder) => !isOwned(folder));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function objectsOf(run: string): { kind: string; name: string }[] {
  try {
    return stillThere(new Board(Deno.readFileSync(pathsIn(run).board).buffer).journal());
  } catch {
    return []; // killed before it had a board
  }
}

/** Processes started for a run: the arena has the board's path among its arguments, and its roles inherit those. */
function processesOf(run: string): number[] {
  const board = pathsIn(run).board;
  return Array.from(Deno.readDirSync("/proc"), (entry) => Number(entry.name)).filter((pid) => {
    if (!Number.isInteger(pid) || pid === Deno.pid) return false;
    try {
      return Deno.readTextFileSync(`/proc/${pid}/cmdline`).split("\0").includes(board);
    } catch {
      return false;
    }
  });
}

function killProcess(pid: number): boolean {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return true;
}
