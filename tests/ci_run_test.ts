/** `.ci/run`, with stand-ins for the programs that it calls. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { resolve } from "node:path";
import { testFolder } from "./support/names.ts";

const SCRIPT = resolve(import.meta.dirname as string, "../.ci/run");

/** The programs that the script itself is made of. */
const TOOLS = ["bash", "dirname", "env", "id", "mktemp", "rm", "tail", "tee"];

/** The programs that it installs packages for. */
const EVERYTHING = ["bwrap", "gcc", "chromium", "aarch64-linux-gnu-gcc", "qemu-aarch64-static"];

interface Machine {
  /** What `deno --version` prints. */
  readonly version?: string;
  /** What `deno task ok` does: a line of shell. */
  readonly gate: string;
  /** Programs that are installed. */
  readonly installed?: readonly string[];
  /** What apt-get does: a line of shell. */
  readonly apt?: string;
}

/** What came of a run: the exit status, and what was printed. */
interface Outcome {
  readonly code: number;
  readonly lines: readonly string[];
}

/** Runs the script on such a machine. */
async function run(machine: Machine): Promise<Outcome> {
  const { version = "deno 2.9.6 (stable)", gate, installed = EVERYTHING, apt = "exit 1" } = machine;
  using folder = testFolder();
  const program = (name: string, body: string): void =>
    Deno.writeTextFileSync(folder.file(name), `#!/bin/bash\n${body}\n`, { mode: 0o755 });
  for (const tool of TOOLS) Deno.symlinkSync(`/usr/bin/${tool}`, folder.file(tool));
  for (const name of installed) program(name, "");
  program("sudo", 'shift; exec "$@"');
  program("apt-get", `echo "apt-get $*"; ${apt}`);
  program("npx", `case "$*" in\n*--version) echo "${version}" ;;\n*"task ok") ${gate} ;;\nesac`);
  const { code, stdout } = await new Deno.Command("/bin/bash", {
    args: [SCRIPT],
    clearEnv: true,
    env: { PATH: folder.path, HOME: folder.path },
    stdin: "null",
    stderr: "null",
  }).output();
  return { code, lines: new TextDecoder().decode(stdout).trimEnd().split("\n") };
}

Deno.test(".ci/run fails when the gate dies without a word", async () => {
  const { code, lines } = await run({ gate: "kill -9 $$" });
  assertEquals([code, lines.at(-1)], [1, "1 passed, 1 failed"]);
});

Deno.test(".ci/run fails when the gate dies after a line that looks like success, in the middle", async () => {
  const { code, lines } = await run({ gate: "echo 9 passed, 0 failed; echo more; exit 0" });
  assertEquals([code, lines.at(-1)], [1, "1 passed, 1 failed"]);
});

Deno.test(".ci/run fails when the gate's status is bad and its last line is not", async () => {
  const { code, lines } = await run({ gate: "echo 9 passed, 0 failed; exit 7" });
  assertEquals([code, lines.at(-1)], [1, "10 passed, 1 failed"]);
});

Deno.test(".ci/run fails with the gate, and counts what failed", async () => {
  const { code, lines } = await run({ gate: "echo 7 passed, 2 failed, 1 skipped; exit 1" });
  assertEquals([code, lines.at(-1)], [1, "8 passed, 2 failed, 1 skipped"]);
});

Deno.test(".ci/run fails when the gate's status is good and its last line is not", async () => {
  const { code, lines } = await run({ gate: "echo 7 passed, 2 failed; exit 0" });
  assertEquals([code, lines.at(-1)], [1, "8 passed, 2 failed"]);
});

Deno.test(".ci/run fails where the Deno it knows is not to be had", async () => {
  const { code, lines } = await run({ version: "deno 2.0.0 (stable)", gate: "echo 7 passed, 0 failed" });
  assertEquals([code, lines.at(-1)], [1, "0 passed, 1 failed"]);
});

Deno.test(".ci/run passes with the gate, and adds its own step", async () => {
  const { code, lines } = await run({ gate: "echo 7 passed, 0 failed" });
  assertEquals([code, lines.at(-1)], [0, "8 passed, 0 failed"]);
});

Deno.test(".ci/run installs what is missing, and nothing else", async () => {
  const { code, lines } = await run({ gate: "echo 7 passed, 0 failed", installed: ["chromium"], apt: "exit 0" });
  const text = lines.join("\n");
  assertStringIncludes(text, "Installed bubblewrap.\nInstalled gcc libc6-dev.\nInstalled gcc-aarch64-linux-gnu ");
  assertEquals(lines.filter((line) => line.includes("apt-get update")).length, 1);
  assert(!text.includes("chromium"));
  assertEquals(code, 0);
});

Deno.test(".ci/run asks for no packages where all is there", async () => {
  const { lines } = await run({ gate: "echo 7 passed, 0 failed" });
  assert(!lines.join("\n").includes("apt-get"));
});

Deno.test(".ci/run goes on where a package cannot be installed, and installs the others", async () => {
  const apt = `case "$*" in *bubblewrap) exit 1 ;; esac`;
  const { code, lines } = await run({ gate: "echo 7 passed, 0 failed", installed: ["gcc"], apt });
  const text = lines.join("\n");
  assertStringIncludes(text, "Could not install bubblewrap; going on without.\nInstalled chromium.");
  assertEquals([code, lines.at(-1)], [0, "8 passed, 0 failed"]);
});
