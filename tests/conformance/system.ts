/**
 * What the rows need of the system besides the library: other users, a timer, the status of a file.
 *
 * @module
 */
import { SystemError } from "ipc";
import { errno } from "../../lib/raw/errno.ts";
import { library } from "../../lib/raw/library.ts";

const c = library({
  // int seteuid(uid_t euid);
  seteuid: { parameters: ["u32"], result: "i32" },
  // int setegid(gid_t egid);
  setegid: { parameters: ["u32"], result: "i32" },
  // int setresuid(uid_t ruid, uid_t euid, uid_t suid);
  setresuid: { parameters: ["u32", "u32", "u32"], result: "i32" },
  // int setresgid(gid_t rgid, gid_t egid, gid_t sgid);
  setresgid: { parameters: ["u32", "u32", "u32"], result: "i32" },
  // int fchown(int fd, uid_t owner, gid_t group);
  fchown: { parameters: ["i32", "u32", "u32"], result: "i32" },
  // int setitimer(int which, const struct itimerval *new_value, struct itimerval *old_value);
  setitimer: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  // int statx(int dirfd, const char *pathname, int flags, unsigned int mask, struct statx *statxbuf);
  statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
});

function demand(call: string, result: number): void {
  if (result === -1) throw new SystemError(call, errno());
}

/** Changes the effective user, and the group with it where one is given. */
export function seteuid(uid: number, gid?: number): void {
  if (gid !== undefined) demand("setegid", c.setegid(gid));
  demand("seteuid", c.seteuid(uid));
}

/** Becomes another user for good. */
export function setresuid(id: number): void {
  demand("setresgid", c.setresgid(id, id, id));
  demand("setresuid", c.setresuid(id, id, id));
}

/** Gives a file to another user. */
export function fchown(fd: number, uid: number, gid: number): void {
  demand("fchown", c.fchown(fd, uid, gid));
}

const ITIMER_REAL = 0;

/** Sends this process a SIGALRM, once. */
export function alarmAfter(ms: number): void {
  // struct itimerval: the interval, then the time until the first, in seconds and microseconds
  const timer = new BigInt64Array([0n, 0n, BigInt(Math.floor(ms / 1000)), BigInt((ms % 1000) * 1000)]);
  demand("setitimer", c.setitimer(ITIMER_REAL, timer, null));
}

const AT_FDCWD = -100;
const AT_EMPTY_PATH = 0x1000;
const STATX_BASIC_STATS = 0x7ff;

/** What stat(2) tells of a path, or fstat(2) of a descriptor. */
export function fileStatus(file: string | number): Record<string, number> {
  const view = new DataView(new ArrayBuffer(256));
  const [fd, path] = typeof file === "number" ? [file, ""] : [AT_FDCWD, file];
  const name = new TextEncoder().encode(`${path}\0`);
  demand("statx", c.statx(fd, name, path === "" ? AT_EMPTY_PATH : 0, STATX_BASIC_STATS, view));
  // struct statx, which is the same on every machine
  return {
    nlink: view.getUint32(16, true),
    uid: view.getUint32(20, true),
    gid: view.getUint32(24, true),
    mode: view.getUint16(28, true),
    size: Number(view.getBigUint64(40, true)),
  };
}
