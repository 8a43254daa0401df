/** Locks on parts of files. The other commands of fcntl are tested with descriptors. */
import { assertEquals, assertThrows } from "@std/assert";
import {
  close,
  F_GETLK,
  F_OFD_GETLK,
  F_OFD_SETLK,
  F_OFD_SETLKW,
  F_RDLCK,
  F_SETLK,
  F_SETLKW,
  F_UNLCK,
  F_WRLCK,
  fcntl,
  type FileLock,
  getpid,
  lseek,
  O_CREAT,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
  open,
  SEEK_CUR,
  SEEK_SET,
} from "ipc";
import { Child, inChild } from "../../support/child.ts";
import { assertErrno } from "../../support/errno.ts";
import { interrupt } from "../../support/interrupt.ts";
import { type TestFolder, testFolder } from "../../support/names.ts";

const SETTERS = { F_SETLK, F_SETLKW, F_OFD_SETLK, F_OFD_SETLKW } as const;
const GETTERS = { F_GETLK, F_OFD_GETLK };
const ALL: FileLock = { type: F_WRLCK };

/** A file, and descriptors of it that are closed at the end of the scope. */
class File implements Disposable {
  readonly #folder: TestFolder = testFolder();
  readonly #fds: number[] = [];
  readonly path = this.#folder.file("locked");

  open(flags = O_RDWR): number {
    const fd = open(this.path, flags | O_CREAT, 0o600);
    this.#fds.push(fd);
    return fd;
  }

