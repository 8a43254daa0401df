import { assert, assertEquals, assertMatch, assertNotEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  close,
  dup,
  dup2,
  F_DUPFD,
  F_DUPFD_CLOEXEC,
  F_GETFD,
  F_GETFL,
  F_GETPIPE_SZ,
  F_SETFD,
  F_SETFL,
  F_SETPIPE_SZ,
  fcntl,
  FD_CLOEXEC,
  lseek,
  O_ACCMODE,
  O_APPEND,
  O_CLOEXEC,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_TMPFILE,
  O_TRUNC,
  O_WRONLY,
  open,
  pipe,
  pipe2,
  poll,
  POLLIN,
  POLLNVAL,
  read,
  SEEK_CUR,
  SEEK_DATA,
  SEEK_END,
  SEEK_SET,
  write,
} from "ipc";
import { internalDescriptors } from "../../../lib/gate/internal.ts";
import { Child, inChild } from "../../support/child.ts";
import { assertErrno } from "../../support/errno.ts";
import { testFolder } from "../../support/names.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const NOBODY = 65534;
const root = Deno.uid() === 0;

/** Descriptors that are closed at the end of the scope. */
function owned(...fds: number[]): Disposable {
  return { [Symbol.dispose]: () => fds.forEach(close) };
}

// --- open ---

Deno.test("open() gives the errno of each way to name a file wrongly", () => {
  using folder = testFolder();
  Deno.writeTextFileSync(folder.file("plain"), "text");
  Deno.symlinkSync("plain", folder.file("link"));
  assertErrno("ENOENT", () => open(folder.file("missing"), O_RDONLY));
  assertErrno("ENOENT", () => open("", O_RDONLY));
  assertErrno("EEXIST", () => open(folder.file("plain"), O_WRONLY | O_CREAT | O_EXCL, 0o600));
  assertErrno("EISDIR", () => open(folder.path, O_WRONLY));
  assertErrno("ENOTDIR", () => open(folder.file("plain/below"), O_RDONLY));
  assertErrno("ENOTDIR", () => open(folder.file("plain"), O_RDONLY | O_DIRECTORY));
  assertErrno("ELOOP", () => open(folder.file("link"), O_RDONLY | O_NOFOLLOW));
  assertErrno("ENAMETOOLONG", () => open(folder.file("n".repeat(256)), O_RDONLY));
});

Deno.test("open() names the path in its error", () => {
  const error = assertErrno("ENOENT", () => open("/nowhere/at/all", O_RDONLY));
  assertEquals(error.message, "open(2): ENOENT: No such file or directory (/nowhere/at/all)");
});

Deno.test("open() gives ETXTBSY when a program that runs is opened for writing", async () => {
  using folder = testFolder();
  Deno.copyFileSync("/bin/sleep", folder.file("program"));
  const running = new Deno.Command(folder.file("program"), { args: ["60"] }).spawn();
  try {
    assertErrno("ETXTBSY", () => open(folder.file("program"), O_WRONLY));
  } finally {
    running.kill("SIGKILL");
    await running.status;
  }
});

Deno.test({
  name: "open() gives EACCES and EPERM to another user",
  ignore: !root,
  async fn(): Promise<void> {
    using folder = testFolder();
    Deno.chmodSync(folder.path, 0o755);
    Deno.writeTextFileSync(folder.file("private"), "text", { mode: 0o600 });
    Deno.writeTextFileSync(folder.file("public"), "text", { mode: 0o644 });
    const codes = await inChild(
      `import { open, O_NOATIME, O_RDONLY } from "ipc";
       const code = (act) => { try { act(); } catch (error) { return error.code; } };
       const [secret, known] = Deno.args;
       const codes = [code(() => open(secret, O_RDONLY)), code(() => open(known, O_RDONLY | O_NOATIME))];
       console.log(JSON.stringify(codes));`,
      { uid: NOBODY, args: [folder.file("private"), folder.file("public")] },
    );
    assertEquals(codes, ["EACCES", "EPERM"]);
  },
});

