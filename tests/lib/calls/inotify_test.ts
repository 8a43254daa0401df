import { assertEquals, assertThrows } from "@std/assert";
import {
  close,
  IN_ALL_EVENTS,
  IN_CLOSE_WRITE,
  IN_CREATE,
  IN_DELETE,
  IN_IGNORED,
  IN_ISDIR,
  IN_MASK_CREATE,
  IN_MODIFY,
  IN_MOVED_FROM,
  IN_MOVED_TO,
  IN_NONBLOCK,
  IN_ONLYDIR,
  IN_OPEN,
  inotify_add_watch,
  inotify_init1,
  inotify_rm_watch,
  type InotifyEvent,
  inotifyEvents,
  pipe,
  read,
} from "ipc";
import { internalDescriptors } from "../../../lib/gate/internal.ts";
import { assertErrno } from "../../support/errno.ts";
import { interrupt } from "../../support/interrupt.ts";
import { testFolder } from "../../support/names.ts";

/** An inotify descriptor that does not block. */
class Watcher implements Disposable {
  readonly fd = inotify_init1(IN_NONBLOCK);

  [Symbol.dispose](): void {
    close(this.fd);
  }

  /** What has happened since the last look. */
  events(room = 4096): InotifyEvent[] {
    const buffer = new Uint8Array(room);
    return inotifyEvents(buffer.subarray(0, read(this.fd, buffer)));
  }
}

Deno.test("inotify calls give the errno of each way to misuse them", () => {
  using folder = testFolder();
  using watcher = new Watcher();
  const [reading, writing] = pipe();
  Deno.writeTextFileSync(folder.file("a"), "");
  assertErrno("EINVAL", () => inotify_init1(0xff));
  assertErrno("EBADF", () => inotify_add_watch(-1, folder.path, IN_CREATE));
  assertErrno("EINVAL", () => inotify_add_watch(reading, folder.path, IN_CREATE));
  assertErrno("EINVAL", () => inotify_add_watch(watcher.fd, folder.path, 0));
  assertErrno("ENOENT", () => inotify_add_watch(watcher.fd, folder.file("missing"), IN_CREATE));
  assertErrno("ENOTDIR", () => inotify_add_watch(watcher.fd, folder.file("a"), IN_MODIFY | IN_ONLYDIR));
  assertErrno("ENAMETOOLONG", () => inotify_add_watch(watcher.fd, folder.file("n".repeat(300)), IN_CREATE));
  inotify_add_watch(watcher.fd, folder.path, IN_CREATE);
  assertErrno("EEXIST", () => inotify_add_watch(watcher.fd, folder.path, IN_CREATE | IN_MASK_CREATE));
  assertErrno("EBADF", () => inotify_rm_watch(-1, 1));
  assertErrno("EINVAL", () => inotify_rm_watch(reading, 1));
  assertErrno("EINVAL", () => inotify_rm_watch(watcher.fd, 99));
  assertErrno("EAGAIN", () => watcher.events());
  internalDescriptors.add(watcher.fd);
  try {
    assertErrno("EBADF", () => inotify_add_watch(watcher.fd, folder.path, IN_CREATE));
    assertErrno("EBADF", () => inotify_rm_watch(watcher.fd, 1));
  } finally {
    internalDescriptors.delete(watcher.fd);
  }
  close(reading);
  close(writing);
});

Deno.test("inotify calls refuse wrong kinds of arguments before any call", () => {
  assertThrows(() => inotify_init1("0" as never), TypeError, "flags");
  assertThrows(() => inotify_add_watch(0, "a\0b", 1), TypeError, "path");
  assertThrows(() => inotify_add_watch(0, "a", -1), RangeError, "mask");
  assertThrows(() => inotify_rm_watch(0, 0.5), RangeError, "wd");
  assertThrows(() => inotifyEvents("x" as never), TypeError, "data");
});

Deno.test("what happens to a folder and the files in it is told in its order", () => {
  using folder = testFolder();
  using watcher = new Watcher();
  const wd = inotify_add_watch(watcher.fd, folder.path, IN_ALL_EVENTS & ~IN_OPEN);
  Deno.writeTextFileSync(folder.file("a"), "x");
  Deno.mkdirSync(folder.file("ü"));
  Deno.renameSync(folder.file("a"), folder.file("b"));
  Deno.removeSync(folder.file("b"));
  const events = watcher.events();
  const cookie = events[4]?.cookie as number;
  assertEquals(events, [
    { wd, mask: IN_CREATE, cookie: 0, name: "a" },
    { wd, mask: IN_MODIFY, cookie: 0, name: "a" },
    { wd, mask: IN_CLOSE_WRITE, cookie: 0, name: "a" },
    { wd, mask: IN_CREATE | IN_ISDIR, cookie: 0, name: "ü" },
    { wd, mask: IN_MOVED_FROM, cookie, name: "a" },
    { wd, mask: IN_MOVED_TO, cookie, name: "b" },
    { wd, mask: IN_DELETE, cookie: 0, name: "b" },
  ]);
  inotify_rm_watch(watcher.fd, wd);
  assertEquals(watcher.events(), [{ wd, mask: IN_IGNORED, cookie: 0, name: "" }]);
});

Deno.test("a buffer too small for an event is EINVAL, and what is cut off is no event", () => {
  using folder = testFolder();
  using watcher = new Watcher();
  inotify_add_watch(watcher.fd, folder.path, IN_CREATE);
  Deno.writeTextFileSync(folder.file("a"), "");
  assertErrno("EINVAL", () => watcher.events(16));
  const buffer = new Uint8Array(100);
  const length = read(watcher.fd, buffer);
  for (let n = 0; n < length; n++) assertEquals(inotifyEvents(buffer.subarray(0, n)), []);
  assertEquals(inotifyEvents(buffer.subarray(0, length)).length, 1);
  assertEquals(inotifyEvents(new Uint8Array(64).fill(0xff)), []);
});

for (const flags of ["0", "SA_RESTART"] as const) {
  // signal(7): reading from inotify is never restarted. Linux restarts it, which is what a program sees.
  Deno.test(`read() of an inotify descriptor is interrupted by a handler with flags ${flags}`, async () => {
    using folder = testFolder();
    const call = "read((inotify_add_watch(fd, Deno.args[0], IN_CREATE), fd), new Uint8Array(300))";
    const satisfy = (): void => Deno.writeTextFileSync(folder.file("a"), "");
    const setUp = call.replaceAll("fd", "(globalThis.fd ??= inotify_init1(0))");
    const blocking = {
      call: setUp,
      imports: ["inotify_add_watch", "inotify_init1", "IN_CREATE"],
      args: [folder.path],
      blocksIn: "read",
      satisfy,
    };
    const { outcome, handled } = await interrupt(blocking, flags);
    assertEquals([outcome, handled], [flags === "0" ? "EINTR" : "returned", 1]);
  });
}
