import { assertEquals, assertThrows } from "@std/assert";
import {
  close,
  ftruncate,
  lseek,
  O_RDONLY,
  O_RDWR,
  O_TMPFILE,
  open,
  pipe,
  read,
  SEEK_END,
  SEEK_SET,
  umask,
  unlink,
  write,
} from "ipc";
import { internalDescriptors } from "../../../lib/gate/internal.ts";
import { inChild } from "../../support/child.ts";
import { assertErrno } from "../../support/errno.ts";
import { testFolder } from "../../support/names.ts";

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
