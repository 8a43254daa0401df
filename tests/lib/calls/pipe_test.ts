import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  close,
  F_GETFD,
  F_GETFL,
  fcntl,
  FD_CLOEXEC,
  O_CLOEXEC,
  O_DIRECT,
  O_NONBLOCK,
  pipe,
  pipe2,
  PIPE_BUF,
  read,
  write,
} from "ipc";
import { Child } from "../../support/child.ts";
import { assertErrno } from "../../support/errno.ts";

const closeAll = (...fds: number[]): void => fds.forEach(close);

Deno.test("pipe2() gives EINVAL for flags it does not have", () => {
  assertErrno("EINVAL", () => pipe2(1));
  assertErrno("EINVAL", () => pipe2(-1));
});

Deno.test("pipe2() refuses flags that are no number of 32 bits", () => {
  assertThrows(() => pipe2("O_CLOEXEC" as unknown as number), TypeError, "flags");
  assertThrows(() => pipe2(2 ** 40), RangeError, "flags");
});

Deno.test("pipe() makes two ends without flags, read end first", () => {
  const [reading, writing] = pipe();
  assertEquals([fcntl(reading, F_GETFD), fcntl(writing, F_GETFD)], [0, 0]);
  assertEquals(write(writing, new Uint8Array([7])), 1);
  const buffer = new Uint8Array(2);
  assertEquals(read(reading, buffer), 1);
  assertEquals(buffer[0], 7);
  assertErrno("EBADF", () => write(reading, buffer));
  closeAll(reading, writing);
});

Deno.test("pipe2() gives its flags to both ends", () => {
  const ends = pipe2(O_CLOEXEC | O_NONBLOCK);
  for (const end of ends) {
    assertEquals(fcntl(end, F_GETFD), FD_CLOEXEC);
    assertEquals(fcntl(end, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
  }
  closeAll(...ends);
});

Deno.test("pipe2() with O_DIRECT keeps what each write wrote apart, and drops the rest of a packet", () => {
  const [reading, writing] = pipe2(O_DIRECT | O_NONBLOCK);
  write(writing, new Uint8Array(5));
  write(writing, new Uint8Array(7));
  assertEquals(read(reading, new Uint8Array(3)), 3);
  assertEquals(read(reading, new Uint8Array(100)), 7);
  closeAll(reading, writing);
});

Deno.test("pipe() is inherited by a program that is executed, pipe2(O_CLOEXEC) is not", async () => {
  const kept = pipe();
  const closed = pipe2(O_CLOEXEC);
  const { code } = await new Deno.Command("sh", {
    args: ["-c", `test -p /proc/self/fd/${kept[1]} && ! test -e /proc/self/fd/${closed[1]}`],
  }).output();
  assertEquals(code, 0);
  closeAll(...kept, ...closed);
});

Deno.test("a pipe ends for its reader when the last process closes the write end", async () => {
  const [reading, writing] = pipe();
  const [waiting, waking] = pipe();
  await using child = new Child(
    `import { read, write } from "ipc";
     const [writing, waiting] = Deno.args.map(Number);
     write(writing, new Uint8Array([1]));
     read(waiting, new Uint8Array(1));`,
    { args: [writing, waiting] },
  );
  close(writing);
  const buffer = new Uint8Array(4);
  assertEquals(read(reading, buffer), 1);
  await child.blockedIn("read"); // it still has the write end
  write(waking, buffer.subarray(0, 1));
  assertEquals(read(reading, buffer), 0);
  closeAll(reading, waiting, waking);
});

Deno.test("writes of PIPE_BUF bytes by several processes are not mixed", async () => {
  const [reading, writing] = pipe();
  const rounds = 50;
  const writers = [1, 2, 3].map((letter) =>
    new Child(
      `import { PIPE_BUF, write } from "ipc";
       const [fd, letter, rounds] = Deno.args.map(Number);
       const block = new Uint8Array(PIPE_BUF).fill(letter);
       for (let i = 0; i < rounds; i++) write(fd, block);`,
      { args: [writing, letter, rounds] },
    )
  );
  close(writing);
  const seen = [0, 0, 0, 0];
  const block = new Uint8Array(PIPE_BUF);
  for (;;) {
    let filled = 0;
    while (filled < PIPE_BUF) {
      const n = read(reading, block.subarray(filled));
      if (n === 0) break;
      filled += n;
    }
    if (filled === 0) break;
    const letter = block[0] as number;
    assert(block.every((byte) => byte === letter), "two writers share a block");
    (seen[letter] as number)++;
  }
  assertEquals(seen, [0, rounds, rounds, rounds]);
  for (const writer of writers) await writer.result();
  close(reading);
});
