/**
 * Machine code of the library's own: from a listing to a page that can be run.
 *
 * @module
 */
import { library } from "./library.ts";
import { addressOf, memoryAt } from "./pointer.ts";

const c = library({
  // void *mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset);
  mmap: { parameters: ["pointer", "u64", "i32", "i32", "i32", "i64"], result: "pointer" },
  // int mprotect(void *addr, size_t len, int prot);
  mprotect: { parameters: ["pointer", "u64", "i32"], result: "i32" },
});

const PROT_READ = 1;
const PROT_WRITE = 2;
const PROT_EXEC = 4;
const MAP_PRIVATE = 2;
const MAP_ANONYMOUS = 0x20;
const MAP_FAILED = 0xffff_ffff_ffff_ffffn;
const PAGE = 4096;

/**
 * The bytes of a listing: what stands before each semicolon, in hexadecimal. A word of capitals is a value of 64 bits, put
 * in as it is named in `values`.
 */
export function bytesOf(listing: string, values: Readonly<Record<string, bigint>>): Uint8Array<ArrayBuffer> {
  const code: number[] = [];
  for (const line of listing.split("\n")) {
    for (const word of (line.split(";")[0] as string).split(" ")) {
      const value = values[word];
      if (value !== undefined) {
        for (let shift = 0n; shift < 64n; shift += 8n) code.push(Number((value >> shift) & 0xffn));
      } else if (word !== "") code.push(parseInt(word, 16));
    }
  }
  return new Uint8Array(code);
}

/** A page that holds `code`, to be run and no longer written; null where the system does not have it so: see errno. */
export function executablePage(code: Uint8Array): Deno.PointerObject | null {
  const page = c.mmap(null, BigInt(PAGE), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0n);
  if (page === null || addressOf(page) === MAP_FAILED) return null;
  new Uint8Array(memoryAt(page, code.length)).set(code);
  return c.mprotect(page, BigInt(PAGE), PROT_READ | PROT_EXEC) === -1 ? null : page;
}
