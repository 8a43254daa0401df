import { assertEquals, assertThrows } from "@std/assert";
import {
  close,
  F_ADD_SEALS,
  F_GET_SEALS,
  F_GETFD,
  F_SEAL_FUTURE_WRITE,
  F_SEAL_GROW,
  F_SEAL_SEAL,
  F_SEAL_SHRINK,
  F_SEAL_WRITE,
  fcntl,
  FD_CLOEXEC,
  ftruncate,
  MAP_SHARED,
  memfd_create,
  MFD_ALLOW_SEALING,
  MFD_CLOEXEC,
  mmap,
  PROT_READ,
  PROT_WRITE,
  write,
} from "ipc";
import { assertErrno } from "../../support/errno.ts";

/** A memfd of a page that is closed at the end of the scope. */
class Page implements Disposable {
  readonly fd: number;

  constructor(flags = MFD_ALLOW_SEALING) {
    this.fd = memfd_create("page", flags);
    ftruncate(this.fd, 4096);
  }

  map(protection = PROT_READ | PROT_WRITE): ReturnType<typeof mmap> {
    return mmap(4096, protection, MAP_SHARED, this.fd, 0);
  }

  [Symbol.dispose](): void {
    close(this.fd);
  }
}

Deno.test("memfd_create() gives EINVAL for a long name and for unknown flags", () => {
  close(memfd_create("x".repeat(249), 0));
  assertErrno("EINVAL", () => memfd_create("x".repeat(250), 0));
  assertErrno("EINVAL", () => memfd_create("x", 0x4000_0000));
});

Deno.test("memfd_create() refuses what is no name or no flags", () => {
  assertThrows(() => memfd_create("a\0b", 0), TypeError, "name");
  assertThrows(() => memfd_create(1 as never, 0), TypeError, "name");
  assertThrows(() => memfd_create("x", -1), RangeError, "flags");
});

Deno.test("memfd_create() makes memory that two mappings share", () => {
  using page = new Page(MFD_CLOEXEC);
  assertEquals(fcntl(page.fd, F_GETFD), FD_CLOEXEC);
  using one = page.map();
  using two = page.map(PROT_READ);
  one.bytes[7] = 42;
  assertEquals(two.bytes[7], 42);
});

Deno.test("fcntl() gives EPERM for seals that are not allowed, EINVAL for what is no memfd", () => {
  using page = new Page(0);
  assertEquals(fcntl(page.fd, F_GET_SEALS), F_SEAL_SEAL);
  assertErrno("EPERM", () => fcntl(page.fd, F_ADD_SEALS, F_SEAL_GROW));
  assertErrno("EINVAL", () => fcntl(0, F_GET_SEALS));
  using open = new Page();
  assertErrno("EINVAL", () => fcntl(open.fd, F_ADD_SEALS, 1 << 20));
});

Deno.test("each seal forbids what it says, for good", () => {
  using page = new Page();
  assertEquals(fcntl(page.fd, F_ADD_SEALS, F_SEAL_SHRINK), 0);
  assertErrno("EPERM", () => ftruncate(page.fd, 0));
  ftruncate(page.fd, 8192);
  fcntl(page.fd, F_ADD_SEALS, F_SEAL_GROW);
  assertErrno("EPERM", () => ftruncate(page.fd, 16384));
  {
    using mapping = page.map();
    assertErrno("EBUSY", () => fcntl(page.fd, F_ADD_SEALS, F_SEAL_WRITE));
    fcntl(page.fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE);
    mapping.bytes[0] = 9;
  }
  assertErrno("EPERM", () => page.map());
  fcntl(page.fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SEAL);
  assertErrno("EPERM", () => write(page.fd, new Uint8Array(1)));
  using readable = page.map(PROT_READ);
  assertEquals(readable.bytes[0], 9);
  const all = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_FUTURE_WRITE | F_SEAL_SEAL;
  assertEquals(fcntl(page.fd, F_GET_SEALS), all);
  assertErrno("EPERM", () => fcntl(page.fd, F_ADD_SEALS, F_SEAL_GROW));
});
