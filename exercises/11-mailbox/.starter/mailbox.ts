/**
 * Exercise 11: a mailbox. README.md says what each function does; `deno task exercise 11` judges this file, and
 * `deno task hint 11` helps. Import from "ipc" only.
 */

/** What is sent: a text of 1 to 200 bytes, and how urgent it is, from 0 to 31. */
export interface Letter {
  readonly text: string;
  readonly priority: number;
}

/** Makes an empty mailbox for at most `capacity` letters, from 1 to 10. */
export function create(name: string, capacity: number): void {
  throw new Error(`not implemented: create(${name}, ${capacity})`);
}

/** Sends the letters one by one, and calls `sent(index)` for each as soon as it is in. Waits while the mailbox is full. */
export function send(name: string, letters: readonly Letter[], sent: (index: number) => void): void {
  throw new Error(`not implemented: send(${name}, ${letters.length} letters, ${typeof sent})`);
}

/** Says that no more letters come, to all of so many receivers. Called once, when everything has been sent. */
export function close(name: string, receivers: number): void {
  // Each receiver has to learn it, and only when there are no letters any more.
  throw new Error(`not implemented: close(${name}, ${receivers})`);
}

/**
 * Receives letters until no more come, and calls `got(text, priority)` for each. Waits while the mailbox is empty. Returns how
 * many letters it got.
 */
export function receive(name: string, got: (text: string, priority: number) => void): number {
  throw new Error(`not implemented: receive(${name}, ${typeof got})`);
}

/** Sends a letter if there is room, and returns true; returns false at once if there is none. */
export function trySend(name: string, letter: Letter): boolean {
  throw new Error(`not implemented: trySend(${name}, ${letter.text})`);
}

/** Takes the next letter out; returns null at once if there is none. */
export function tryReceive(name: string): Letter | null {
  throw new Error(`not implemented: tryReceive(${name})`);
}

/** Removes the mailbox. */
export function destroy(name: string): void {
  throw new Error(`not implemented: destroy(${name})`);
}
