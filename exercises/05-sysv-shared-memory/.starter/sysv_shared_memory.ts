/**
 * Exercise 5: System V shared memory. README.md says what each function does; `deno task exercise 5` judges this file, and
 * `deno task hint 5` helps. Import from "ipc" only.
 */

/** What `describe` tells of a segment. */
export interface Description {
  /** Bytes, as asked for. */
  readonly size: number;
  /** Permissions: the last nine bits. */
  readonly mode: number;
  /** How many times it is attached, over all processes. */
  readonly attached: number;
}

/** Makes a new segment of `size` bytes that only its owner may read and write. Returns its identifier. */
export function create(size: number): number {
  // One call. The identifier goes from process to process; the lab carries it.
  throw new Error(`not implemented: create(${size})`);
}

/** Leaves a message in the segment, in place of the one before. Returns false, and changes nothing, if it does not fit. */
export function say(id: number, text: string): boolean {
  // Attach; write the text in UTF-8 and a byte 0 behind it; detach.
  throw new Error(`not implemented: say(${id}, ${text})`);
}

/** Returns the message in the segment, or null if there is no such segment any more. */
export function hear(id: number): string | null {
  // Attach; read up to the byte 0; detach. Which errors say that the segment is gone?
  throw new Error(`not implemented: hear(${id})`);
}

/** Asks the kernel about the segment. */
export function describe(id: number): Description {
  throw new Error(`not implemented: describe(${id})`);
}

/** Removes the segment. */
export function remove(id: number): void {
  // The segment stays when all processes have ended, until somebody does this.
  throw new Error(`not implemented: remove(${id})`);
}
