import { assertEquals, assertStringIncludes } from "@std/assert";
import { denoFact, queueFact } from "../../../lab/cli/machine.ts";
import { World } from "./world.ts";

Deno.test("doctor says what the machine can do, and that there was nothing to remove", async () => {
  await using world = await World.make();
  world.facts = [
    { name: "FFI and fork", state: "good", text: "work" },
    {
      name: "Isolation",
      state: "limited",
      text: "bubblewrap is not installed. Your programs run without walls around them",
    },
  ];
  assertEquals(await world.run("doctor"), 0);
  assertEquals(
    world.stdout,
    `  This machine
  ✔ FFI and fork  work
  ! Isolation     bubblewrap is not installed. Your programs run without walls
                  around them

  Left-overs of earlier runs
  none
`,
  );
});

Deno.test("doctor exits with 4 where exercises cannot run", async () => {
  await using world = await World.make();
  world.facts = [{ name: "FFI and fork", state: "missing", text: "do not work: killed" }];
  assertEquals(await world.run("doctor"), 4);
  assertStringIncludes(world.stdout, "  ✘ FFI and fork  do not work: killed\n");
});

Deno.test("doctor removes left-overs, and exits with 1 when one stays", async () => {
  await using world = await World.make();
  world.leftovers = [
    { kind: "posix_mq", name: "/ipclab.x", run: "/tmp/ipclab-0/run-1" },
    { kind: "process", name: "4711", run: "/tmp/ipclab-0/run-1" },
  ];
  assertEquals(await world.run("doctor"), 0);
  assertStringIncludes(world.stdout, "  ✔ posix_mq /ipclab.x removed\n  ✔ process 4711 removed\n");
  world.stuck = ["4711"];
  assertEquals(await world.run("doctor"), 1);
  assertStringIncludes(world.stdout, "  ✘ process 4711 could not be removed\n");
});

Deno.test("doctor --json prints one document", async () => {
  await using world = await World.make();
  world.leftovers = [{ kind: "process", name: "4711", run: "/tmp/ipclab-0/run-1" }];
  assertEquals(await world.run("doctor", "--json"), 0);
  assertEquals(JSON.parse(world.stdout), {
    formatVersion: 1,
    machine: world.facts,
    leftovers: [{ kind: "process", name: "4711", run: "/tmp/ipclab-0/run-1", removed: true }],
  });
});

Deno.test("denoFact() tells a version that the lab was not proven with", () => {
  assertEquals(denoFact("2.9.6").state, "good");
  assertEquals(denoFact("2.10.0").state, "limited");
});

Deno.test("queueFact() knows limits that are too low, and kernels without queues", () => {
  const kernel = (messages: number, bytes: number) => (path: string): number =>
    path.endsWith("/msg_max") ? messages : path.endsWith("/msgsize_max") ? bytes : 256;
  assertEquals(queueFact(kernel(10, 8192)).state, "good");
  assertEquals(queueFact(kernel(9, 8192)).text, "only 9 messages of 8192 bytes in a queue, 256 queues");
  assertEquals(queueFact(kernel(10, 1024)).state, "limited");
  assertEquals(queueFact(() => null).text, "this kernel has no POSIX message queues");
});
