/**
 * Putting functions of the lab's in the place of the engine's own, so that nobody notices.
 *
 * @module
 */

/** A function of the engine's, with its `this` as the first argument. */
export type Native = (self: unknown, args: readonly unknown[]) => unknown;

/** What is done instead. `this` and the arguments are as the caller gave them. */
export type Replacement = (native: Native, self: unknown, args: unknown[]) => unknown;

const { apply } = Reflect;
const { defineProperty, getOwnPropertyDescriptor } = Object;

/** Takes its patches back in the end: for tests. A role keeps them. */
export class Patches {
  readonly #undo: (() => void)[] = [];

  /** Puts `replacement` in the place of the method `name` of `owner`, if there is one. */
  put(owner: object, name: string | symbol, replacement: Replacement): void {
    const descriptor = getOwnPropertyDescriptor(owner, name);
    const original = descriptor?.value as unknown;
    if (descriptor === undefined || typeof original !== "function") return;
    const native: Native = (self, args) => apply(original, self, args);
    const { method } = {
      method(this: unknown, ...args: unknown[]): unknown {
        return replacement(native, this, args);
      },
    };
    defineProperty(method, "name", { value: original.name, configurable: true });
    defineProperty(method, "length", { value: original.length, configurable: true });
    this.set(owner, name, method);
  }

  /** Gives the property `name` of `owner` another value. */
  set(owner: object, name: string | symbol, value: unknown): void {
    const descriptor = getOwnPropertyDescriptor(owner, name) as PropertyDescriptor;
    defineProperty(owner, name, { ...descriptor, value });
    this.#undo.push(() => void defineProperty(owner, name, descriptor));
  }

  /** Puts everything back. */
  undo(): void {
    for (const undo of this.#undo.splice(0).reverse()) undo();
  }
}
