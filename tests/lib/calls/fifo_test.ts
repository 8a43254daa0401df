import { assertEquals, assertThrows } from "@std/assert";
import { close, mkfifo, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY, open, read, unlink, write } from "ipc";
import { gate, type Hook } from "../../../lib/gate/gate.ts";
import { Child, inChild } from "../../support/child.ts";
import { assertErrno } from "../../support/errno.ts";
import { testFolder } from "../../support/names.ts";

Deno.test("mkfifo() gives the errno of each way to name a FIFO wrongly", () => {
  using folder = testFolder();
  mkfifo(folder.file("fifo"), 0o600);
  Deno.writeTextFileSync(folder.file("plain"), "");
  assertErrno("EEXIST", () => mkfifo(folder.file("fifo"), 0o600));
  assertErrno("ENOENT", () => mkfifo(folder.file("missing/fifo"), 0o600));
  assertErrno("ENOENT", () => mkfifo("", 0o600));
  assertErrno("ENOTDIR", () => mkfifo(folder.file("plain/fifo"), 0o600));
  assertErrno("ENAMETOOLONG", () => mkfifo(folder.file("n".repeat(256)), 0o600));
});

Deno.test({
  name: "mkfifo() gives EACCES in the folder of another user",
  ignore: Deno.uid() !== 0,
  async fn(): Promise<void> {
    using folder = testFolder();
    Deno.chmodSync(folder.path, 0o755);
    const code = await inChild(
      `import { mkfifo } from "ipc";
       try { mkfifo(Deno.args[0], 0o600); } catch (error) { console.log(JSON.stringify(error.code)); }`,
      { uid: 65534, args: [folder.file("fifo")] },
    );
    assertEquals(code, "EACCES");
  },
});

Deno.test("mkfifo() refuses a path with a NUL, and what is no path or mode", () => {
  assertThrows(() => mkfifo("/tmp/a\0b", 0o600), TypeError, "path: a C string cannot hold a NUL");
  assertThrows(() => mkfifo(7 as unknown as string, 0o600), TypeError, "path: expected a string, got 7");
  assertThrows(() => mkfifo("/tmp/x", -1), RangeError, "mode");
  assertThrows(() => mkfifo("/tmp/x", undefined as unknown as number), TypeError, "mode");
});

Deno.test("mkfifo() takes the bits of the umask off the mode", async () => {
  using folder = testFolder();
  await inChild(
    `import { mkfifo, umask } from "ipc"; umask(0o027); mkfifo(Deno.args[0], 0o666);`,
    { args: [folder.file("fifo")] },
  );
  const { isFifo, mode } = Deno.statSync(folder.file("fifo"));
  assertEquals([isFifo, (mode ?? 0) & 0o777], [true, 0o640]);
});

Deno.test("mkfifo() tells the run's hook what it made, and nothing when it failed", () => {
  using folder = testFolder();
  const made: string[] = [];
  const hook: Hook = {
    enter: () => {},
    created: (kind, name) => made.push(`${kind} ${name}`),
    maySignal: () => true,
    forked: () => {},
    interrogated: () => {},
  };
  gate.hook = hook;
  try {
    mkfifo(folder.file("fifo"), 0o600);
    assertErrno("EEXIST", () => mkfifo(folder.file("fifo"), 0o600));
  } finally {
    gate.hook = null;
  }
  assertEquals(made, [`fifo ${folder.file("fifo")}`]);
});

Deno.test("open() of a FIFO for writing with O_NONBLOCK gives ENXIO while nobody reads", () => {
  using folder = testFolder();
  mkfifo(folder.file("fifo"), 0o600);
  assertErrno("ENXIO", () => open(folder.file("fifo"), O_WRONLY | O_NONBLOCK));
  const reading = open(folder.file("fifo"), O_RDONLY | O_NONBLOCK);
  close(open(folder.file("fifo"), O_WRONLY | O_NONBLOCK));
  close(reading);
});

Deno.test("open() of a FIFO for reading blocks until a writer opens it", async () => {
  using folder = testFolder();
  const path = folder.file("fifo");
  mkfifo(path, 0o600);
  await using child = new Child(
    `import { open, O_RDONLY, read } from "ipc";
     const fd = open(Deno.args[0], O_RDONLY);
     const buffer = new Uint8Array(16);
     const first = read(fd, buffer);
     console.log(JSON.stringify([first, buffer[0], read(fd, buffer)]));`,
    { args: [path] },
  );
  await child.blockedIn("open");
  const writing = open(path, O_WRONLY);
  write(writing, new Uint8Array([9]));
  close(writing);
  assertEquals(await child.result(), [1, 9, 0]);
});

Deno.test("open() of a FIFO for writing blocks until a reader opens it", async () => {
  using folder = testFolder();
  const path = folder.file("fifo");
  mkfifo(path, 0o600);
  await using child = new Child(
    `import { open, O_WRONLY, write } from "ipc";
     write(open(Deno.args[0], O_WRONLY), new Uint8Array([1, 2, 3]));`,
    { args: [path] },
  );
  await child.blockedIn("open");
  const reading = open(path, O_RDONLY);
  assertEquals(read(reading, new Uint8Array(16)), 3);
  assertEquals(read(reading, new Uint8Array(16)), 0);
  close(reading);
  await child.result();
});

Deno.test("a FIFO without its name goes on between those who have it open", () => {
  using folder = testFolder();
  mkfifo(folder.file("fifo"), 0o600);
  const both = open(folder.file("fifo"), O_RDWR);
  unlink(folder.file("fifo"));
  write(both, new Uint8Array(3));
  assertEquals(read(both, new Uint8Array(16)), 3);
  close(both);
});
