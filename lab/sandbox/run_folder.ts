/**
 * A run's folder: the board, the input files and the scratch folder of one controller. Its name and its owner are written
 * down in it, so that what a killed controller leaves behind can be told from what is in use.
 *
 * @module
 */
import type { Isolation } from "../report/model.ts";

/** Who made a folder: a process, told from a later one with the same number by its start. */
export interface Owner {
  readonly pid: number;
  /** Clock ticks from boot to its start. */
  readonly started: string;
  /** The boot of the machine, and the namespace that the process id is of. */
  readonly boot: string;
  readonly namespace: string;
  /** The walls of its arena: what was made behind walls went with them. */
  readonly isolation: Isolation;
}

/** The folder that holds all runs' folders of this user. */
export function runsFolder(): string {
  const base = Deno.env.get("TMPDIR")?.replace(/\/+$/, "") || "/tmp";
  return `${base}/ipclab-${Deno.uid() ?? 0}`;
}

/** Paths in a run's folder. */
export function pathsIn(folder: string): { board: string; scratch: string; owner: string } {
  return { board: `${folder}/board`, scratch: `${folder}/scratch`, owner: `${folder}/owner.json` };
}

/** When a process was started, in clock ticks since boot; null when there is none of this number. */
export function startOf(pid: number): string | null {
  try {
    const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}

/** Makes a folder for this process, with a board of so many bytes. */
export function makeRunFolder(boardBytes: number, isolation: Isolation): string {
  const all = runsFolder();
  makePrivate(all);
  const folder = Deno.makeTempDirSync({ dir: all, prefix: `run-${Deno.pid}-` });
  try {
    const { board, scratch, owner } = pathsIn(folder);
    Deno.writeTextFileSync(owner, JSON.stringify({ ...thisProcess(), isolation } satisfies Owner));
    Deno.mkdirSync(scratch);
    // Written, not only sized: where the disk is full, that must show now, not when the memory is touched.
    Deno.writeFileSync(board, new Uint8Array(boardBytes));
  } catch (error) {
    removeRunFolder(folder);
    throw error;
  }
  return folder;
}

/** A folder of this user's that nobody else may enter, whoever made it first. */
function makePrivate(path: string): void {
  try {
    Deno.mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
  const { isDirectory, uid, mode } = Deno.lstatSync(path);
  if (!isDirectory || uid !== Deno.uid() || ((mode ?? 0) & 0o022) !== 0) {
    throw new Error(`${path} must be a folder of yours that nobody else can write to: remove it, or set TMPDIR`);
  }
}

function thisProcess(): Omit<Owner, "isolation"> {
  return { pid: Deno.pid, started: startOf(Deno.pid) ?? "", boot: thisBoot(), namespace: thisNamespace() };
}

function thisBoot(): string {
  return Deno.readTextFileSync("/proc/sys/kernel/random/boot_id").trim();
}

function thisNamespace(): string {
  return Deno.readLinkSync("/proc/self/ns/pid");
}

/** Removes a run's folder and all in it. */
export function removeRunFolder(folder: string): void {
  try {
    Deno.removeSync(folder, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Empties the scratch folder, for the next run. */
export function emptyScratch(folder: string): void {
  const { scratch } = pathsIn(folder);
  for (const entry of Deno.readDirSync(scratch)) Deno.removeSync(`${scratch}/${entry.name}`, { recursive: true });
}

/** Who made a folder; null where it does not say. */
export function ownerOf(folder: string): Owner | null {
  try {
    return JSON.parse(Deno.readTextFileSync(pathsIn(folder).owner)) as Owner;
  } catch {
    return null;
  }
}

/** Whether a run's folder is, or may be, in use. */
export function isOwned(folder: string): boolean {
  const owner = ownerOf(folder);
  if (owner === null) {
    // Made this very moment, or by a process that died in between.
    const pid = /\/run-(\d+)-[^/]*$/.exec(folder)?.[1];
    return pid !== undefined && startOf(Number(pid)) !== null;
  }
  if (owner.boot !== thisBoot()) return false;
  if (owner.namespace !== thisNamespace()) return true; // of another container: only there it can be told
  return startOf(owner.pid) === owner.started;
}

/** Whether the kernel objects that a run has noted are objects of this very system: not behind walls, not of another boot. */
export function sharesObjects(folder: string): boolean {
  const owner = ownerOf(folder);
  return owner !== null && owner.isolation === "none" && owner.boot === thisBoot() &&
    owner.namespace === thisNamespace();
}
