/** Every layout and constant of lib/abi, compared with what the C compiler says. */
import { assertEquals } from "@std/assert";
import { on } from "../../../lib/abi/layout.ts";
import { LAYOUTS } from "../../../lib/abi/layouts.ts";
import { MACHINE } from "../../../lib/raw/machine.ts";
import { constantClaims, HEADERS, includes, layoutClaims, WIDTH } from "../../support/c_claims.ts";

/** Compiles `source` and returns the program's path, in a folder that the caller removes. */
async function compile(compiler: string, source: string, folder: string, ...options: string[]): Promise<string> {
  Deno.writeTextFileSync(`${folder}/probe.c`, source);
  const { success, stderr } = await new Deno.Command(compiler, {
    args: ["-w", ...options, "-o", `${folder}/probe`, `${folder}/probe.c`],
    stderr: "piped",
  }).output();
  if (!success) throw new Error(`${compiler} refused:\n${new TextDecoder().decode(stderr)}`);
  return `${folder}/probe`;
}

async function has(compiler: string): Promise<boolean> {
  try {
    return (await new Deno.Command(compiler, { args: ["--version"], stdout: "null", stderr: "null" }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

const native = await has("gcc");
const cross = await has("aarch64-linux-gnu-gcc");

Deno.test({
  name: `each layout and constant is what gcc says on ${MACHINE}${native ? "" : " (skipped: there is no gcc)"}`,
  ignore: !native,
  async fn(): Promise<void> {
    const claims = [...layoutClaims(MACHINE), ...constantClaims()];
    const lines = claims.map(([expression]) => `printf("%lld\\n", (long long)(${expression}));`);
    const folder = Deno.makeTempDirSync();
    try {
      const probe = await compile("gcc", `${includes(HEADERS)}int main(void) {\n${lines.join("\n")}\n}\n`, folder);
      const { stdout } = await new Deno.Command(probe).output();
      const answers = new TextDecoder().decode(stdout).trimEnd().split("\n").map(Number);
      assertEquals(
        claims.map(([expression], i) => `${expression} = ${answers[i]}`),
        claims.map(([e, v]) => `${e} = ${v}`),
      );
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: `each layout is what gcc says on aarch64${cross ? "" : " (skipped: there is no aarch64-linux-gnu-gcc)"}`,
  ignore: !cross,
  async fn(): Promise<void> {
    const asserts = [...layoutClaims("aarch64")].map(([expression, value]) =>
      `_Static_assert((long long)(${expression}) == ${value}, "${expression} = ${value}");`
    );
    const folder = Deno.makeTempDirSync();
    try {
      await compile("aarch64-linux-gnu-gcc", includes(HEADERS) + asserts.join("\n"), folder, "-c");
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
});

Deno.test("each layout has room for its fields, on both machines, and no name twice", () => {
  for (const machine of ["x86_64", "aarch64"] as const) {
    for (const { c, size, fields } of LAYOUTS) {
      for (const [name, field] of Object.entries(fields)) {
        const end = on(field.offset, machine) + WIDTH[field.type];
        assertEquals(end <= on(size, machine), true, `${c}.${name} ends at ${end}, behind the structure`);
      }
    }
  }
  assertEquals(new Set(LAYOUTS.map(({ c }) => c)).size, LAYOUTS.length);
});
