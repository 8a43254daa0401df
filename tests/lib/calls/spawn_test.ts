import { assertEquals, assertThrows } from "@std/assert";
import {
  close,
  O_CLOEXEC,
  O_CREAT,
  O_RDONLY,
  O_WRONLY,
  pipe2,
  posix_spawn,
  posix_spawnp,
  read,
  SIGPIPE,
  SigSet,
  SIGUSR1,
  type SpawnOptions,
  waitpid,
} from "ipc";
import { internalDescriptors } from "../../../lib/gate/internal.ts";
import { inChild } from "../../support/child.ts";
import { assertErrno } from "../../support/errno.ts";
import { testFolder } from "../../support/names.ts";

/** What `script` prints, run by sh with these options. */
function output(script: string, { fileActions = [], attributes }: SpawnOptions = {}): string {
  const [reading, writing] = pipe2(O_CLOEXEC);
  const child = posix_spawn("/bin/sh", ["sh", "-c", script], ["PATH=/usr/bin:/bin"], {
    fileActions: [...fileActions, { action: "dup2", fd: writing, newfd: 1 }],
    attributes,
  });
  close(writing);
  let text = "";
  const buffer = new Uint8Array(4096);
  for (let n = read(reading, buffer); n > 0; n = read(reading, buffer)) {
    text += new TextDecoder().decode(buffer.subarray(0, n));
  }
  close(reading);
  assertEquals(waitpid(child).kind, "exited");
  return text.trim();
}

Deno.test("posix_spawn() gives the errno of a program that cannot be started, and leaves no child", () => {
  using folder = testFolder();
  Deno.writeTextFileSync(folder.file("plain"), "no program");
  for (
    const [code, path] of [
      ["ENOENT", folder.file("missing")],
      ["EACCES", folder.file("plain")],
      ["EACCES", folder.path],
      ["ENOTDIR", folder.file("plain/below")],
      ["ENAMETOOLONG", `/${"n".repeat(300)}`],
      ["ENOENT", ""],
    ] as const
  ) {
    const error = assertErrno(code, () => posix_spawn(path, ["x"], []));
    assertEquals(error.syscall, "posix_spawn");
  }
  Deno.chmodSync(folder.file("plain"), 0o755);
  assertErrno("ENOEXEC", () => posix_spawn(folder.file("plain"), ["x"], []));
  assertErrno("ENOENT", () => posix_spawnp("no-such-program-anywhere", ["x"], []));
  assertErrno("E2BIG", () => posix_spawn("/bin/true", ["x".repeat(2 ** 20)], []));
});

Deno.test("posix_spawn() gives the errno of a file action or attribute that fails", () => {
  const run = (options: SpawnOptions): number => posix_spawn("/bin/true", ["true"], [], options);
  assertErrno("ENOENT", () => run({ fileActions: [{ action: "open", fd: 0, path: "/no/file", flags: O_RDONLY }] }));
  assertErrno("ENOENT", () => run({ fileActions: [{ action: "chdir", path: "/no/folder" }] }));
  assertErrno("EBADF", () => run({ fileActions: [{ action: "dup2", fd: 900, newfd: 1 }] }));
  for (const fd of [-1, 2 ** 31 - 1]) {
    assertErrno("EBADF", () => run({ fileActions: [{ action: "close", fd }] }));
    assertErrno("EBADF", () => run({ fileActions: [{ action: "open", fd, path: "/", flags: 0 }] }));
    assertErrno("EBADF", () => run({ fileActions: [{ action: "dup2", fd: 0, newfd: fd }] }));
  }
  assertErrno("EPERM", () => run({ attributes: { pgroup: 2 ** 22 + 1 } }));
  internalDescriptors.add(2);
  try {
    assertErrno("EBADF", () => run({ fileActions: [{ action: "dup2", fd: 2, newfd: 1 }] }));
  } finally {
    internalDescriptors.delete(2);
  }
});

Deno.test("posix_spawn() refuses wrong kinds of arguments before any call", () => {
  const run = (options: unknown): number => posix_spawn("/bin/true", ["true"], [], options as SpawnOptions);
  assertThrows(() => posix_spawn("/bin/a\0b", [], []), TypeError, "path");
  assertThrows(() => posix_spawn("/bin/true", "true" as never, []), TypeError, "argv");
  assertThrows(() => posix_spawn("/bin/true", [], [1 as never]), TypeError, "envp[0]");
  assertThrows(() => run(null), TypeError, "options");
  assertThrows(() => run({ fileActions: {} }), TypeError, "fileActions");
  assertThrows(() => run({ fileActions: [null] }), TypeError, "fileActions[0]");
  assertThrows(() => run({ fileActions: [{ action: "dup" }] }), TypeError, "fileActions[0].action");
  assertThrows(() => run({ fileActions: [{ action: "close" }] }), TypeError, "fileActions[0].fd");
  assertThrows(() => run({ fileActions: [{ action: "dup2", fd: 0 }] }), TypeError, "fileActions[0].newfd");
  assertThrows(() => run({ fileActions: [{ action: "open", fd: 0, path: 1 }] }), TypeError, "fileActions[0].path");
  assertThrows(() => run({ attributes: { sigmask: [1] } }), TypeError, "attributes.sigmask");
  assertThrows(() => run({ attributes: { pgroup: 0.5 } }), RangeError, "attributes.pgroup");
  assertThrows(() => run({ attributes: { setsid: 1 } }), TypeError, "attributes.setsid");
});

