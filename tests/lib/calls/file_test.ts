import { assertEquals, assertThrows } from "@std/assert";
import {
  close,
  ftruncate,
  lseek,
  mknod,
  O_RDONLY,
  O_RDWR,
  O_TMPFILE,
  open,
  pipe,
  read,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFREG,
  S_IFSOCK,
  SEEK_END,
  SEEK_SET,
  umask,
  unlink,
  write,
} from "ipc";
import { gate } from "../../../lib/gate/gate.ts";
import { internalDescriptors } from "../../../lib/gate/internal.ts";
import { inChild } from "../../support/child.ts";
import { assertErrno } from "../../support/errno.ts";
import { testFolder } from "../../support/names.ts";

Deno.test("mknod() gives the errno of each way to name a file wrongly, and for a type that is none", () => {
  using folder = testFolder();
  Deno.writeTextFileSync(folder.file("plain"), "");
  Deno.symlinkSync("loop", folder.file("loop"));
  assertErrno("EEXIST", () => mknod(folder.file("plain"), S_IFIFO | 0o600));
  assertErrno("ENOENT", () => mknod(folder.file("missing/fifo"), S_IFIFO | 0o600));
  assertErrno("ENOENT", () => mknod("", S_IFIFO | 0o600));
  assertErrno("ENOTDIR", () => mknod(folder.file("plain/below"), S_IFIFO | 0o600));
  assertErrno("ELOOP", () => mknod(folder.file("loop/below"), S_IFIFO | 0o600));
  assertErrno("ENAMETOOLONG", () => mknod(folder.file("n".repeat(256)), S_IFIFO | 0o600));
  assertErrno("EPERM", () => mknod(folder.file("directory"), S_IFDIR | 0o700));
  assertErrno("EINVAL", () => mknod(folder.file("unknown"), 0o170000 | 0o600));
  assertEquals(assertErrno("EINVAL", () => mknod(folder.file("x"), 0o170000)).syscall, "mknod");
});

Deno.test({
  name: "mknod() gives EPERM for devices, and EACCES in another user's folder, without privilege",
  ignore: Deno.uid() !== 0,
  async fn(): Promise<void> {
    using folder = testFolder();
    Deno.chmodSync(folder.path, 0o755);
    Deno.mkdirSync(folder.file("open"));
    Deno.chmodSync(folder.file("open"), 0o777);
    const codes = await inChild(
      `import { mknod } from "ipc";
       const code = (path, mode) => { try { mknod(path, mode, 259); } catch (error) { return error.code; } };
       const [path, chr, blk, fifo] = Deno.args;
       console.log(JSON.stringify([
         code(path + "/open/null", Number(chr)), code(path + "/open/disk", Number(blk)), code(path + "/fifo", Number(fifo)),
       ]));`,
      { uid: 65534, args: [folder.path, S_IFCHR | 0o600, S_IFBLK | 0o600, S_IFIFO | 0o600] },
    );
    assertEquals(codes, ["EPERM", "EPERM", "EACCES"]);
  },
});

Deno.test("mknod() refuses what is no path, mode or device before any call", () => {
  assertThrows(() => mknod("/tmp/a\0b", S_IFIFO), TypeError, "NUL");
  assertThrows(() => mknod("/tmp/x", -1), RangeError, "mode");
  assertThrows(() => mknod("/tmp/x", S_IFCHR, 2 ** 53), RangeError, "device");
  assertThrows(() => mknod("/tmp/x", S_IFCHR, 1n as unknown as number), TypeError, "device");
});

Deno.test("mknod() makes FIFOs, sockets and files, with the permissions that the umask leaves", async () => {
  using folder = testFolder();
  await inChild(
    `import { mknod, umask } from "ipc"; umask(0o027);
     for (const [i, type] of Deno.args.slice(1).entries()) mknod(Deno.args[0] + "/" + i, Number(type) | 0o666);`,
    { args: [folder.path, S_IFIFO, S_IFSOCK, S_IFREG, 0] },
  );
  const made = [0, 1, 2, 3].map((i) => Deno.statSync(folder.file(String(i))));
  assertEquals(made.map(({ isFifo, isSocket, isFile }) => [isFifo, isSocket, isFile]), [
    [true, false, false],
    [false, true, false],
    [false, false, true],
    [false, false, true],
  ]);
  for (const { mode } of made) assertEquals((mode ?? 0) & 0o777, 0o640);
});

