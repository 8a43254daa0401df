/**
 * Idle detection on real processes. Declared stuck by mistake, a correct solution would fail: so pairs that wake one another
 * thousands of times are watched without a pause.
 */
import { assert, assertEquals } from "@std/assert";

async function watch(name: string, rounds: number): Promise<{ readonly looks: number; readonly said: string[] }> {
  const fixture = new URL("../../fixtures/idle/watch.ts", import.meta.url).pathname;
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--no-check", "--v8-flags=--single-threaded", fixture, name, String(rounds)],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** How often they wake each other. A round with a fork takes longer. */
const LIVELY: readonly (readonly [name: string, rounds: number])[] = [
  ["read() of a pipe", 1500],
  ["write() to a full pipe", 1500],
  ["sem_wait()", 1500],
  ["mq_receive()", 1500],
  ["sigsuspend()", 1500],
  ["read() that a signal interrupts", 1500],
  ["waitpid()", 60],
  ["poll()", 1500],
  ["orphans", 30],
];

for (const [name, rounds] of LIVELY) {
  Deno.test(`IdleWatch.look() never calls processes stuck that wake one another: ${name}`, async () => {
    const { looks, said } = await watch(name, rounds);
    assert(looks > 10, `only ${looks} looks`);
    assertEquals(said.filter((one) => one === "exact"), []);
  });
}

for (
  const name of [
    "read() of two pipes",
    "waitpid() for a child in read()",
    "sigsuspend() with a handler",
    "a zombie beside read()",
  ]
) {
  Deno.test(`IdleWatch.look() knows for certain that nobody can go on: ${name}`, async () => {
    assertEquals((await watch(name, 0)).said, ["exact"]);
  });
}

for (const name of ["spin", "spin beside read()", "sleep and look", "sem_timedwait()", "stopped"]) {
  Deno.test(`IdleWatch.look() is not certain of what may go on by itself, and loses patience: ${name}`, async () => {
    assertEquals((await watch(name, 0)).said, ["otherwise", "hopeless"]);
  });
}
