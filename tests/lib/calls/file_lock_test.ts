import { assertEquals, assertThrows } from "@std/assert";
import { close, dup, flock, LOCK_EX, LOCK_NB, LOCK_SH, LOCK_UN, O_CLOEXEC, O_CREAT, O_RDONLY, open } from "ipc";
import { Child } from "../../support/child.ts";
import { assertErrno } from "../../support/errno.ts";
import { interrupt } from "../../support/interrupt.ts";
import { type TestFolder, testFolder } from "../../support/names.ts";

/** A file that is opened twice. */
class File implements Disposable {
  readonly #folder: TestFolder = testFolder();
  readonly path = this.#folder.file("locked");
  readonly one = open(this.path, O_RDONLY | O_CREAT, 0o600);
  readonly two = open(this.path, O_RDONLY);

  [Symbol.dispose](): void {
    close(this.one);
    close(this.two);
    this.#folder[Symbol.dispose]();
  }
}

Deno.test("flock() gives EBADF for what is not open, EINVAL for an unknown operation", () => {
  using file = new File();
  assertErrno("EINVAL", () => flock(file.one, 0));
  const closed = dup(file.one);
  close(closed);
  assertErrno("EBADF", () => flock(closed, LOCK_SH));
  assertThrows(() => flock(file.one, "LOCK_EX" as never), TypeError, "operation");
  assertThrows(() => flock(0.5, LOCK_SH), RangeError, "fd");
});

Deno.test("flock(): an exclusive lock stands in the way of all others, a shared one of exclusive ones", () => {
  using file = new File();
  flock(file.one, LOCK_EX);
  for (const kind of [LOCK_SH, LOCK_EX]) assertErrno("EAGAIN", () => flock(file.two, kind | LOCK_NB));
  flock(file.one, LOCK_SH);
  flock(file.two, LOCK_SH | LOCK_NB);
  assertErrno("EAGAIN", () => flock(file.two, LOCK_EX | LOCK_NB));
});

Deno.test("flock(): copies share the lock, and any of them lets go of it", () => {
  using file = new File();
  const copy = dup(file.one);
  flock(file.one, LOCK_EX);
  flock(copy, LOCK_EX | LOCK_NB);
  flock(copy, LOCK_UN);
  close(copy);
  flock(file.two, LOCK_EX | LOCK_NB);
});

Deno.test("flock() blocks until the file is closed by the one that has the lock", async () => {
  using file = new File();
  // Not for the child to inherit: its copy would keep the lock.
  const holder = open(file.path, O_RDONLY | O_CLOEXEC);
  flock(holder, LOCK_EX);
  await using child = new Child(
    `import { flock, LOCK_EX, O_RDONLY, open } from "ipc"; flock(open(Deno.args[0], O_RDONLY), LOCK_EX);`,
    { args: [file.path] },
  );
  await child.blockedIn("flock");
  close(holder);
  await child.result();
});

for (const [flags, outcome] of [["0", "EINTR"], ["SA_RESTART", "returned"]] as const) {
  Deno.test(`flock() ${outcome} after a handler with flags ${flags}`, async () => {
    using file = new File();
    flock(file.one, LOCK_EX);
    const blocking = {
      imports: ["open", "O_RDONLY", "LOCK_EX"],
      call: "flock(open(Deno.args[0], O_RDONLY), LOCK_EX)",
      args: [file.path],
      blocksIn: "flock",
      satisfy: () => flock(file.one, LOCK_UN),
    };
    assertEquals(await interrupt(blocking, flags), { outcome, handled: 1 });
  });
}
