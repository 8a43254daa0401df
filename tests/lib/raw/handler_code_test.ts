/** The bytes of our machine code, compared with what an assembler makes of the text beside them. */
import { assertEquals } from "@std/assert";
import { bytesOf } from "../../../lib/raw/executable.ts";
import { LISTINGS as FORK } from "../../../lib/raw/fork_code.ts";
import {
  handlerCode,
  LISTINGS as HANDLER,
  RECORD_SIZE,
  RECORDS,
  STATE,
  STATE_SIZE,
} from "../../../lib/raw/handler_code.ts";
import type { Machine } from "../../../lib/raw/machine.ts";

const VALUES = { DATA: 0x1122_3344_5566_7788n, LENGTH: 0x7ffd_0123_4567_8000n, FORK: 0x7f01_89ab_cdef_0123n };

const TOOLS: Readonly<Record<Machine, { prefix: string; prologue: string }>> = {
  x86_64: { prefix: Deno.build.arch === "x86_64" ? "" : "x86_64-linux-gnu-", prologue: ".intel_syntax noprefix\n" },
  aarch64: { prefix: Deno.build.arch === "aarch64" ? "" : "aarch64-linux-gnu-", prologue: "" },
};

async function has(tool: string): Promise<boolean> {
  try {
    return (await new Deno.Command(tool, { args: ["--version"], stdout: "null", stderr: "null" }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** The assembly of a listing: what stands behind the semicolons. */
function assembly(machine: Machine, listing: string): string {
  let text = listing.split("\n").map((line) => line.split(";")[1] ?? "").join("\n");
  for (const [name, value] of Object.entries(VALUES)) text = text.replaceAll(name, `0x${value.toString(16)}`);
  return `${TOOLS[machine].prologue}${text}\n`;
}

const CASES = (["x86_64", "aarch64"] as const).flatMap((machine) => [
  { what: "handler", machine, listing: HANDLER[machine] },
  { what: "fork", machine, listing: FORK[machine] },
]);

for (const { what, machine, listing } of CASES) {
  const { prefix } = TOOLS[machine];
  const assembler = await has(`${prefix}as`) && await has(`${prefix}objcopy`);
  Deno.test({
    name: `the bytes of the ${what} are its assembly on ${machine}${
      assembler ? "" : ` (skipped: there is no ${prefix}as)`
    }`,
    ignore: !assembler,
    async fn(): Promise<void> {
      const folder = Deno.makeTempDirSync();
      try {
        Deno.writeTextFileSync(`${folder}/handler.s`, assembly(machine, listing));
        for (
          const [tool, args] of [
            [`${prefix}as`, ["-o", `${folder}/handler.o`, `${folder}/handler.s`]],
            [`${prefix}objcopy`, ["-O", "binary", "-j", ".text", `${folder}/handler.o`, `${folder}/handler.bin`]],
          ] as const
        ) {
          const { success, stderr } = await new Deno.Command(tool, { args: [...args] }).output();
          assertEquals(success, true, new TextDecoder().decode(stderr));
        }
        assertEquals([...bytesOf(listing, VALUES)], [...Deno.readFileSync(`${folder}/handler.bin`)]);
      } finally {
        Deno.removeSync(folder, { recursive: true });
      }
    },
  });
}

Deno.test("the handler's code has the state's address once, and is otherwise the same for each", () => {
  for (const machine of ["x86_64", "aarch64"] as const) {
    const zero = handlerCode(machine, 0n);
    const ones = handlerCode(machine, 0xffff_ffff_ffff_ffffn);
    assertEquals(zero.filter((byte, index) => byte !== ones[index]).length, 8);
  }
});

Deno.test("the ring's size is a power of two, so that indexes may overflow", () => {
  assertEquals(RECORDS & (RECORDS - 1), 0);
  assertEquals(STATE_SIZE, STATE.ring + RECORDS * RECORD_SIZE);
});
