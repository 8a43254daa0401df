/**
 * Exercise 7: a parent, a child, and a pipe between them. README.md says what each function does; `deno task exercise 7`
 * judges this file, and `deno task hint 7` helps. Import from "ipc" only.
 */

/** What `transfer` returns. */
export interface Transfer {
  /** The messages that came through the pipe, in order. */
  readonly received: string[];
  /** The child's exit status: how many messages it sent. */
  readonly status: number;
}

/** What `head` returns. */
export interface Head {
  /** The numbers that came through the pipe, in order. */
  readonly numbers: number[];
  /** Number of the signal that ended the child. */
  readonly signal: number;
}

/**
 * A child sends `messages` through a pipe, this process receives them. The child calls `sending(index)` before each.
 */
export function transfer(messages: readonly string[], sending: (index: number) => void): Transfer {
  // Make the pipe, then the child.
  // Child: close the end it does not need; send each message so that the receiver knows where it ends; exit.
  // Parent: close the end it does not need; receive until the end of file; find out how the child ended.
  throw new Error(`not implemented: transfer(${messages.length} messages, ${typeof sending})`);
}

/**
 * A child sends 1, 2, 3 and so on through a pipe, without end. This process takes the first `count` of them, has no use for
 * more, and finds out what ended the child.
 */
export function head(count: number): Head {
  // Who has to close what, so that the child cannot go on?
  throw new Error(`not implemented: head(${count})`);
}
