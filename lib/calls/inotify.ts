/**
 * What happens to files, as something to read: inotify_init1 and its kin. See inotify(7).
 *
 * @module
 */
import { cString } from "../abi/c_string.ts";
import { decodeInotify, type InotifyEvent } from "../abi/inotify.ts";
import { bytes, int, lengthOf, text, unsigned } from "../errors/arguments.ts";
import { errnoOf } from "../errors/system_error.ts";
import { callNumber } from "../gate/calls.ts";
import { enter, failed, leave } from "../gate/gate.ts";
import { isInternal } from "../gate/internal.ts";
import { errno } from "../raw/errno.ts";
import { c } from "../raw/event.ts";

const INIT = callNumber("inotify_init1");
const ADD_WATCH = callNumber("inotify_add_watch");
const RM_WATCH = callNumber("inotify_rm_watch");
const EBADF = errnoOf("EBADF");

/**
 * `int inotify_init1(int flags)`: makes a descriptor from which events of files are read. It does not block.
 *
 * A read blocks until something has happened, and then takes as many events as its buffer holds, at most 272 bytes each:
 * {@linkcode inotifyEvents} decodes them. It can be waited for by poll and epoll. The caller closes it.
 *
 * @param flags any of IN_NONBLOCK, IN_CLOEXEC; or 0
 * @returns a descriptor
 * @throws {SystemError} EINVAL (unknown flags), EMFILE (also: too many of this user's), ENFILE, ENOMEM
 * @see {@link https://man7.org/linux/man-pages/man2/inotify_init.2.html | inotify_init1(2)}, inotify(7)
 *
 * @example A file that appears
 * ```ts
 * import { close, IN_CREATE, inotify_add_watch, inotify_init1, inotifyEvents, read } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = Deno.makeTempDirSync();
 * const fd = inotify_init1(0);
 * const wd = inotify_add_watch(fd, folder, IN_CREATE);
 * Deno.writeTextFileSync(`${folder}/news`, "");
 * const buffer = new Uint8Array(1024);
 * const events = inotifyEvents(buffer.subarray(0, read(fd, buffer)));
 * assertEquals(events, [{ wd, mask: IN_CREATE, cookie: 0, name: "news" }]);
 * close(fd);
 * Deno.removeSync(folder, { recursive: true });
 * ```
 */
export function inotify_init1(flags: number): number {
  int(flags, "flags");
  enter(INIT);
  const fd = c.inotify_init1(flags);
  if (fd === -1) failed(INIT, errno());
  return leave(fd);
}

/**
 * `int inotify_add_watch(int fd, const char *pathname, uint32_t mask)`: watches a file, or a folder and the files in it; or changes
 * what it is watched for. It does not block.
 *
 * @param fd descriptor from inotify_init1
 * @param path path of the file
 * @param mask any of IN_ACCESS, IN_CREATE, …, and IN_ONLYDIR, IN_MASK_ADD and the like
 * @returns the watch, by which events are told apart
 * @throws {SystemError} EACCES, EBADF, EEXIST (IN_MASK_CREATE), EINVAL (no events, or no inotify descriptor), ENAMETOOLONG, ENOENT,
 *   ENOMEM, ENOSPC (too many watches of this user's), ENOTDIR (IN_ONLYDIR)
 * @see {@link https://man7.org/linux/man-pages/man2/inotify_add_watch.2.html | inotify_add_watch(2)}
 *
 * @example The same file is the same watch
 * ```ts
 * import { close, IN_CREATE, IN_DELETE, inotify_add_watch, inotify_init1 } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const fd = inotify_init1(0);
 * assertEquals(inotify_add_watch(fd, "/", IN_CREATE), inotify_add_watch(fd, "/", IN_DELETE));
 * close(fd);
 * ```
 */
export function inotify_add_watch(fd: number, path: string, mask: number): number {
  int(fd, "fd");
  const name = cString(text(path, "path"));
  unsigned(mask, "mask");
  enter(ADD_WATCH);
  if (isInternal(fd)) failed(ADD_WATCH, EBADF);
  const wd = c.inotify_add_watch(fd, name, mask);
  if (wd === -1) failed(ADD_WATCH, errno(), path);
  return leave(wd);
}

/**
 * `int inotify_rm_watch(int fd, int wd)`: watches a file no longer. It does not block. A last event tells so: IN_IGNORED.
 *
 * @param fd descriptor from inotify_init1
 * @param wd from inotify_add_watch
 * @throws {SystemError} EBADF, EINVAL (no such watch, or no inotify descriptor)
 * @see {@link https://man7.org/linux/man-pages/man2/inotify_rm_watch.2.html | inotify_rm_watch(2)}
 *
 * @example Once only
 * ```ts
 * import { close, IN_CREATE, inotify_add_watch, inotify_init1, inotify_rm_watch, isSystemError } from "ipc";
 * import { assert, assertThrows } from "@std/assert";
 *
 * const fd = inotify_init1(0);
 * const wd = inotify_add_watch(fd, "/", IN_CREATE);
 * inotify_rm_watch(fd, wd);
 * assert(isSystemError(assertThrows(() => inotify_rm_watch(fd, wd)), "EINVAL"));
 * close(fd);
 * ```
 */
export function inotify_rm_watch(fd: number, wd: number): void {
  int(fd, "fd");
  int(wd, "wd");
  enter(RM_WATCH);
  if (isInternal(fd)) failed(RM_WATCH, EBADF);
  if (c.inotify_rm_watch(fd, wd) === -1) failed(RM_WATCH, errno());
  leave(0);
}

/**
 * The events in what was read from an inotify descriptor: each is a `struct inotify_event` and a name. Makes no call.
 *
 * @param data the bytes that were read
 * @returns the events, in their order
 * @see {@link https://man7.org/linux/man-pages/man7/inotify.7.html | inotify(7)}
 *
 * @example Nothing was read
 * ```ts
 * import { inotifyEvents } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(inotifyEvents(new Uint8Array(0)), []);
 * ```
 */
export function inotifyEvents(data: Uint8Array): InotifyEvent[] {
  return decodeInotify(new Uint8Array(bytes(data, "data")).subarray(0, lengthOf(data)));
}
