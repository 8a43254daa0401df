import { assertEquals } from "@std/assert";

Deno.test("a program with an event loop and threads catches, blocks and waits for signals, and ends by itself", async () => {
  const { stdout, stderr } = await new Deno.Command("timeout", {
    args: [
      "-s",
      "KILL",
      "60",
      Deno.execPath(),
      "run",
      "-A",
      import.meta.resolve("../../fixtures/signals/event_loop.ts"),
    ],
  }).output();
  assertEquals(new TextDecoder().decode(stdout), "good\n", new TextDecoder().decode(stderr));
});
