/**
 * Time and chance under control: a schedule that is repeated must find the same clock and the same dice.
 *
 * @module
 */

import { EPOCH_MS } from "./calls/clock.ts";

/** Who reads a clock again and again waits for it to go on: so it does, by so much each time. */
const READING_MS = 5;

/** Puts virtual time in place of the clocks, and a fixed sequence in place of chance; called once in a player. */
export function steadyTime(now: () => number): () => void {
  const RealDate = Date;
  let state = 1;
  const next = (): number => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9 | 0;
    return (state >>> 0) / 0x1_0000_0000;
  };
  let readings = 0;
  const passed = (): number => now() + READING_MS * readings++;
  const time = (): number => EPOCH_MS + Math.floor(passed());
  globalThis.Date = new Proxy(RealDate, {
    apply: () => new RealDate(time()).toString(),
    construct: (target, given, newTarget) =>
      Reflect.construct(target, given.length === 0 ? [time()] : given, newTarget) as object,
    get: (target, key, receiver) => key === "now" ? time : Reflect.get(target, key, receiver) as unknown,
  });
  Math.random = next;
  Object.defineProperty(performance, "now", { value: passed, configurable: true });
  const fill = (view: ArrayBufferView): ArrayBufferView => {
    const bytes = new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset, view.byteLength);
    for (let at = 0; at < bytes.length; at++) bytes[at] = Math.floor(256 * next());
    return view;
  };
  Object.defineProperty(crypto, "getRandomValues", { value: fill, configurable: true });
  return () => {
    state = 1;
    readings = 0;
  };
}
