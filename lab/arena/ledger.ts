/**
 * The ledger: what a run has made that its processes do not take with them. It goes by the board's journal, in which the
 * gate of every role notes each object as it is made, so nothing is ever counted, or removed, that the run did not make.
 *
 * @module
 */
import {
  IPC_RMID,
  mq_close,
  mq_open,
  mq_unlink,
  msgctl,
  sem_unlink,
  semctl,
  shm_unlink,
  shmctl,
  unlink,
} from "../../lib/mod.ts";
import { SystemError } from "../../lib/errors/system_error.ts";
import type { JournalEntry } from "./board.ts";

const { readTextFileSync, lstatSync } = Deno;

/** How objects of a kind are looked for and removed. */
interface Handling {
  exists(name: string): boolean;
  remove(name: string): void;
}

const HANDLING: { readonly [kind: string]: Handling } = {
  sysv_shm: {
    exists: (id) => sysvIds("shm").has(Number(id)),
    remove: (id) => void shmctl(Number(id), IPC_RMID),
  },
  sysv_sem: {
    exists: (id) => sysvIds("sem").has(Number(id)),
    remove: (id) => semctl(Number(id), 0, IPC_RMID),
  },
  sysv_msg: {
    exists: (id) => sysvIds("msg").has(Number(id)),
    remove: (id) => msgctl(Number(id), IPC_RMID),
  },
  posix_shm: {
    exists: (name) => pathExists(`/dev/shm/${name.replace(/^\/+/, "")}`),
    remove: (name) => shm_unlink(name),
  },
  posix_sem: {
    exists: (name) => pathExists(`/dev/shm/sem.${name.replace(/^\/+/, "")}`),
    remove: (name) => sem_unlink(name),
  },
  posix_mq: {
    exists: queueExists,
    remove: (name) => mq_unlink(name),
  },
  fifo: {
    exists: pathExists,
    remove: (path) => unlink(path),
  },
  // The file that bind made: the socket itself is gone with its last descriptor.
  socket: {
    exists: pathExists,
    remove: (path) => unlink(path),
  },
};

/** Those of the objects that are still there, each once. */
export function stillThere(made: readonly JournalEntry[]): JournalEntry[] {
  const seen = new Set<string>();
  return made.filter(({ kind, name }) => {
    const key = `${kind}\t${name}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return HANDLING[kind]?.exists(name) ?? false;
  });
}

/** Removes an object; true where it is gone, whoever removed it. */
export function removeObject({ kind, name }: JournalEntry): boolean {
  try {
    HANDLING[kind]?.remove(name);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
  }
  return !(HANDLING[kind]?.exists(name) ?? false);
}

/** The System V identifiers in use, of one kind. */
function sysvIds(kind: "shm" | "sem" | "msg"): Set<number> {
  const lines = readTextFileSync(`/proc/sysvipc/${kind}`).trim().split("\n").slice(1);
  return new Set(lines.map((line) => Number(line.trim().split(/\s+/)[1])));
}

function pathExists(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

function queueExists(name: string): boolean {
  try {
    mq_close(mq_open(name, 0));
    return true;
  } catch (error) {
    return error instanceof SystemError && error.code !== "ENOENT";
  }
}
