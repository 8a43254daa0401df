/**
 * Names for the kernel objects of a test: fresh, so that tests never meet, and recognisable, so that a left-over tells
 * where it comes from.
 *
 * @module
 */

/** What every name made here begins with, behind the slash that POSIX names have. */
export const NAME_PREFIX = "ipclab.test.";

/** The top 12 bits of every System V key made here, so that `ipcs` shows them as 0x1bc…. */
const KEY_PREFIX = 0x1bc;

/** "/ipclab.test.PID.RANDOM": a name for a POSIX object (shm_open, mq_open, sem_open) that nothing else has. */
export function objectName(): string {
  return `/${NAME_PREFIX}${Deno.pid}.${crypto.randomUUID().slice(0, 8)}`;
}

/** A System V key that nothing else has: positive, never IPC_PRIVATE. */
export function sysvKey(): number {
  const [random] = crypto.getRandomValues(new Uint32Array(1)) as Uint32Array & { 0: number };
  return KEY_PREFIX * 2 ** 20 + (random & 0xf_ffff);
}

/** A fresh, empty folder that is removed with everything in it at the end of the scope. */
export interface TestFolder extends Disposable {
  readonly path: string;
  /** The path of `name` in the folder; nothing is made there. */
  file(name: string): string;
}

/**
 * Makes a folder for FIFOs, sockets and files.
 *
 * @example
 * ```ts
 * import { testFolder } from "./names.ts";
 * import { assertEquals } from "@std/assert";
 *
 * using folder = testFolder();
 * Deno.writeTextFileSync(folder.file("greeting"), "hi");
 * assertEquals(Deno.readTextFileSync(folder.file("greeting")), "hi");
 * ```
 */
export function testFolder(): TestFolder {
  const path = Deno.makeTempDirSync({ prefix: NAME_PREFIX });
  return {
    path,
    file: (name) => `${path}/${name}`,
    [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }),
  };
}