Deno.test("posix_spawn() does the file actions in their order", () => {
  using folder = testFolder();
  Deno.writeTextFileSync(folder.file("in"), "from a file");
  const read = output("cat; echo; pwd; cat <&7; echo done >&8", {
    fileActions: [
      { action: "chdir", path: folder.path },
      { action: "open", fd: 0, path: "in", flags: O_RDONLY },
      { action: "open", fd: 7, path: "in", flags: O_RDONLY },
      { action: "open", fd: 8, path: "out", flags: O_WRONLY | O_CREAT, mode: 0o600 },
    ],
  });
  assertEquals(read, `from a file\n${Deno.realPathSync(folder.path)}\nfrom a file`);
  assertEquals(Deno.readTextFileSync(folder.file("out")), "done\n");
  assertEquals(
    output("[ -e /proc/self/fd/2 ] || echo closed", { fileActions: [{ action: "close", fd: 2 }] }),
    "closed",
  );
});

Deno.test("posix_spawn() hands down the program's descriptors, and none of the runtime's", async () => {
  const [handedDown, ours] = await inChild(`
    import { F_GETFD, fcntl, FD_CLOEXEC, pipe, pipe2, O_CLOEXEC, posix_spawn, read, waitpid } from "ipc";
    pipe(); // ours, and to be handed down
    const [reading, writing] = pipe2(O_CLOEXEC);
    const isOurs = (fd) => { try { return fd > 2 && (fcntl(fd, F_GETFD, 0) & FD_CLOEXEC) === 0; } catch { return false; } };
    const ours = Array.from(Deno.readDirSync("/proc/self/fd"), ({ name }) => Number(name)).filter(isOurs).sort();
    const list = "cd /proc/$$/fd; for fd in *; do [ $fd -gt 2 ] && [ -e $fd ] && echo $fd; done; exit 0";
    const child = posix_spawn("/bin/sh", ["sh", "-c", list], [], { fileActions: [{ action: "dup2", fd: writing, newfd: 1 }] });
    waitpid(child);
    const buffer = new Uint8Array(4096);
    const text = new TextDecoder().decode(buffer.subarray(0, read(reading, buffer)));
    console.log(JSON.stringify([text.trim().split("\\n").map(Number).sort(), ours]));
  `) as [number[], number[]];
  assertEquals(handedDown, ours);
  assertEquals(ours.length >= 2, true);
});

Deno.test("posix_spawn() sets the mask and the default actions, the group and the session", () => {
  const status = (name: string, attributes: SpawnOptions["attributes"]): bigint =>
    BigInt(`0x${output(`grep ^${name}: /proc/self/status | cut -f 2`, { attributes })}`);
  const bit = (signo: number): bigint => 1n << BigInt(signo - 1);
  assertEquals(status("SigBlk", { sigmask: new SigSet([SIGUSR1]) }), bit(SIGUSR1));
  assertEquals(status("SigBlk", { sigmask: new SigSet() }), 0n);
  assertEquals(status("SigIgn", {}) & bit(SIGPIPE), bit(SIGPIPE)); // the runtime ignores it
  assertEquals(status("SigIgn", { sigdefault: new SigSet([SIGPIPE]) }) & bit(SIGPIPE), 0n);
  const stat = "set -- $(cat /proc/$$/stat); echo $(( $5 == $$ )) $(( $6 == $$ ))";
  assertEquals(output(stat), "0 0");
  assertEquals(output(stat, { attributes: { pgroup: 0 } }), "1 0");
  assertEquals(output(stat, { attributes: { setsid: true, resetids: true } }), "1 1");
});

Deno.test("posix_spawn() starts a program with its arguments and environment, and posix_spawnp() finds it", () => {
  const child = posix_spawnp("sh", ["sh", "-c", '[ "$A$1" = bc ] && exit 7', "x", "c"], ["A=b"]);
  assertEquals(waitpid(child), { pid: child, kind: "exited", status: 7 });
});

Deno.test("posix_spawn() works in a forked child, and with signals coming in", async () => {
  const outcome = await inChild(`
    import { fork, ITIMER_REAL, posix_spawn, setitimer, SIGALRM, signal, waitpid } from "ipc";
    let ticks = 0;
    signal(SIGALRM, () => ticks++);
    const often = { sec: 0, usec: 2000 };
    setitimer(ITIMER_REAL, { interval: often, value: often });
    let right = 0;
    while (right < 20 || ticks < 3) if (waitpid(posix_spawn("/bin/sh", ["sh", "-c", "exit 3"], [])).status === 3) right++;
    setitimer(ITIMER_REAL, { interval: { sec: 0, usec: 0 }, value: { sec: 0, usec: 0 } });
    const child = fork(() => waitpid(posix_spawn("/bin/sh", ["sh", "-c", "exit 5"], [])).status);
    console.log(JSON.stringify([right >= 20, waitpid(child).status]));
  `);
  assertEquals(outcome, [true, 5]);
});
