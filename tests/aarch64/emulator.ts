/**
 * An aarch64 machine on one of another kind: qemu-user, the C library that Debian cross-compiles with, and npm's Deno for
 * aarch64, which is kept in the user's cache.
 *
 * @module
 */

/** The newest aarch64 build that every npm registry has; the library is tested with the newer one elsewhere. */
const VERSION = "2.9.5";
const PACKAGE = "@deno/linux-arm64-glibc";

const QEMU = ["qemu-aarch64-static", "qemu-aarch64"];
const ROOT = "/usr/aarch64-linux-gnu";
const LIBRARIES = ["libc.so.6", "libgcc_s.so.1", "libdl.so.2"];
const COMPILER = "aarch64-linux-gnu-gcc";

/** How to run the emulated Deno, or why it cannot be. */
export type Emulator = { readonly command: readonly string[] } | { readonly missing: string };

/** Finds what there is, and fetches the runtime if it was not fetched before. */
export async function emulator(): Promise<Emulator> {
  if (Deno.build.arch === "aarch64") {
    return { missing: "this is an aarch64 machine: the other tests are about it already" };
  }
  const qemu = (await Promise.all(QEMU.map(has))).indexOf(true);
  if (qemu === -1) return { missing: "there is no qemu-aarch64-static (Debian: qemu-user-static)" };
  for (const name of LIBRARIES) {
    if (!exists(`${ROOT}/lib/${name}`)) {
      return { missing: `there is no ${ROOT}/lib/${name} (Debian: libc6-arm64-cross, libgcc-s1-arm64-cross)` };
    }
  }
  const runtime = await fetchRuntime();
  if (typeof runtime !== "string") return runtime;
  return { command: [QEMU[qemu] as string, "-L", ROOT, runtime] };
}

/** The compiler for aarch64; null where there is none. */
export async function crossCompiler(): Promise<string | null> {
  return await has(COMPILER) ? COMPILER : null;
}

/** The runtime's path, in the user's cache. */
async function fetchRuntime(): Promise<string | { missing: string }> {
  const cache = Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME") ?? "/tmp"}/.cache`;
  const folder = `${cache}/ipclab/deno-aarch64-${VERSION}`;
  const runtime = `${folder}/package/deno`;
  if (exists(runtime)) return runtime;
  const fresh = await Deno.makeTempDir({ prefix: "ipclab.aarch64." });
  try {
    const packed = await run(["npm", "pack", "--silent", "--pack-destination", fresh, `${PACKAGE}@${VERSION}`]);
    if (packed?.success !== true) return { missing: `npm has no ${PACKAGE}@${VERSION} here` };
    const archive = [...Deno.readDirSync(fresh)][0]?.name ?? "";
    const unpacked = await run(["tar", "-xzf", `${fresh}/${archive}`, "-C", fresh]);
    if (unpacked?.success !== true) return { missing: `${archive} cannot be unpacked` };
    await Deno.remove(`${fresh}/${archive}`);
    await Deno.chmod(`${fresh}/package/deno`, 0o755);
    await Deno.mkdir(cache, { recursive: true });
    // In one step, so that nobody finds half of it; by copy, since the cache may be on another disk.
    const copied = await run(["cp", "-rT", fresh, `${folder}.${Deno.pid}`].map(String), `${cache}/ipclab`);
    if (copied?.success !== true) return { missing: `${folder} cannot be written` };
    await Deno.rename(`${folder}.${Deno.pid}`, folder);
    return runtime;
  } finally {
    await Deno.remove(fresh, { recursive: true });
  }
}

async function has(program: string): Promise<boolean> {
  return (await run([program, "--version"]))?.success ?? false;
}

async function run([name = "", ...args]: readonly string[], folder?: string): Promise<Deno.CommandOutput | null> {
  if (folder !== undefined) await Deno.mkdir(folder, { recursive: true });
  try {
    return await new Deno.Command(name, { args, stdin: "null" }).output();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