Deno.test("open(), dup() and pipe() give EMFILE when the process may have no more descriptors", async () => {
  const codes = await inChild(
    `import { dup, F_DUPFD, fcntl, O_RDONLY, open, pipe, pipe2, prlimit, RLIMIT_NOFILE } from "ipc";
     const code = (act) => { try { act(); } catch (error) { return error.code; } };
     const acts = [
       () => { for (;;) dup(0); },
       () => open("/dev/null", O_RDONLY),
       () => pipe(),
       () => pipe2(0),
       () => fcntl(0, F_DUPFD, 0),
     ];
     acts.slice(1).forEach((act) => act()); // looking a function up in the C library takes a descriptor, too
     code(() => dup(-1));
     prlimit(0, RLIMIT_NOFILE, { soft: 60, hard: 60 });
     console.log(JSON.stringify(acts.map(code)));`,
  );
  assertEquals(codes, Array(5).fill("EMFILE"));
});

Deno.test("open() asks for a mode where a file may be created, instead of taking what is on the stack", () => {
  assertThrows(() => open("/tmp/never", O_WRONLY | O_CREAT), TypeError, "mode: O_CREAT and O_TMPFILE need one");
  assertThrows(() => open("/tmp", O_RDWR | O_TMPFILE), TypeError, "mode: O_CREAT and O_TMPFILE need one");
});

Deno.test("open() creates, truncates and appends as its flags say", () => {
  using folder = testFolder();
  const path = folder.file("new");
  const first = open(path, O_RDWR | O_CREAT | O_EXCL, 0o640);
  write(first, bytes("hello"));
  close(first);
  assertEquals((Deno.statSync(path).mode ?? 0) & 0o600, 0o600);
  const appended = open(path, O_WRONLY | O_APPEND);
  write(appended, bytes(" world"));
  close(appended);
  assertEquals(Deno.readTextFileSync(path), "hello world");
  close(open(path, O_WRONLY | O_TRUNC));
  assertEquals(Deno.readTextFileSync(path), "");
});

Deno.test("open() leaves FD_CLOEXEC to the caller", () => {
  const plain = open("/dev/null", O_RDONLY);
  const closing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  using _ = owned(plain, closing);
  assertEquals(fcntl(plain, F_GETFD), 0);
  assertEquals(fcntl(closing, F_GETFD), FD_CLOEXEC);
});

// --- close ---

Deno.test("close() gives EBADF for what is not open", () => {
  assertErrno("EBADF", () => close(-1));
  assertErrno("EBADF", () => close(0x7fffffff));
});

// --- read ---

Deno.test("read() gives EBADF, EAGAIN, EISDIR and EIO", () => {
  const [reading, writing] = pipe2(O_NONBLOCK);
  const folder = open("/tmp", O_RDONLY);
  const memory = open("/proc/self/mem", O_RDONLY);
  using _ = owned(reading, writing, folder, memory);
  const buffer = new Uint8Array(8);
  assertErrno("EBADF", () => read(-1, buffer));
  assertErrno("EBADF", () => read(writing, buffer));
  assertErrno("EAGAIN", () => read(reading, buffer));
  assertErrno("EISDIR", () => read(folder, buffer));
  assertErrno("EIO", () => read(memory, buffer)); // nothing is mapped at address 0
});

Deno.test("read() refuses what is not a Uint8Array over memory of its own", () => {
  for (
    const wrong of [
      "text",
      null,
      undefined,
      3,
      [1],
      new ArrayBuffer(8),
      new Int32Array(2),
      new DataView(new ArrayBuffer(8)),
    ]
  ) {
    assertThrows(() => read(0, wrong as unknown as Uint8Array), TypeError, "buffer: expected a Uint8Array");
  }
  assertThrows(() => read(0, new Uint8Array(new SharedArrayBuffer(8))), TypeError, "over an ArrayBuffer");
  assertThrows(() => read(0, new Uint8Array(new ArrayBuffer(8, { maxByteLength: 16 }))), TypeError, "resizable");
  const moved = new Uint8Array(8);
  moved.buffer.transfer();
  assertThrows(() => read(0, moved), TypeError, "detached");
});

