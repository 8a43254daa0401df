/**
 * Which processes there are below this one, and what state each is in: from /proc.
 *
 * @module
 */

/** One thread of a process, as the files of /proc/PID/task/TID have it. */
export interface ThreadState {
  /** "S" sleeping, "R" running, "D", "Z", "T"… */
  readonly letter: string;
  /** Context switches so far: if two looks agree, it has not run in between. */
  readonly switches: number;
  /** The system call it is in and its arguments; null when it is not in one. */
  readonly call: { readonly number: number; readonly arguments: readonly bigint[] } | null;
}

const { readTextFileSync, readDirSync, readLinkSync } = Deno;

function read(path: string): string | null {
  try {
    return readTextFileSync(path);
  } catch {
    return null; // it has ended meanwhile
  }
}

/** The children of a process, zombies included. */
export function childrenOf(pid: number): number[] {
  const tasks = list(`/proc/${pid}/task`);
  const texts = tasks.map((task) => read(`/proc/${pid}/task/${task}/children`));
  if (texts.length > 0 && texts.every((text) => text === null) && read(`/proc/${pid}/stat`) !== null) {
    return scanFor(pid);
  }
  return texts.flatMap((text) => (text ?? "").split(" ").filter((word) => word.trim() !== "").map(Number));
}

/** For kernels without CONFIG_PROC_CHILDREN: every process is asked for its parent. */
function scanFor(parent: number): number[] {
  return list("/proc").filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    const stat = read(`/proc/${pid}/stat`);
    return stat !== null && Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) === parent;
  });
}

/** Every process below `pid`, zombies included, children before grandchildren. */
export function descendantsOf(pid: number): number[] {
  const found: number[] = [];
  const queue = childrenOf(pid);
  for (let at = 0; at < queue.length; at++) {
    const next = queue[at] as number;
    found.push(next);
    queue.push(...childrenOf(next));
  }
  return found;
}

/** Whether a process is there and no zombie. */
export function isAlive(pid: number): boolean {
  const letter = stateLetter(read(`/proc/${pid}/stat`));
  return letter !== null && letter !== "Z" && letter !== "X";
}

/**
 * The threads of a process that is alive; none for a zombie or one that has gone.
 *
 * The order of the two reads matters. The kernel tells the system call only of a thread that it has taken off its processor;
 * a thread that is about to sleep already says "S", while its last switch is not counted yet. So the call is read first: if
 * the thread runs after that, it has to be switched off once more to look the same again, and the count tells.
 */
export function threadsOf(pid: number): ThreadState[] {
  const threads: ThreadState[] = [];
  for (const task of list(`/proc/${pid}/task`)) {
    const base = `/proc/${pid}/task/${task}`;
    const call = callIn(read(`${base}/syscall`));
    const status = read(`${base}/status`) ?? "";
    const letter = /^State:\s*(\S)/m.exec(status)?.[1];
    if (letter === undefined || letter === "Z" || letter === "X") continue;
    threads.push({ letter, switches: switchesIn(status), call });
  }
  return threads;
}

/** Signals that a process catches, as bits from bit 0 for signal 1. */
export function caughtSignals(pid: number): bigint {
  const match = /^SigCgt:\s*([0-9a-f]+)/m.exec(read(`/proc/${pid}/status`) ?? "");
  return match === null ? 0n : BigInt(`0x${match[1]}`);
}

/** Processor time used, in milliseconds. */
export function processorTime(pid: number): number {
  const stat = read(`/proc/${pid}/stat`) ?? "";
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // the name before it may hold anything
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * 10; // 100 ticks a second on every Linux we support
}

/** The open descriptors of a process. */
export function descriptorsOf(pid: number): number[] {
  return list(`/proc/${pid}/fd`).map(Number);
}

/** What a descriptor of a process is: "pipe:[123]", "/dev/mqueue/x"; null when it is not open. */
export function descriptorTarget(pid: number, fd: number | bigint): string | null {
  try {
    return readLinkSync(`/proc/${pid}/fd/${fd}`);
  } catch {
    return null;
  }
}

/** Whether a descriptor of a process may be written only, read only or both: from its open flags. */
export function descriptorAccess(pid: number, fd: number | bigint): "read" | "write" | "both" | null {
  const match = /^flags:\s*([0-7]+)/m.exec(read(`/proc/${pid}/fdinfo/${fd}`) ?? "");
  if (match === null) return null;
  const mode = parseInt(match[1] as string, 8) & 3;
  return mode === 0 ? "read" : mode === 1 ? "write" : "both";
}

function list(folder: string): string[] {
  try {
    return Array.from(readDirSync(folder), (entry) => entry.name);
  } catch {
    return [];
  }
}

function stateLetter(stat: string | null): string | null {
  if (stat === null) return null;
  return stat.slice(stat.lastIndexOf(")") + 2)[0] ?? null;
}

function switchesIn(status: string): number {
  let sum = 0;
  for (const match of status.matchAll(/ctxt_switches:\s*(\d+)/g)) sum += Number(match[1]);
  return sum;
}

function callIn(text: string | null): ThreadState["call"] {
  if (text === null || text.startsWith("running")) return null;
  const words = text.trim().split(" ");
  const number = Number(words[0]);
  if (!Number.isInteger(number) || number < 0) return null;
  return { number, arguments: words.slice(1, 7).map((word) => BigInt(word)) };
}
