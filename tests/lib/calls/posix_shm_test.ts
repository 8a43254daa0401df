import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  close,
  F_GETFD,
  fcntl,
  FD_CLOEXEC,
  ftruncate,
  lseek,
  O_CREAT,
  O_EXCL,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  SEEK_END,
  shm_open,
  shm_unlink,
} from "ipc";
import { gate, type Hook } from "../../../lib/gate/gate.ts";
import { inChild } from "../../support/child.ts";
import { assertErrno } from "../../support/errno.ts";
import { objectName } from "../../support/names.ts";

Deno.test("shm_open() gives ENOENT, EEXIST, EINVAL and ENAMETOOLONG", () => {
  const name = objectName();
  assertErrno("ENOENT", () => shm_open(name, O_RDWR));
  close(shm_open(name, O_RDWR | O_CREAT, 0o600));
  assertErrno("EEXIST", () => shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0o600));
  shm_unlink(name);
  assertErrno("EINVAL", () => shm_open("/inner/slash", O_RDWR | O_CREAT, 0o600));
  assertErrno("EINVAL", () => shm_open("", O_RDWR | O_CREAT, 0o600));
  assertErrno("ENAMETOOLONG", () => shm_open(`/${"n".repeat(256)}`, O_RDWR | O_CREAT, 0o600));
});

Deno.test("shm_unlink() gives ENOENT, for a wrong name too, and ENAMETOOLONG", () => {
  assertErrno("ENOENT", () => shm_unlink(objectName()));
  assertErrno("ENOENT", () => shm_unlink("/"));
  assertErrno("ENAMETOOLONG", () => shm_unlink(`/${"n".repeat(256)}`));
});

Deno.test({
  name: "shm_open() and shm_unlink() give EACCES to another user",
  ignore: Deno.uid() !== 0,
  async fn(): Promise<void> {
    const name = objectName();
    close(shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0o600));
    try {
      const codes = await inChild(
        `import { O_RDWR, shm_open, shm_unlink } from "ipc";
         const code = (act) => { try { act(); } catch (error) { return error.code; } };
         const [name] = Deno.args;
         console.log(JSON.stringify([code(() => shm_open(name, O_RDWR)), code(() => shm_unlink(name))]));`,
        { uid: 65534, args: [name] },
      );
      assertEquals(codes, ["EACCES", "EACCES"]);
    } finally {
      shm_unlink(name);
    }
  },
});

Deno.test("shm_open() refuses a name with a NUL, and O_CREAT without a mode", () => {
  assertThrows(() => shm_open("/a\0b", O_RDWR), TypeError, "name: a C string cannot hold a NUL");
  assertThrows(() => shm_open("/never", O_RDWR | O_CREAT), TypeError, "mode: O_CREAT needs one");
  assertThrows(() => shm_unlink(null as unknown as string), TypeError, "name: expected a string, got null");
});

Deno.test("shm_open() makes an object of length 0, which keeps its length until it is truncated", () => {
  const name = objectName();
  const fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0o600);
  try {
    assertEquals(fcntl(fd, F_GETFD), FD_CLOEXEC);
    assertEquals(lseek(fd, 0, SEEK_END), 0);
    ftruncate(fd, 10_000);
    const other = shm_open(name, O_RDONLY);
    assertEquals(lseek(other, 0, SEEK_END), 10_000);
    close(other);
    close(shm_open(name, O_RDWR | O_TRUNC));
    assertEquals(lseek(fd, 0, SEEK_END), 0);
  } finally {
    close(fd);
    shm_unlink(name);
  }
});

Deno.test("shm_open() takes a name without a slash, as glibc does", () => {
  const name = objectName().slice(1);
  close(shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0o600));
  shm_unlink(`/${name}`);
});

Deno.test("shm_open() tells the run's hook what it made, and not what it found", () => {
  const [found, fresh] = [objectName(), objectName()];
  close(shm_open(found, O_RDWR | O_CREAT | O_EXCL, 0o600));
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
    for (const name of [found, fresh]) {
      const fd = shm_open(name, O_RDWR | O_CREAT, 0o600);
      assert(fd >= 0);
      close(fd);
    }
    assertErrno("EEXIST", () => shm_open(found, O_RDWR | O_CREAT | O_EXCL, 0o600));
  } finally {
    gate.hook = null;
    shm_unlink(found);
    shm_unlink(fresh);
  }
  assertEquals(made, [`posix_shm ${fresh}`]);
});
