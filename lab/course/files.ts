/**
 * Files that somebody cares about: written whole, copied before they go, and in plain words when that fails.
 *
 * @module
 */

/** Replaces a file, or makes it: afterwards it has the old text or the new one, never half of one. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    using file = await Deno.open(temporary, { createNew: true, write: true });
    await writeAll(file, new TextEncoder().encode(text));
    // A full disk may only say so now.
    await file.syncData();
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
}

/** Copies a file beside itself under the first free name of `PATH.~1~`, `PATH.~2~`, …; that name. Never writes over a file. */
export async function backUp(path: string): Promise<string> {
  const bytes = await Deno.readFile(path);
  for (let number = 1;; number++) {
    const copy = `${path}.~${number}~`;
    try {
      await Deno.writeFile(copy, bytes, { createNew: true });
      return copy;
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
  }
}

/** What an error says, without what only the lab's authors need: the number and the operation that Deno puts behind it. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/ \(os error \d+\).*$/s, "");
}
