/**
 * What a party has looked at in vain since it last got something done. Who looks at the same things again and again spins.
 *
 * @module
 */

/** Looks at one object without a change, and then it counts as spinning. */
const LOOKS = 3;

/** The looks of one party. */
export class VainLooks {
  /** By object: its version then, and how often. */
  readonly #looks = new Map<number, { version: number; times: number }>();

  /** A look at an object of this version; true where it was one too many. */
  again(object: number, version: number): boolean {
    const look = this.#looks.get(object);
    if (look === undefined || look.version !== version) {
      this.#looks.set(object, { version, times: 1 });
      return false;
    }
    if (++look.times < LOOKS) return false;
    look.times = 0;
    return true;
  }

  /** Whether only one object was looked at. */
  get ofOne(): boolean {
    return this.#looks.size === 1;
  }

  /** Something was got done. */
  forget(): void {
    this.#looks.clear();
  }
}