Deno.test("mknod() tells the run's hook of FIFOs and sockets", () => {
  using folder = testFolder();
  const made: string[] = [];
  gate.hook = {
    enter: () => {},
    created: (kind, name) => made.push(`${kind} ${name}`),
    maySignal: () => true,
    forked: () => {},
    interrogated: () => {},
  };
  try {
    for (const [name, type] of [["a", S_IFIFO], ["b", S_IFSOCK], ["c", S_IFREG]] as const) {
      mknod(folder.file(name), type | 0o600);
    }
  } finally {
    gate.hook = null;
  }
  assertEquals(made, [`fifo ${folder.file("a")}`, `socket ${folder.file("b")}`]);
});

Deno.test("unlink() gives the errno of each way to name a file wrongly", () => {
  using folder = testFolder();
  Deno.writeTextFileSync(folder.file("plain"), "");
  Deno.symlinkSync("loop", folder.file("loop"));
  assertErrno("ENOENT", () => unlink(folder.file("missing")));
  assertErrno("ENOENT", () => unlink(""));
  assertErrno("EISDIR", () => unlink(folder.path));
  assertErrno("ENOTDIR", () => unlink(folder.file("plain/below")));
  assertErrno("ELOOP", () => unlink(folder.file("loop/below")));
  assertErrno("ENAMETOOLONG", () => unlink(folder.file("n".repeat(256))));
  assertThrows(() => unlink("/tmp/a\0b"), TypeError, "NUL");
});

Deno.test({
  name: "unlink() gives EACCES, and EPERM in a sticky folder, for another user's file",
  ignore: Deno.uid() !== 0,
  async fn(): Promise<void> {
    using folder = testFolder();
    Deno.chmodSync(folder.path, 0o755);
    Deno.mkdirSync(folder.file("sticky"));
    Deno.chmodSync(folder.file("sticky"), 0o1777);
    for (const name of ["mine", "sticky/mine"]) Deno.writeTextFileSync(folder.file(name), "");
    const codes = await inChild(
      `import { unlink } from "ipc";
       const codes = Deno.args.map((path) => { try { unlink(path); } catch (error) { return error.code; } });
       console.log(JSON.stringify(codes));`,
      { uid: 65534, args: [folder.file("mine"), folder.file("sticky/mine")] },
    );
    assertEquals(codes, ["EACCES", "EPERM"]);
  },
});

Deno.test("unlink() takes the name away, and the file stays for who has it open", () => {
  using folder = testFolder();
  Deno.writeTextFileSync(folder.file("plain"), "still here");
  const fd = open(folder.file("plain"), O_RDONLY);
  unlink(folder.file("plain"));
  assertEquals([...Deno.readDirSync(folder.path)], []);
  assertEquals(read(fd, new Uint8Array(100)), 10);
  close(fd);
});

Deno.test("umask() returns the mask before, and uses nine bits of the new one", async () => {
  const masks = await inChild(
    `import { umask } from "ipc";
     umask(0o022);
     console.log(JSON.stringify([umask(0xffffffff), umask(0), umask(0)]));`,
  );
  assertEquals(masks, [0o022, 0o777, 0]);
});

Deno.test("umask() refuses what is no mask", () => {
  assertThrows(() => umask(-1), RangeError, "mask");
  assertThrows(() => umask("022" as unknown as number), TypeError, "mask");
});

Deno.test("ftruncate() gives EBADF and EINVAL", () => {
  const [reading, writing] = pipe();
  const readOnly = open("/bin/sh", O_RDONLY);
  const fd = open("/tmp", O_RDWR | O_TMPFILE, 0o600);
  internalDescriptors.add(reading);
  assertErrno("EBADF", () => ftruncate(-1, 0));
  assertErrno("EBADF", () => ftruncate(reading, 0));
  internalDescriptors.delete(reading);
  assertErrno("EINVAL", () => ftruncate(writing, 0));
  assertErrno("EINVAL", () => ftruncate(readOnly, 0));
  assertErrno("EINVAL", () => ftruncate(fd, -1));
  for (const each of [reading, writing, readOnly, fd]) close(each);
});

Deno.test("ftruncate() shortens, and lengthens with zeros", () => {
  const fd = open("/tmp", O_RDWR | O_TMPFILE, 0o600);
  write(fd, new TextEncoder().encode("0123456789"));
  ftruncate(fd, 2);
  ftruncate(fd, 4);
  assertEquals(lseek(fd, 0, SEEK_END), 4);
  lseek(fd, 0, SEEK_SET);
  const buffer = new Uint8Array(8);
  assertEquals(read(fd, buffer), 4);
  assertEquals([...buffer.subarray(0, 4)], [48, 49, 0, 0]);
  close(fd);
});