Deno.test("read() returns what there is, from the place in the buffer that was asked for", () => {
  const [reading, writing] = pipe();
  using _ = owned(reading, writing);
  write(writing, bytes("abc"));
  const buffer = new Uint8Array(8);
  assertEquals(read(reading, buffer.subarray(2)), 3);
  assertEquals(buffer, new Uint8Array([0, 0, 97, 98, 99, 0, 0, 0]));
});

Deno.test("read() returns 0 at the end and for an empty buffer", () => {
  const [reading, writing] = pipe();
  using _ = owned(reading);
  write(writing, bytes("x"));
  assertEquals(read(reading, new Uint8Array(0)), 0);
  close(writing);
  assertEquals(read(reading, new Uint8Array(8)), 1);
  assertEquals(read(reading, new Uint8Array(8)), 0);
});

Deno.test("read() blocks until there is a byte", async () => {
  const [reading, writing] = pipe();
  await using child = new Child(
    `import { read } from "ipc";
     const buffer = new Uint8Array(8);
     console.log(read(Number(Deno.args[0]), buffer) === 1 ? buffer[0] : -1);`,
    { args: [reading] },
  );
  await child.blockedIn("read");
  write(writing, new Uint8Array([42]));
  assertEquals(await child.result(), 42);
  close(reading);
  close(writing);
});

// --- write ---

Deno.test("write() gives EBADF, EAGAIN, EPIPE and ENOSPC", () => {
  const [reading, writing] = pipe2(O_NONBLOCK);
  const [gone, broken] = pipe();
  const full = open("/dev/full", O_WRONLY);
  using _ = owned(reading, writing, broken, full);
  assertErrno("EBADF", () => write(-1, bytes("x")));
  assertErrno("EBADF", () => write(reading, bytes("x")));
  const page = new Uint8Array(4096);
  assertErrno("EAGAIN", () => {
    for (;;) write(writing, page);
  });
  close(gone);
  assertErrno("EPIPE", () => write(broken, bytes("x"))); // the runtime ignores SIGPIPE
  assertErrno("ENOSPC", () => write(full, bytes("x")));
});

Deno.test("write() tells how to write a string", () => {
  const error = assertThrows(() => write(1, "text" as unknown as Uint8Array), TypeError);
  assertMatch(error.message, /^data: expected a Uint8Array, got a string; encode it: /);
  assertThrows(() => write(1, 5 as unknown as Uint8Array), TypeError, "data: expected a Uint8Array, got 5");
});

Deno.test("write() of nothing to a pipe returns 0 and is not the end", () => {
  const [reading, writing] = pipe2(O_NONBLOCK);
  using _ = owned(reading, writing);
  assertEquals(write(writing, new Uint8Array(0)), 0);
  assertErrno("EAGAIN", () => read(reading, new Uint8Array(1)));
});

Deno.test("write() is cut short when a pipe without blocking has room for a part", () => {
  const [reading, writing] = pipe2(O_NONBLOCK);
  using _ = owned(reading, writing);
  const room = fcntl(writing, F_GETPIPE_SZ);
  assertEquals(write(writing, new Uint8Array(room + 1)), room);
});

Deno.test("write() blocks while the pipe is full", async () => {
  const [reading, writing] = pipe();
  fcntl(writing, F_SETPIPE_SZ, 4096);
  await using child = new Child(
    `import { write } from "ipc";
     console.log(write(Number(Deno.args[0]), new Uint8Array(4096 + 10)));`,
    { args: [writing] },
  );
  await child.blockedIn("write");
  close(writing);
  const buffer = new Uint8Array(8192);
  let total = 0;
  for (let n = read(reading, buffer); n > 0; n = read(reading, buffer)) total += n;
  assertEquals(await child.result(), 4106);
  assertEquals(total, 4106);
  close(reading);
});

// --- lseek ---

