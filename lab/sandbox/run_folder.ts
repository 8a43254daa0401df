/**
 * A run's folder: the board, the input files and the scratch folder of one controller. Its name and its owner are written
 * down in it, so that what a killed controller leaves behind can be told from what is in use.
 *
 * @module
 */

/** Who made a folder: a process, told from a later one with the same number by its start. */
export interface Owner {
  readonly pid: number;
  /** Clock ticks from boot to its start. */
  readonly started: string;
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
export function makeRunFolder(boardBytes: number): string {
  const all = runsFolder();
  Deno.mkdirSync(all, { recursive: true, mode: 0o700 });
  const folder = Deno.makeTempDirSync({ dir: all, prefix: `run-${Deno.pid}-` });
  const { board, scratch, owner } = pathsIn(folder);
  Deno.mkdirSync(scratch);
  const started = startOf(Deno.pid) ?? "";
  Deno.writeTextFileSync(owner, JSON.stringify({ pid: Deno.pid, started } satisfies Owner));
  const file = Deno.openSync(board, { write: true, create: true });
  file.truncateSync(boardBytes);
  file.close();
  return folder;
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

/** Whether the owner of a run's folder is still there. */
export function isOwned(folder: string): boolean {
  try {
    const owner = JSON.parse(Deno.readTextFileSync(pathsIn(folder).owner)) as Owner;
    return startOf(owner.pid) === owner.started;
  } catch {
    return false;
  }
}
