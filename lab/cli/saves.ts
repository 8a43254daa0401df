/**
 * Notices that a student has saved. An editor may write a file in several steps, or write another one and rename it: what
 * counts is that something happened to a program in the folder, and that it has been quiet for a moment since.
 *
 * @module
 */
import type { Context } from "./context.ts";

/** How long it has to be quiet. */
const QUIET_MS = 100;
/** Programs; not what editors put beside them while they save (".#x.ts", "x.ts~", "4913"). */
const PROGRAM = /^[^.].*\.ts$/;

/** Watches folders until disposed of. */
export class Saves implements Disposable {
  readonly #watches = new DisposableStack();
  readonly #clock: Context["clock"];
  #timer: Disposable | undefined;
  #saved = Promise.withResolvers<void>();

  /** Begins to watch. */
  constructor(context: Context, folders: Iterable<string>) {
    this.#clock = context.clock;
    for (const folder of folders) this.#watches.use(context.watchFolder(folder, (names) => this.#changed(names)));
  }

  /** Resolves at the next save, or at once if there was one since this was last asked. */
  async next(): Promise<void> {
    const saved = this.#saved;
    await saved.promise;
    if (this.#saved === saved) this.#saved = Promise.withResolvers();
  }

  /** Ends watching. */
  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    this.#watches.dispose();
  }

  #changed(names: readonly string[]): void {
    if (!names.some((name) => PROGRAM.test(name))) return;
    this.#timer?.[Symbol.dispose]();
    this.#timer = this.#clock.after(QUIET_MS, () => this.#saved.resolve());
  }
}