  [Symbol.dispose](): void {
    for (const fd of this.#fds) close(fd);
    this.#folder[Symbol.dispose]();
  }
}

for (const [name, command] of Object.entries({ ...SETTERS, ...GETTERS })) {
  const lock = (fd: number, lock: unknown): unknown => fcntl(fd, command as typeof F_SETLK, lock as FileLock);

  Deno.test(`fcntl() with ${name} refuses what is no lock`, () => {
    using file = new File();
    const fd = file.open();
    assertThrows(() => lock(fd, undefined), TypeError, "lock: expected { type, whence?, start?, len? }");
    assertThrows(() => lock(fd, 0x1000), TypeError, "lock: expected");
    assertThrows(() => lock(fd, {}), TypeError, "lock.type");
    assertThrows(() => lock(fd, { type: 65536 }), RangeError, "lock.type");
    assertThrows(() => lock(fd, { ...ALL, whence: -32769 }), RangeError, "lock.whence");
    assertThrows(() => lock(fd, { ...ALL, start: 1n }), TypeError, "lock.start");
    assertThrows(() => lock(fd, { ...ALL, len: 2 ** 53 }), RangeError, "lock.len");
  });

  Deno.test(`fcntl() with ${name} gives EBADF and EINVAL`, () => {
    using file = new File();
    const fd = file.open();
    assertErrno("EINVAL", () => lock(fd, { type: 9 }));
    assertErrno("EINVAL", () => lock(fd, { ...ALL, whence: 9 }));
    assertErrno("EINVAL", () => lock(fd, { ...ALL, start: -1 }));
    const closed = open(file.path, O_RDWR);
    close(closed);
    assertErrno("EBADF", () => lock(closed, ALL));
  });
}

for (const name of ["F_SETLK", "F_SETLKW", "F_OFD_SETLK", "F_OFD_SETLKW"] as const) {
  const command = SETTERS[name];
  Deno.test(`fcntl() with ${name} gives EBADF for a lock that the descriptor is not open for`, () => {
    using file = new File();
    const [reading, writing] = [file.open(O_RDONLY), file.open(O_WRONLY)];
    assertErrno("EBADF", () => fcntl(reading, command, { type: F_WRLCK }));
    assertErrno("EBADF", () => fcntl(writing, command, { type: F_RDLCK }));
    assertEquals(fcntl(reading, command, { type: F_RDLCK }), 0);
    assertEquals(fcntl(reading, command, { type: F_UNLCK }), 0);
  });
}

Deno.test("locks of an open file stand in the way of another opening, part by part", () => {
  using file = new File();
  const [one, two] = [file.open(), file.open()];
  fcntl(one, F_OFD_SETLK, { type: F_WRLCK, start: 10, len: 10 });
  assertErrno("EAGAIN", () => fcntl(two, F_OFD_SETLK, { type: F_RDLCK, start: 19, len: 1 }));
  assertErrno("EAGAIN", () => fcntl(two, F_OFD_SETLK, ALL));
  fcntl(two, F_OFD_SETLK, { type: F_WRLCK, start: 20 });
  lseek(two, 15, SEEK_SET);
  const found = fcntl(two, F_OFD_GETLK, { type: F_WRLCK, whence: SEEK_CUR, start: -2, len: 2 });
  assertEquals(found, { type: F_WRLCK, whence: SEEK_SET, start: 10, len: 10, pid: -1 });
  fcntl(one, F_OFD_SETLK, { type: F_UNLCK, start: 10, len: 5 });
  fcntl(two, F_OFD_SETLK, { type: F_WRLCK, start: 10, len: 5 });
  assertEquals(fcntl(two, F_OFD_GETLK, { type: F_WRLCK, start: 100, len: 1 }).type, F_UNLCK);
});

Deno.test("readers share a part", () => {
  using file = new File();
  const [one, two] = [file.open(), file.open()];
  for (const fd of [one, two]) fcntl(fd, F_OFD_SETLK, { type: F_RDLCK });
  assertErrno("EAGAIN", () => fcntl(one, F_OFD_SETLK, { type: F_WRLCK }));
});

Deno.test("locks of a process stand in the way of another process only, which is told whose they are", async () => {
  using file = new File();
  const [one, two] = [file.open(), file.open()];
  fcntl(one, F_SETLK, { type: F_WRLCK, start: 3, len: 4 });
  fcntl(two, F_SETLK, { type: F_WRLCK, start: 3, len: 4 });
  const ask = () =>
    inChild(
      `import { F_GETLK, F_SETLK, F_WRLCK, fcntl, O_RDWR, open } from "ipc";
       const fd = open(Deno.args[0], O_RDWR);
       let code = "none";
       try { fcntl(fd, F_SETLK, { type: F_WRLCK }); } catch (error) { code = error.code; }
       console.log(JSON.stringify([code, fcntl(fd, F_GETLK, { type: F_WRLCK })]));`,
      { args: [file.path] },
    );
  const found = { type: F_WRLCK, whence: SEEK_SET, start: 3, len: 4, pid: getpid() };
  assertEquals(await ask(), ["EAGAIN", found]);
  close(open(file.path, O_RDONLY)); // closing any descriptor of the file lets go of them
  assertEquals((await ask() as unknown[])[0], "none");
});

Deno.test("fcntl() with F_SETLKW gives EDEADLK to the one of two that would close the circle", async () => {
  using file = new File();
  const fd = file.open();
  fcntl(fd, F_SETLK, { type: F_WRLCK, start: 0, len: 1 });
  await using child = new Child(
    `import { F_SETLK, F_SETLKW, F_WRLCK, fcntl, O_RDWR, open } from "ipc";
     const fd = open(Deno.args[0], O_RDWR);
     fcntl(fd, F_SETLK, { type: F_WRLCK, start: 1, len: 1 });
     fcntl(fd, F_SETLKW, { type: F_WRLCK, start: 0, len: 1 });`,
    { args: [file.path] },
  );
  await child.blockedIn("fcntl");
  assertErrno("EDEADLK", () => fcntl(fd, F_SETLKW, { type: F_WRLCK, start: 1, len: 1 }));
  fcntl(fd, F_SETLK, { type: F_UNLCK });
  await child.result();
});

for (const command of ["F_SETLKW", "F_OFD_SETLKW"]) {
  const call = `fcntl(open(Deno.args[0], O_RDWR), ${command}, { type: F_WRLCK })`;
  const blocking = { imports: ["open", "O_RDWR", command, "F_WRLCK"], call, blocksIn: "fcntl" };

  Deno.test(`fcntl() with ${command} gives EINTR when a handler without SA_RESTART ran`, async () => {
    using file = new File();
    fcntl(file.open(), F_OFD_SETLK, ALL);
    assertEquals(await interrupt({ ...blocking, args: [file.path] }, "0"), { outcome: "EINTR", handled: 1 });
  });

  Deno.test(`fcntl() with ${command} goes on when a handler with SA_RESTART ran`, async () => {
    using file = new File();
    const fd = file.open();
    fcntl(fd, F_OFD_SETLK, ALL);
    const satisfy = () => void fcntl(fd, F_OFD_SETLK, { type: F_UNLCK });
    const interruption = await interrupt({ ...blocking, args: [file.path], satisfy }, "SA_RESTART");
    assertEquals(interruption, { outcome: "returned", handled: 1 });
  });
}
