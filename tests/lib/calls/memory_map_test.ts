import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  close,
  ftruncate,
  IPC_CREAT,
  IPC_PRIVATE,
  IPC_RMID,
  MAP_ANONYMOUS,
  MAP_NORESERVE,
  MAP_PRIVATE,
  MAP_SHARED,
  type Mapping,
  mmap,
  MS_ASYNC,
  MS_INVALIDATE,
  MS_SYNC,
  msync,
  munmap,
  O_RDONLY,
  O_RDWR,
  O_TMPFILE,
  open,
  pipe,
  PROT_NONE,
  PROT_READ,
  PROT_WRITE,
  read,
  shmat,
  shmctl,
  shmget,
  write,
} from "ipc";
import { internalDescriptors } from "../../../lib/gate/internal.ts";
import { Child } from "../../support/child.ts";
import { assertErrno } from "../../support/errno.ts";
import { testFolder } from "../../support/names.ts";

const RW = PROT_READ | PROT_WRITE;

/** An open file of `length` bytes that has no name. */
function file(length: number): number {
  const fd = open("/tmp", O_RDWR | O_TMPFILE, 0o600);
  ftruncate(fd, length);
  return fd;
}

Deno.test("mmap() gives EBADF, ENODEV, EACCES, EINVAL and ENOMEM", () => {
  const [reading, writing] = pipe();
  const readOnly = open("/bin/sh", O_RDONLY);
  const fd = file(8192);
  assertErrno("EBADF", () => mmap(4096, RW, MAP_SHARED, -1));
  assertErrno("EBADF", () => mmap(4096, RW, MAP_SHARED));
  assertErrno("ENODEV", () => mmap(4096, PROT_READ, MAP_SHARED, reading));
  assertErrno("EACCES", () => mmap(4096, RW, MAP_SHARED, readOnly));
  assertErrno("EINVAL", () => mmap(0, RW, MAP_SHARED, fd));
  assertErrno("EINVAL", () => mmap(4096, RW, MAP_SHARED, fd, 1));
  assertErrno("EINVAL", () => mmap(4096, RW, 0, fd));
  assertErrno("EINVAL", () => mmap(4096, RW, MAP_ANONYMOUS));
  assertErrno("ENOMEM", () => mmap(2 ** 48, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE));
  internalDescriptors.add(fd);
  assertErrno("EBADF", () => mmap(4096, RW, MAP_SHARED, fd));
  internalDescriptors.delete(fd);
  for (const each of [reading, writing, readOnly, fd]) close(each);
});

Deno.test("mmap() refuses to reach beyond the object, where the first touch would be SIGBUS", () => {
  const empty = file(0);
  const fd = file(5000);
  assertThrows(
    () => mmap(4096, RW, MAP_SHARED, empty),
    RangeError,
    "length: the object has 0 bytes, and the mapping would reach to 4096; make it longer with ftruncate",
  );
  assertThrows(() => mmap(8193, RW, MAP_SHARED, fd), RangeError, "would reach to 8193");
  assertThrows(() => mmap(1, RW, MAP_SHARED, fd, 8192), RangeError, "would reach to 8193");
  using whole = mmap(8192, RW, MAP_SHARED, fd); // the rest of the last page can be touched
  assertEquals(whole.bytes[8191], 0);
  close(empty);
  close(fd);
});

Deno.test("mmap() refuses flags that could put the memory over the program's own, and unknown bits", () => {
  const MAP_FIXED = 0x10;
  assertThrows(() => mmap(4096, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED), RangeError, "does not pass on 0x10");
  assertThrows(() => mmap(4096, RW, -1), RangeError, "does not pass on");
  assertThrows(() => mmap(4096, 8, MAP_PRIVATE | MAP_ANONYMOUS), RangeError, "0x8 is not a PROT_ constant");
  assertThrows(() => mmap(-1, RW, MAP_PRIVATE), RangeError, "length");
  assertThrows(() => mmap("4096" as unknown as number, RW, MAP_PRIVATE), TypeError, "length");
  assertThrows(() => mmap(4096, RW, MAP_PRIVATE, 0.5), RangeError, "fd");
  assertThrows(() => mmap(4096, RW, MAP_PRIVATE, 0, NaN), TypeError, "offset");
});

Deno.test("mmap() with MAP_SHARED writes to the file, with MAP_PRIVATE it does not", () => {
  const fd = file(10);
  {
    using mine = mmap(10, RW, MAP_PRIVATE, fd);
    mine.bytes[0] = 65;
    using shared = mmap(10, RW, MAP_SHARED, fd);
    shared.bytes[1] = 66;
    assertEquals([mine.bytes[0], shared.bytes[0], shared.bytes[1]], [65, 0, 66]);
  }
  const buffer = new Uint8Array(10);
  assertEquals(read(fd, buffer), 10);
  assertEquals([buffer[0], buffer[1]], [0, 66]);
  close(fd);
});

