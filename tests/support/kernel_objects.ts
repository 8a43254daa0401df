/**
 * What Deno's own sanitizers cannot see: System V objects, POSIX objects, descriptors and child processes that a test has
 * left behind.
 *
 * @module
 */
import { fail } from "./assert.ts";

/** Every object in sight, one line each: "sysv_shm 32769", "posix_shm /name", "descriptor 7: pipe:[81]", "child 4711 (deno)". */
export type KernelObjects = ReadonlySet<string>;

/** How long what is on its way out may take: the runtime reaps children and closes descriptors a little later. */
const SETTLE_MS = 5_000;

/** Lists what there is now. */
export function kernelObjects(): KernelObjects {
  return new Set([...sysvObjects(), ...posixObjects(), ...descriptors(), ...children()]);
}

/**
 * Runs `body` and fails if it leaves something behind that was not there before. What other processes make meanwhile and
 * remove again is no failure: each new thing has `settleMs` to go.
 *
 * @example
 * ```ts
 * import { expectNothingLeft } from "./kernel_objects.ts";
 *
 * await expectNothingLeft(() => Deno.openSync("/dev/null").close());
 * ```
 */
export async function expectNothingLeft(body: () => unknown, settleMs = SETTLE_MS): Promise<void> {
  await warmUp();
  const before = kernelObjects();
  await body();
  const deadline = Date.now() + settleMs;
  let left = added(before, kernelObjects());
  while (left.length > 0 && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    left = added(before, kernelObjects());
  }
  if (left.length > 0) fail(`Left behind: ${left.join(", ")}`);
}

/** What is in `after` and not in `before`. */
export function added(before: KernelObjects, after: KernelObjects): string[] {
  return [...after.difference(before)];
}

let warm: Promise<unknown> | undefined;

/** Makes the runtime open what it keeps open for its first child process, so that it does not count as a test's. */
function warmUp(): Promise<unknown> {
  return warm ??= new Deno.Command(Deno.execPath(), { args: ["--version"], stdout: "null" }).output();
}

const SYSV_TABLES = [["shm", "shmid"], ["sem", "semid"], ["msg", "msqid"]] as const;

function* sysvObjects(): Generator<string> {
  for (const [table, idColumn] of SYSV_TABLES) {
    const [head = "", ...rows] = Deno.readTextFileSync(`/proc/sysvipc/${table}`).trimEnd().split("\n");
    const column = columns(head).indexOf(idColumn);
    for (const row of rows) yield `sysv_${table} ${columns(row)[column]}`;
  }
}

function columns(row: string): string[] {
  return row.trim().split(/\s+/);
}

function* posixObjects(): Generator<string> {
  for (const name of entries("/dev/shm")) {
    yield name.startsWith("sem.") ? `posix_sem /${name.slice("sem.".length)}` : `posix_shm /${name}`;
  }
  // Not mounted everywhere; the queues are there all the same, and an open one shows among the descriptors.
  for (const name of entries("/dev/mqueue")) yield `posix_mq /${name}`;
}

function* descriptors(): Generator<string> {
  for (const fd of entries("/proc/self/fd")) {
    try {
      yield `descriptor ${fd}: ${Deno.readLinkSync(`/proc/self/fd/${fd}`)}`;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error; // the one that listed the folder
    }
  }
}

function* children(): Generator<string> {
  for (const pid of entries("/proc")) {
    if (!/^\d+$/.test(pid)) continue;
    let stat: string;
    try {
      stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
    } catch {
      continue; // gone since
    }
    const [, name, rest] = /^\d+ \((.*)\) (.*)$/s.exec(stat) ?? [];
    if (rest !== undefined && Number(rest.split(" ")[1]) === Deno.pid) yield `child ${pid} (${name})`;
  }
}

function entries(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map((entry) => entry.name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
