/**
 * Exercise 9: a bounded buffer. README.md says what each function does; `deno task exercise 9` judges this file, and
 * `deno task hint 9` helps. Import from "ipc" only.
 */

/** What `open` gives and the other functions take: whatever your functions need to know about an open buffer. */
export interface BoundedBuffer {
  readonly name: string;
}

/** Makes an empty buffer that holds at most `capacity` items. Called once, before any process opens it. */
export function create(name: string, capacity: number): void {
  // Make the shared memory and give it a size: room for the slots, and for what all processes must know (the capacity,
  // where the next item goes, where the next one comes from).
  // Make what processes will wait on, with the right values to start from.
  throw new Error(`not implemented: create(${name}, ${capacity})`);
}

/** Gives the calling process access to the buffer. It may be called in many processes, and more than once in each. */
export function open(name: string): BoundedBuffer {
  // Map the shared memory into this process. The descriptor it was opened by is not needed after that.
  // Open what this process will wait on.
  throw new Error(`not implemented: open(${name})`);
}

/** Puts an item in; waits while the buffer is full. */
export function put(buffer: BoundedBuffer, item: number): void {
  // Wait until a slot is free.
  // With nobody else between here and the end of this step: store the item and move on to the next slot.
  // Say that there is one more item.
  throw new Error(`not implemented: put(${buffer.name}, ${item})`);
}

/** Takes out the item that has been in longest; waits while the buffer is empty. */
export function get(buffer: BoundedBuffer): number {
  // The mirror image of put().
  throw new Error(`not implemented: get(${buffer.name})`);
}

/** Gives back what `open` took in this process. The buffer and the items in it stay. */
export function close(buffer: BoundedBuffer): void {
  // Unmap the memory, close the semaphores.
  throw new Error(`not implemented: close(${buffer.name})`);
}

/** Removes the buffer, whatever is in it. Called once, when no process has it open any more. */
export function destroy(name: string): void {
  // Remove every name that create() made: they stay when processes end.
  throw new Error(`not implemented: destroy(${name})`);
}