Deno.test("lseek() gives EBADF, ESPIPE, EINVAL and ENXIO", () => {
  const [reading, writing] = pipe();
  const fd = open("/tmp", O_RDWR | O_TMPFILE, 0o600);
  using _ = owned(reading, writing, fd);
  assertErrno("EBADF", () => lseek(-1, 0, SEEK_SET));
  assertErrno("ESPIPE", () => lseek(reading, 0, SEEK_SET));
  assertErrno("EINVAL", () => lseek(fd, -1, SEEK_SET));
  assertErrno("EINVAL", () => lseek(fd, 0, 99));
  assertErrno("ENXIO", () => lseek(fd, 10, SEEK_DATA));
});

Deno.test("lseek() moves by bytes from the start, the place and the end, beyond 4 GiB", () => {
  const fd = open("/tmp", O_RDWR | O_TMPFILE, 0o600);
  using _ = owned(fd);
  write(fd, bytes("0123456789"));
  assertEquals(lseek(fd, 2, SEEK_SET), 2);
  assertEquals(lseek(fd, 3, SEEK_CUR), 5);
  assertEquals(lseek(fd, -1, SEEK_END), 9);
  assertEquals(lseek(fd, 2 ** 33, SEEK_SET), 2 ** 33);
});

Deno.test("lseek() refuses an offset that is no whole number", () => {
  assertThrows(() => lseek(0, 0.5, SEEK_SET), RangeError);
  assertThrows(() => lseek(0, 2 ** 60, SEEK_SET), RangeError);
  assertThrows(() => lseek(0, 1n as unknown as number, SEEK_SET), TypeError, "offset");
});

// --- dup, dup2 ---

Deno.test("dup() and dup2() give EBADF for what is not open or out of range", () => {
  assertErrno("EBADF", () => dup(-1));
  assertErrno("EBADF", () => dup2(-1, 5));
  const fd = open("/dev/null", O_RDONLY);
  using _ = owned(fd);
  assertErrno("EBADF", () => dup2(fd, -1));
  assertErrno("EBADF", () => dup2(fd, 0x7fffffff));
});

Deno.test("dup() shares the position and drops FD_CLOEXEC", () => {
  const fd = open("/tmp", O_RDWR | O_TMPFILE | O_CLOEXEC, 0o600);
  const copy = dup(fd);
  using _ = owned(fd, copy);
  assertNotEquals(copy, fd);
  write(fd, bytes("four"));
  assertEquals(lseek(copy, 0, SEEK_CUR), 4);
  assertEquals(fcntl(copy, F_GETFD), 0);
});

Deno.test("dup2() closes what was there, and does nothing to a descriptor and itself", () => {
  const [reading, writing] = pipe();
  const target = open("/dev/null", O_RDONLY | O_CLOEXEC);
  using _ = owned(reading, writing, target);
  assertEquals(dup2(target, target), target);
  assertEquals(fcntl(target, F_GETFD), FD_CLOEXEC);
  assertEquals(dup2(writing, target), target);
  assertEquals(fcntl(target, F_GETFD), 0);
  write(target, bytes("z"));
  assertEquals(read(reading, new Uint8Array(2)), 1);
});

// --- fcntl ---

Deno.test("fcntl() gives EBADF, EINVAL and EBUSY", () => {
  const [reading, writing] = pipe();
  const file = open("/dev/null", O_RDONLY);
  using _ = owned(reading, writing, file);
  assertErrno("EBADF", () => fcntl(-1, F_GETFD));
  assertErrno("EBADF", () => fcntl(file, F_GETPIPE_SZ)); // not a pipe
  assertErrno("EINVAL", () => fcntl(reading, F_DUPFD, -1));
  assertErrno("EINVAL", () => fcntl(reading, F_SETPIPE_SZ, -1));
  write(writing, new Uint8Array(8192));
  assertErrno("EBUSY", () => fcntl(writing, F_SETPIPE_SZ, 4096));
});

