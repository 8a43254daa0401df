/**
 * The memory that a role shares with others, as far as the turnstile has to do with it.
 *
 * @module
 */

/** What the turnstile needs of the memory that its role shares. */
export interface SharedMemory {
  /** A call got something done: the party does not spin. */
  progress(): void;
  /** Makes the oldest store visible that is on its way, and says where it goes. */
  flushOne(): {
    readonly view: { readonly object: number; readonly offset: number; readonly size: number };
    readonly index: number;
  } | null;
  /** Makes all visible. */
  flushAll(): void;
}
