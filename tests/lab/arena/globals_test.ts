/** What a student's file finds around it: what JavaScript has, and none of the ways around "ipc". */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { expectNothingLeft } from "../../support/kernel_objects.ts";
import { Lab, role } from "../judge/lab.ts";

const LOOKS = `export function look(names: readonly string[]): string[] {
  return names.map((name) => {
    try {
      return typeof (globalThis as unknown as Record<string, unknown>)[name];
    } catch (error) {
      return \`\${(error as Error).name}: \${(error as Error).message}\`;
    }
  });
}
export function replace(name: string): string {
  try {
    Object.defineProperty(globalThis, name, { value: 1 });
    return "replaced";
  } catch (error) {
    return (error as Error).name;
  }
}
`;

async function returned(...calls: Parameters<typeof role>[1][]): Promise<unknown[]> {
  await using lab = new Lab(LOOKS);
  const run = await lab.run({ roles: [role("worker", ...calls)] });
  assert(run.complete);
  return run.history.events.flatMap((event) => event.kind === "return" ? [event.value] : []);
}

Deno.test("a role finds no way around ipc among the globals, and is told what to use instead", () =>
  expectNothingLeft(async () => {
    const ways = [
      "Deno",
      "process",
      "Worker",
      "fetch",
      "WebSocket",
      "BroadcastChannel",
      "localStorage",
      "prompt",
      "Request",
    ];
    const loops = ["setTimeout", "setInterval", "queueMicrotask"];
    const [seen, replaced] = await returned(["look", [...ways, ...loops]], ["replace", "Deno"]) as [string[], string];
    for (const [at, name] of [...ways, ...loops].entries()) {
      assertMatch(
        seen[at] ?? "",
        new RegExp(`^ForbiddenError: ${name} (is not part of this exercise|needs an event loop)`),
      );
    }
    assertEquals(replaced, "TypeError");
  }));

Deno.test("a role finds what any program uses", () =>
  expectNothingLeft(async () => {
    const plain = [
      "Math",
      "JSON",
      "Atomics",
      "TextEncoder",
      "performance",
      "console",
      "structuredClone",
      "crypto",
      "Date",
    ];
    const [seen] = await returned(["look", plain]) as [string[]];
    assertEquals(seen, plain.map((name) => /^(TextEncoder|structuredClone|Date)$/.test(name) ? "function" : "object"));
  }));