Deno.test("mmap() begins at the offset", () => {
  const fd = file(65536 * 2);
  using all = mmap(65536 * 2, RW, MAP_SHARED, fd);
  using second = mmap(65536, PROT_READ, MAP_SHARED, fd, 65536);
  all.bytes[65536 + 7] = 9;
  assertEquals(second.bytes[7], 9);
  close(fd);
});

Deno.test("a mapping stays when its descriptor is closed", () => {
  const fd = file(4096);
  using mapping = mmap(4096, RW, MAP_SHARED, fd);
  close(fd);
  mapping.bytes[4095] = 1;
  assertEquals(mapping.bytes[4095], 1);
});

Deno.test("the kernel refuses to read into memory without PROT_WRITE", () => {
  const [reading, writing] = pipe();
  using mapping = mmap(4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS);
  write(writing, new Uint8Array(1));
  assertErrno("EFAULT", () => read(reading, mapping.bytes));
  close(reading);
  close(writing);
});

Deno.test("a store without PROT_WRITE is SIGSEGV, and a touch of what was cut off is SIGBUS, as in C", async () => {
  await using store = new Child(
    `import { MAP_ANONYMOUS, MAP_PRIVATE, mmap, PROT_READ } from "ipc";
     mmap(4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS).bytes[0] = 1;`,
  );
  await using touch = new Child(
    `import { ftruncate, MAP_SHARED, mmap, O_RDWR, O_TMPFILE, open, PROT_READ } from "ipc";
     const fd = open("/tmp", O_RDWR | O_TMPFILE, 0o600);
     ftruncate(fd, 4096);
     const mapping = mmap(4096, PROT_READ, MAP_SHARED, fd);
     ftruncate(fd, 0);
     mapping.bytes[0];`,
  );
  assertEquals([(await store.end()).signal, (await touch.end()).signal], ["SIGSEGV", "SIGBUS"]);
});

Deno.test("munmap() refuses what mmap did not return", () => {
  const id = shmget(IPC_PRIVATE, 64, IPC_CREAT | 0o600);
  using segment = shmat(id);
  shmctl(id, IPC_RMID);
  for (const wrong of [segment, null, undefined, 4096, 0x1000n, {}, new Uint8Array(8)]) {
    assertThrows(() => munmap(wrong as unknown as Mapping), TypeError, "mapping: expected what mmap returned");
    assertThrows(() => msync(wrong as unknown as Mapping, MS_SYNC), TypeError, "mapping: expected what mmap returned");
  }
});

Deno.test("munmap() does nothing the second time, and never reaches what was mapped there since", () => {
  const first = mmap(4096, RW, MAP_PRIVATE | MAP_ANONYMOUS);
  munmap(first);
  using second = mmap(4096, RW, MAP_PRIVATE | MAP_ANONYMOUS); // as a rule at the same address
  munmap(first);
  second.bytes[0] = 1;
  assertEquals(second.bytes[0], 1);
});

Deno.test("msync() gives EINVAL, and ENOMEM once the memory is gone", () => {
  const mapping = mmap(65536, RW, MAP_SHARED | MAP_ANONYMOUS);
  assertErrno("EINVAL", () => msync(mapping, MS_SYNC | MS_ASYNC));
  assertErrno("EINVAL", () => msync(mapping, 64));
  assertErrno("EINVAL", () => msync(mapping, MS_SYNC, 1));
  assertThrows(() => msync(mapping, MS_SYNC, 0, 65537), RangeError, "65537 bytes at 0 do not fit into 65536");
  assertThrows(() => msync(mapping, MS_SYNC, 65540), RangeError, "do not fit");
  munmap(mapping);
  assertErrno("ENOMEM", () => msync(mapping, MS_SYNC));
});

Deno.test("msync() writes a mapping, or a part of it, to its file", () => {
  using folder = testFolder();
  Deno.writeFileSync(folder.file("data"), new Uint8Array(65536 + 10));
  const fd = open(folder.file("data"), O_RDWR);
  using mapping = mmap(65536 + 10, RW, MAP_SHARED, fd);
  close(fd);
  mapping.bytes[65536] = 7;
  msync(mapping, MS_SYNC | MS_INVALIDATE);
  msync(mapping, MS_ASYNC, 65536);
  msync(mapping, MS_SYNC, 0, 0);
  assert(Deno.readFileSync(folder.file("data"))[65536] === 7);
});
