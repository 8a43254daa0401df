import { assertEquals, assertThrows } from "@std/assert";
import {
  close,
  O_APPEND,
  O_RDONLY,
  O_RDWR,
  open,
  pipe,
  read,
  socketpair,
  splice,
  SPLICE_F_GIFT,
  SPLICE_F_MOVE,
  SPLICE_F_NONBLOCK,
  tee,
  vmsplice,
  write,
} from "ipc";
import { AF_UNIX, O_TMPFILE, SOCK_STREAM } from "ipc";
import { internalDescriptors } from "../../../lib/gate/internal.ts";
import { inChild } from "../../support/child.ts";
import { assertErrno } from "../../support/errno.ts";
import { interrupt } from "../../support/interrupt.ts";
import { testFolder } from "../../support/names.ts";

/** Pipes, files and other descriptors that are closed at the end of the scope. */
class Descriptors implements Disposable {
  readonly #open: number[] = [];

  pipe(): [number, number] {
    const ends = pipe();
    this.#open.push(...ends);
    return ends;
  }

  add(fd: number): number {
    this.#open.push(fd);
    return fd;
  }

  [Symbol.dispose](): void {
    for (const fd of this.#open) close(fd);
  }
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

function readText(fd: number): string {
  const buffer = new Uint8Array(100);
  return text(buffer.subarray(0, read(fd, buffer)));
}

Deno.test("splice() gives the errno of each way to misuse it", () => {
  using folder = testFolder();
  using open_ = new Descriptors();
  const [reading, writing] = open_.pipe();
  const [other, otherWriting] = open_.pipe();
  Deno.writeTextFileSync(folder.file("a"), "abc");
  const file = open_.add(open(folder.file("a"), O_RDWR));
  const appending = open_.add(open(folder.file("a"), O_RDWR | O_APPEND));
  assertErrno("EBADF", () => splice(-1, null, writing, null, 1, 0));
  assertErrno("EBADF", () => splice(reading, null, 9999, null, 1, 0));
  assertErrno("EBADF", () => splice(writing, null, otherWriting, null, 1, 0));
  assertErrno("EINVAL", () => splice(file, null, appending, null, 1, 0));
  assertErrno("EINVAL", () => splice(reading, null, writing, null, 1, 0));
  write(writing, bytes("x"));
  assertErrno("EINVAL", () => splice(reading, null, appending, null, 1, 0));
  assertErrno("ESPIPE", () => splice(reading, 0, otherWriting, null, 1, 0));
  assertErrno("ESPIPE", () => splice(reading, null, otherWriting, 0, 1, 0));
  assertErrno("EINVAL", () => splice(file, -1, writing, null, 1, 0));
  assertErrno("EINVAL", () => splice(reading, null, file, null, 1, 0xffff));
  assertErrno("EAGAIN", () => splice(other, null, file, null, 1, SPLICE_F_NONBLOCK));
});

Deno.test("tee() and vmsplice() give the errno of each way to misuse them", () => {
  using folder = testFolder();
  using open_ = new Descriptors();
  const [reading, writing] = open_.pipe();
  const [, otherWriting] = open_.pipe();
  const file = open_.add(open(folder.path, O_RDWR | O_TMPFILE, 0o600));
  const data = [bytes("abc")];
  assertErrno("EBADF", () => tee(-1, writing, 1, 0));
  assertErrno("EINVAL", () => tee(file, writing, 1, 0));
  assertErrno("EINVAL", () => tee(reading, writing, 1, 0));
  assertErrno("EINVAL", () => tee(reading, otherWriting, 1, 0xffff));
  assertErrno("EAGAIN", () => tee(reading, otherWriting, 1, SPLICE_F_NONBLOCK));
  assertErrno("EBADF", () => vmsplice(-1, data, 0));
  assertErrno("EBADF", () => vmsplice(file, data, 0));
  assertErrno("EINVAL", () => vmsplice(writing, data, 0xffff));
  assertErrno("EINVAL", () => vmsplice(writing, Array(1025).fill(data[0]), 0));
  assertErrno("EAGAIN", () => vmsplice(reading, data, SPLICE_F_NONBLOCK));
});

Deno.test("splice(), tee() and vmsplice() give EPIPE when nobody reads", async () => {
  const codes = await inChild(`
    import { close, pipe, SIG_IGN, signal, SIGPIPE, splice, tee, vmsplice, write } from "ipc";
    signal(SIGPIPE, SIG_IGN);
    const [from, to] = [pipe(), pipe()];
    write(from[1], new Uint8Array(3));
    close(to[0]);
    const code = (act) => { try { act(); return "none"; } catch (error) { return error.code; } };
    console.log(JSON.stringify([
      code(() => splice(from[0], null, to[1], null, 1, 0)),
      code(() => tee(from[0], to[1], 1, 0)),
      code(() => vmsplice(to[1], [new Uint8Array(1)], 0)),
    ]));
  `);
  assertEquals(codes, ["EPIPE", "EPIPE", "EPIPE"]);
});

Deno.test("calls refuse wrong kinds of arguments before any call, and descriptors that are the lab's own", () => {
  using open_ = new Descriptors();
  const [reading, writing] = open_.pipe();
  assertThrows(() => splice(reading, 0.5, writing, null, 1, 0), RangeError, "offsetIn");
  assertThrows(() => splice(reading, undefined as never, writing, null, 1, 0), TypeError, "offsetIn");
  assertThrows(() => splice(reading, null, writing, null, -1, 0), RangeError, "length");
  assertThrows(() => tee(reading, writing, 2 ** 60, 0), RangeError, "length");
  assertThrows(() => vmsplice(writing, bytes("abc") as never, 0), TypeError, "buffers: expected an array");
  assertThrows(() => vmsplice(writing, ["abc" as never], 0), TypeError, "buffers[0]");
  internalDescriptors.add(writing);
  try {
    assertErrno("EBADF", () => splice(reading, null, writing, null, 1, 0));
    assertErrno("EBADF", () => tee(reading, writing, 1, 0));
    assertErrno("EBADF", () => vmsplice(writing, [bytes("abc")], 0));
  } finally {
    internalDescriptors.delete(writing);
  }
});

Deno.test("splice() moves between files, pipes and sockets, with offsets and without", () => {
  using folder = testFolder();
  using open_ = new Descriptors();
  const [reading, writing] = open_.pipe();
  Deno.writeTextFileSync(folder.file("a"), "Hi other process!");
  const file = open_.add(open(folder.file("a"), O_RDWR));
  assertEquals(splice(file, 3, writing, null, 5, SPLICE_F_MOVE), 5);
  assertEquals(readText(reading), "other");
  assertEquals(splice(file, null, writing, null, 2, 0), 2); // its own offset has not moved
  assertEquals(splice(reading, null, file, 15, 100, 0), 2);
  assertEquals(Deno.readTextFileSync(folder.file("a")), "Hi other procesHi");
  const [mine, theirs] = socketpair(AF_UNIX, SOCK_STREAM, 0).map((fd) => open_.add(fd)) as [number, number];
  write(writing, bytes("by socket"));
  assertEquals(splice(reading, null, mine, null, 100, 0), 9);
  assertEquals(readText(theirs), "by socket");
  const empty = open_.add(open("/dev/null", O_RDONLY));
  assertErrno("EINVAL", () => splice(empty, null, writing, null, 0xffff_ffff, 0x8000_0000));
});

Deno.test("splice() and tee() return 0 at the end of the data", () => {
  using open_ = new Descriptors();
  const [, to] = open_.pipe();
  const [reading, writing] = pipe();
  close(writing);
  assertEquals([splice(reading, null, to, null, 10, 0), tee(reading, to, 10, 0)], [0, 0]);
  close(reading);
});

Deno.test("tee() leaves the data where it is, and vmsplice() goes both ways", () => {
  using open_ = new Descriptors();
  const [reading, writing] = open_.pipe();
  const [copyReading, copyWriting] = open_.pipe();
  assertEquals(vmsplice(writing, [bytes("two "), new Uint8Array(0), bytes("pieces")], 0), 10);
  assertEquals(tee(reading, copyWriting, 100, 0), 10);
  const [first, second] = [new Uint8Array(4), new Uint8Array(100)];
  assertEquals(vmsplice(reading, [first, second], 0), 10);
  assertEquals([text(first), text(second.subarray(0, 6)), readText(copyReading)], ["two ", "pieces", "two pieces"]);
  assertEquals(vmsplice(writing, [], 0), 0);
  assertErrno("EINVAL", () => vmsplice(writing, [new Uint8Array(8193).subarray(1)], SPLICE_F_GIFT | 0x100));
});

for (
  const call of [
    "splice(Number(Deno.args[0]), null, pipe()[1], null, 1, 0)",
    "tee(Number(Deno.args[0]), pipe()[1], 1, 0)",
    "vmsplice(Number(Deno.args[0]), [new Uint8Array(1)], 0)",
  ]
) {
  const name = call.slice(0, call.indexOf("("));
  for (const [flags, outcome] of [["0", "EINTR"], ["SA_RESTART", "returned"]] as const) {
    Deno.test(`${name}() ${outcome} after a handler with flags ${flags}`, async () => {
      using open_ = new Descriptors();
      const [reading, writing] = open_.pipe();
      const satisfy = (): unknown => write(writing, new Uint8Array(1));
      const blocking = { call, imports: ["pipe"], args: [reading], blocksIn: name, satisfy: () => void satisfy() };
      assertEquals(await interrupt(blocking, flags), { outcome, handled: 1 });
    });
  }
}
