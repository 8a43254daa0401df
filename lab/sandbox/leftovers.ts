/**
 * What runs of the lab left behind that were killed: their folders, the kernel objects their boards name, and processes.
 *
 * @module
 */
import { Board, MAX_ROLES } from "../arena/board.ts";
import { removeObject, stillThere } from "../arena/ledger.ts";
import { isOwned, pathsIn, removeRunFolder, runsFolder, sharesObjects } from "./run_folder.ts";

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

/** How long processes may take to be gone once they are killed. */
const DEATH_MS = 3000;

/** Everything that killed runs of this user have left; what belongs to a run that goes on is not touched. */
export function findLeftovers(): Leftover[] {
  return abandonedRuns().flatMap(leftoversOf);
}

/** Removes leftovers: of each run the processes first, for they might go on making objects. Tells of each whether it is gone. */
export function removeLeftovers(leftovers: readonly Leftover[]): Removed[] {
  const runs = new Map([...new Set(leftovers.map(({ run }) => run))].map((run) => [run, endProcesses(run)]));
  return leftovers.map((leftover) => ({ ...leftover, removed: remove(leftover, runs.get(leftover.run) === true) }));
}

/** Removes everything of one run, which must not go on any more. */
export function sweepRun(run: string): void {
  endProcesses(run); // first: what they make meanwhile is then found as well
  removeLeftovers(leftoversOf(run));
}

function leftoversOf(run: string): Leftover[] {
  return [
    ...processesOf(run).map((pid) => ({ kind: "process", name: String(pid), run })),
    ...objectsOf(run).map(({ kind, name }) => ({ kind, name, run })),
    { kind: "folder", name: run, run },
  ];
}

function remove({ kind, name, run }: Leftover, allDead: boolean): boolean {
  if (kind === "process") return allDead || !processesOf(run).includes(Number(name));
  if (kind !== "folder") return removeObject({ kind, name, role: "" });
  try {
    removeRunFolder(name);
    return true;
  } catch {
    return false;
  }
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
  if (!sharesObjects(run)) return []; // the same names and numbers are others' objects here
  return stillThere(readBoard(run)?.journal() ?? []);
}

/** A copy of a run's board; null where it was killed before it had one. */
function readBoard(run: string): Board | null {
  try {
    return new Board(Deno.readFileSync(pathsIn(run).board).buffer);
  } catch {
    return null;
  }
}

/**
 * Processes of a run: the arena has the board's path among its arguments, and its roles inherit those. What a role makes of
 * itself by execve(2) does not, but it is still of the role's session and works in the run's folder.
 */
function processesOf(run: string): number[] {
  const { board, scratch } = pathsIn(run);
  const sessions = rolesOf(run);
  return Array.from(Deno.readDirSync("/proc"), (entry) => Number(entry.name)).filter((pid) => {
    if (!Number.isInteger(pid) || pid === Deno.pid) return false;
    try {
      return Deno.readTextFileSync(`/proc/${pid}/cmdline`).split("\0").includes(board) ||
        (sessions.has(sessionOf(pid)) && Deno.readLinkSync(`/proc/${pid}/cwd`).startsWith(scratch));
    } catch {
      return false; // gone meanwhile, or another user's
    }
  });
}

/** Process ids of the roles of a run's last stage. */
function rolesOf(run: string): Set<number> {
  const memory = readBoard(run);
  if (memory === null) return new Set();
  return new Set(Array.from({ length: MAX_ROLES }, (_, role) => memory.pid(role)).filter((pid) => pid > 0));
}

function sessionOf(pid: number): number {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[3]);
}

/** Kills until there are none any more: one may have forked while it was being killed. False where some do not go. */
function endProcesses(run: string): boolean {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  const deadline = performance.now() + DEATH_MS;
  for (let pids = processesOf(run); pids.length > 0; pids = processesOf(run)) {
    if (performance.now() > deadline) return false;
    for (const pid of pids) kill(pid);
    Atomics.wait(pause, 0, 0, 2);
  }
  return true;
}

function kill(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch {
    // gone meanwhile, or not ours: then it stays, and that is told
  }
}
