/**
 * The robust mutexes that this process holds. glibc and the kernel keep them in a list whose links are in the mutexes
 * themselves: to unmap one of them, or to write over its links, would end the process at the next call on any of them. So it is
 * known here which there are, and their links are looked at before glibc follows them.
 *
 * @module
 */
import { get } from "../abi/layout.ts";
import { PTHREAD_MUTEX, TID_MASK } from "../abi/pthread.ts";
import { c } from "../raw/process.ts";

const { lock, previous, next } = PTHREAD_MUTEX.fields;
/** A link leads to the next mutex's own, and has this bit set where that one inherits priority. */
const TAG = 1n;

/** The views of the mutexes, by address. After a fork the child has its parent's, and holds none of them. */
const held: Map<bigint, DataView> = new Map();
/** Where the list begins and ends: in the thread. */
let head = 0n;

/** The mutex at `address` was locked just now. */
export function noteLocked(address: bigint, view: DataView): void {
  forgetForeign();
  if (held.size === 0) head = get(view, next) & ~TAG;
  held.set(address, view);
}

/** The mutex at `address` was unlocked. */
export function noteUnlocked(address: bigint): void {
  held.delete(address);
}

/** Whether this process holds one that is not quite outside of these bytes. */
export function holdsRobustIn(address: bigint, length: number): boolean {
  if (held.size === 0) return false;
  forgetForeign();
  for (const [start, view] of held) {
    if (start < address + BigInt(length) && address < start + BigInt(view.byteLength)) return true;
  }
  return false;
}

/** Whether glibc may follow the links of those that are held. */
export function linksAreSound(): boolean {
  if (held.size === 0) return true;
  forgetForeign();
  const known = (link: bigint): boolean => link === head || held.has(link - BigInt(next.offset));
  for (const view of held.values()) {
    if (!known(get(view, previous) & ~TAG) || !known(get(view, next) & ~TAG)) return false;
  }
  return true;
}

function forgetForeign(): void {
  if (held.size === 0) return;
  const tid = c.gettid();
  for (const [address, view] of held) {
    if ((get(view, lock) & TID_MASK) !== tid) held.delete(address);
  }
}