Deno.test({
  name: "fcntl() gives EPERM to a user who wants a pipe above the limit",
  ignore: !root,
  async fn(): Promise<void> {
    const most = Number(Deno.readTextFileSync("/proc/sys/fs/pipe-max-size"));
    const code = await inChild(
      `import { F_SETPIPE_SZ, fcntl, pipe } from "ipc";
       try { fcntl(pipe()[0], F_SETPIPE_SZ, Number(Deno.args[0])); } catch (error) { console.log(JSON.stringify(error.code)); }`,
      { uid: NOBODY, args: [2 * most] },
    );
    assertEquals(code, "EPERM");
  },
});

Deno.test("fcntl() refuses the commands whose argument is an address, and unknown ones", () => {
  for (const command of [15, 16, 9999, -1]) {
    assertThrows(() => fcntl(0, command, 0x1000), RangeError, `fcntl does not pass on command ${command}`);
  }
});

Deno.test("fcntl() reads and sets flags", () => {
  const [reading, writing] = pipe();
  using _ = owned(reading, writing);
  assertEquals(fcntl(writing, F_GETFL) & O_ACCMODE, O_WRONLY);
  assertEquals(fcntl(reading, F_SETFL, O_NONBLOCK), 0);
  assertEquals(fcntl(reading, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
  assertEquals(fcntl(reading, F_SETFD, FD_CLOEXEC), 0);
  assertEquals(fcntl(reading, F_GETFD), FD_CLOEXEC);
});

Deno.test("fcntl() copies to the lowest free descriptor from a number on", () => {
  const fd = open("/dev/null", O_RDONLY);
  const copy = fcntl(fd, F_DUPFD, 200);
  const closing = fcntl(fd, F_DUPFD_CLOEXEC, 200);
  using _ = owned(fd, copy, closing);
  assert(copy >= 200 && closing >= 200 && copy !== closing);
  assertEquals(fcntl(copy, F_GETFD), 0);
  assertEquals(fcntl(closing, F_GETFD), FD_CLOEXEC);
});

Deno.test("fcntl() rounds a pipe's size up to whole pages", () => {
  const [reading, writing] = pipe();
  using _ = owned(reading, writing);
  const size = fcntl(writing, F_SETPIPE_SZ, 5000);
  assert(size >= 5000);
  assertEquals(fcntl(reading, F_GETPIPE_SZ), size);
});

// --- what is common to all ---

Deno.test("a descriptor that is not a whole number of 32 bits is refused before any call", () => {
  for (const wrong of ["0", 0.5, NaN, 2 ** 31, 1n, null, {}]) {
    const fd = wrong as number;
    const buffer = new Uint8Array(1);
    for (
      const act of [
        () => close(fd),
        () => read(fd, buffer),
        () => write(fd, buffer),
        () => lseek(fd, 0, SEEK_SET),
        () => dup(fd),
        () => dup2(fd, 0),
        () => dup2(0, fd),
        () => fcntl(fd, F_GETFD),
      ]
    ) {
      const error = assertThrows(act);
      assert(error instanceof TypeError || error instanceof RangeError);
      assertStringIncludes(error.message, "fd: expected a whole number");
    }
  }
});

Deno.test("an internal descriptor is as if it were not open", () => {
  const fd = open("/dev/zero", O_RDWR);
  using _ = owned(fd);
  internalDescriptors.add(fd);
  try {
    const buffer = new Uint8Array(1);
    assertErrno("EBADF", () => close(fd));
    assertErrno("EBADF", () => read(fd, buffer));
    assertErrno("EBADF", () => write(fd, buffer));
    assertErrno("EBADF", () => lseek(fd, 0, SEEK_SET));
    assertErrno("EBADF", () => dup(fd));
    assertErrno("EBADF", () => dup2(fd, 300));
    assertErrno("EBADF", () => dup2(0, fd));
    assertErrno("EBADF", () => fcntl(fd, F_GETFD));
    assertEquals(poll([{ fd, events: POLLIN }], 0), [POLLNVAL]);
  } finally {
    internalDescriptors.delete(fd);
  }
});
