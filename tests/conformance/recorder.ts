/**
 * The handler that rows install: it notes each signal that it is told of.
 *
 * @module
 */
import { raise, SA_SIGINFO, sem_post, type Semaphore, SIG_BLOCK, type SigInfo, sigprocmask, type SigSet } from "ipc";

/** One delivery. */
export interface Delivery extends SigInfo {
  /** What was blocked while the handler ran. */
  readonly mask: SigSet;
  /** Whether the handler was installed with SA_SIGINFO. (The library's handlers are told in any case.) */
  readonly siginfo: number;
  /** How many handlers ran inside one another. */
  readonly depth: number;
}

/** The deliveries of this process, and what the handler shall do besides. */
export class Recorder {
  readonly deliveries: Delivery[] = [];
  /** A signal to raise from the handler, once. */
  raises: number | null = null;
  /** A semaphore to post from the handler. */
  posts: Semaphore | null = null;
  #depth = 0;

  /** The handler for an action with `flags`. */
  handler(flags: number): (info: SigInfo) => void {
    return (info) => {
      this.#depth++;
      // Its place is taken before anything that may let another handler in.
      const at = this.deliveries.push({
        ...info,
        mask: undefined as unknown as SigSet,
        siginfo: (flags & SA_SIGINFO) === 0 ? 0 : 1,
        depth: this.#depth,
      }) - 1;
      const mask = sigprocmask(SIG_BLOCK, null);
      this.deliveries[at] = { ...this.deliveries[at] as Delivery, mask };
      const again = this.raises;
      this.raises = null;
      if (again !== null) raise(again);
      if (this.posts !== null) sem_post(this.posts);
      this.#depth--;
    };
  }
}
