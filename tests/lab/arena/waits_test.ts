/** The table of system calls that block: against the compiler's headers where there is a compiler. */
import { assert, assertEquals, assertExists } from "@std/assert";
import { isTimed, type Wait, waitOf, WAITS } from "../../../lab/arena/waits.ts";

/** Each row by the kernel's name of its call; those that only one architecture has, marked. */
const KERNEL_NAMES: readonly (readonly [kernel: string, manual: string, only?: "x86_64"])[] = [
  ["read", "read"],
  ["write", "write"],
  ["open", "open", "x86_64"],
  ["openat", "open"],
  ["poll", "poll", "x86_64"],
  ["ppoll", "poll"],
  ["pselect6", "select"],
  ["select", "select", "x86_64"],
  ["pause", "pause", "x86_64"],
  ["nanosleep", "nanosleep"],
  ["clock_nanosleep", "nanosleep"],
  ["wait4", "waitpid"],
  ["waitid", "waitpid"],
  ["fcntl", "fcntl"],
  ["flock", "flock"],
  ["rt_sigtimedwait", "sigwaitinfo"],
  ["rt_sigsuspend", "sigsuspend"],
  ["futex", "futex"],
  ["mq_timedsend", "mq_send"],
  ["mq_timedreceive", "mq_receive"],
  ["semop", "semop"],
  ["semtimedop", "semop"],
  ["msgsnd", "msgsnd"],
  ["msgrcv", "msgrcv"],
  ["accept", "accept"],
  ["accept4", "accept"],
  ["connect", "connect"],
  ["sendto", "send"],
  ["recvfrom", "recv"],
  ["sendmsg", "sendmsg"],
  ["recvmsg", "recvmsg"],
  ["epoll_wait", "epoll_wait", "x86_64"],
  ["epoll_pwait", "epoll_wait"],
  ["splice", "splice"],
  ["tee", "tee"],
  ["vmsplice", "vmsplice"],
  ["restart_syscall", "nanosleep"],
];

/** Numbers of system calls as a header has them, by the C preprocessor; null where there is none. */
async function numbersIn(header: string): Promise<ReadonlyMap<string, number> | null> {
  try {
    const process = new Deno.Command("gcc", {
      args: ["-E", "-dM", "-x", "c", "-include", header, "/dev/null"],
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    });
    const { success, stdout } = await process.output();
    if (!success) return null;
    const lines = new TextDecoder().decode(stdout).matchAll(/^#define (__NR\w+) (\S+)$/gm);
    const defined = new Map(Array.from(lines, ([, name = "", value = ""]) => [name, value]));
    // __NR_fcntl is defined as __NR3264_fcntl, which is a number.
    const resolve = (value: string): number =>
      defined.has(value) ? resolve(defined.get(value) as string) : Number(value);
    return new Map(Array.from(defined, ([name, value]) => [name.replace(/^__NR_/, ""), resolve(value)]));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

for (
  const [column, arch, header] of [[0, "x86_64", "asm/unistd_64.h"], [1, "aarch64", "asm-generic/unistd.h"]] as const
) {
  const numbers = await numbersIn(header);
  Deno.test({
    name: `WAITS has the numbers of ${arch}, as ${header} says`,
    ignore: numbers === null,
    fn(): void {
      for (const [kernel, manual, only] of KERNEL_NAMES) {
        if (only !== undefined && only !== arch) continue;
        const number = numbers?.get(kernel);
        assertExists(number, `${header} has no ${kernel}`);
        const rows = WAITS.filter((row) => row[column] === number);
        assertEquals(rows.map((row) => row[2].name), [manual], `${kernel}, ${number}`);
      }
    },
  });
}

Deno.test("WAITS has no row twice, and none that no test knows", () => {
  assertEquals(WAITS.length, KERNEL_NAMES.length);
  for (const column of [0, 1] as const) {
    const numbers = WAITS.map((row) => row[column]).filter((number) => number !== -1);
    assertEquals(new Set(numbers).size, numbers.length);
  }
  assertEquals(waitOf(-1), null);
  assertEquals(waitOf(100_000), null);
});

function row(manual: string, at = 0): Wait {
  const found = WAITS.map(([, , wait]) => wait).filter((wait) => wait.name === manual)[at];
  assertExists(found);
  return found;
}

Deno.test("isTimed() tells waits that end by themselves by their arguments", () => {
  const forever = 0xffff_ffff_ffff_ffffn;
  const none = [0n, 0n, 0n, 0n, 0n, 0n];
  const every = [1n, 1n, 1n, 1n, 1n, 1n];
  assert(!isTimed(row("read"), every));
  assert(!isTimed(row("waitpid"), every));
  assert(isTimed(row("nanosleep"), none));
  assert(isTimed(row("futex"), every));
  assert(!isTimed(row("futex"), none));
  assert(isTimed(row("mq_receive"), every));
  assert(!isTimed(row("mq_receive"), none));
  assert(!isTimed(row("poll"), [1n, 1n, forever]));
  assert(!isTimed(row("poll"), [1n, 1n, 0xffff_ffffn])); // an int in a register: the upper half is anything
  assert(isTimed(row("poll"), [1n, 1n, 100n]));
});
