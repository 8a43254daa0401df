/** Whether a process dies of a signal: asked of real ones. */
import { assertEquals } from "@std/assert";
import { endsOf } from "../../../../lab/arena/controlled/mortality.ts";

/** A shell that has said that it is ready, after these commands; it waits for its input to end. */
async function withShell(commands: string, use: (pid: number) => void): Promise<void> {
  const shell = new Deno.Command("sh", {
    args: ["-c", `${commands}\necho ready\nread line`],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const reader = shell.stdout.getReader();
  await reader.read();
  try {
    use(shell.pid);
  } finally {
    await shell.stdin.close().catch(() => {});
    await reader.cancel();
    await shell.status;
  }
}

Deno.test("endsOf() comes back when a process has died of a signal, whether that dumps core or not", async () => {
  for (const [name, number] of [["SIGUSR1", 10], ["SIGQUIT", 3], ["SIGKILL", 9]] as const) {
    await withShell("ulimit -c 0", (pid) => {
      Deno.kill(pid, name);
      assertEquals(endsOf(pid, number), true, name);
    });
  }
});

Deno.test("endsOf() says of a signal that is ignored or harmless that the process lives", async () => {
  await withShell("trap '' USR1", (pid) => {
    for (const [name, number] of [["SIGUSR1", 10], ["SIGCHLD", 17]] as const) {
      Deno.kill(pid, name);
      assertEquals(endsOf(pid, number), false, name);
    }
  });
});

Deno.test("endsOf() does not wait for the end of a process whose signal is gone, taken by a handler that is no more", async () => {
  // As after SA_RESETHAND: the default action is to die, and nothing is pending that would kill.
  await withShell("", (pid) => assertEquals(endsOf(pid, 10), false));
});

Deno.test("endsOf() says of a process that is not there that it has ended", () => {
  assertEquals(endsOf(0x3f_ffff, 10), true);
});
