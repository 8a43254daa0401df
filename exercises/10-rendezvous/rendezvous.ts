/**
 * Exercise 10: a rendezvous. README.md says what each function does; `deno task exercise 10` judges this file, and
 * `deno task hint 10` helps. Import from "ipc" only.
 */

/** The two sides at which processes meet. */
export type Side = "left" | "right";

/** What `open` gives and the other functions take: whatever your functions need to know about an open rendezvous. */
export interface Rendezvous {
  readonly name: string;
}

/** Makes a rendezvous at which nobody waits. Called once, before any process opens it. */
export function create(name: string): void {
  // Make what the two sides share: a place for the value of each side, and what they wait on.
  throw new Error(`not implemented: create(${name})`);
}

/** Gives the calling process access to the rendezvous. It may be called in many processes, and more than once in each. */
export function open(name: string): Rendezvous {
  // Map or open in this process what create() made.
  throw new Error(`not implemented: open(${name})`);
}

/** Meets someone of the other side: gives them `value`, and returns what they gave. Waits until they are there. */
export function exchange(rendezvous: Rendezvous, side: Side, value: number): number {
  // Say what you give, and that you are here.
  // Wait until the other side is here too, and read what it gives.
  // Before you go: could anything of this meeting be taken for a part of the next one?
  throw new Error(`not implemented: exchange(${rendezvous.name}, ${side}, ${value})`);
}

/** Gives back what `open` took in this process. The rendezvous stays. */
export function close(rendezvous: Rendezvous): void {
  // Unmap the memory, close what was opened.
  throw new Error(`not implemented: close(${rendezvous.name})`);
}

/** Removes the rendezvous. Called once, when no process has it open any more. */
export function destroy(name: string): void {
  // Remove every name that create() made: they stay when processes end.
  throw new Error(`not implemented: destroy(${name})`);
}
