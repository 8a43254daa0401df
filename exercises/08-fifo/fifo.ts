/**
 * Exercise 8: a FIFO. README.md says what each function does; `deno task exercise 8` judges this file, and
 * `deno task hint 8` helps. Import from "ipc" only.
 */

/** Makes a FIFO at `path` that only its owner may read and write. Returns false if there is something already. */
export function create(path: string): boolean {
  // Of several processes that do this at once, exactly one gets true.
  throw new Error(`not implemented: create(${path})`);
}

/** Sends the lines, in order. Waits until there is a reader. */
export function send(path: string, lines: readonly string[]): void {
  // Other processes send through the same FIFO at the same time: each line has to arrive in one piece.
  throw new Error(`not implemented: send(${path}, ${lines.length} lines)`);
}

/** Calls `got` for each line that arrives, until the last writer is gone. Waits until there is a first one. */
export function receive(path: string, got: (line: string) => void): void {
  // A read ends anywhere: in the middle of a line, or of a letter.
  throw new Error(`not implemented: receive(${path}, ${typeof got})`);
}

/** Removes the FIFO. */
export function destroy(path: string): void {
  throw new Error(`not implemented: destroy(${path})`);
}
