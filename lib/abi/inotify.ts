/**
 * Events of files: inotify(7).
 *
 * @module
 */
import { fromCString } from "./c_string.ts";
import { get, layout, sizeOf } from "./layout.ts";

/** `struct inotify_event`; the name follows it. */
export const INOTIFY_EVENT = layout({
  c: "struct inotify_event",
  headers: ["sys/inotify.h"],
  size: 16,
  fields: {
    wd: { c: "wd", type: "i32", offset: 0 },
    mask: { c: "mask", type: "u32", offset: 4 },
    cookie: { c: "cookie", type: "u32", offset: 8 },
    length: { c: "len", type: "u32", offset: 12 },
  },
});

/** What happened to a file that is watched, or to one in a folder that is. */
export interface InotifyEvent {
  /** The watch, as inotify_add_watch returned it; -1 with IN_Q_OVERFLOW. */
  readonly wd: number;
  /** What happened: one of IN_ACCESS, IN_CREATE, …, and maybe IN_ISDIR. */
  readonly mask: number;
  /** The same number in the two events of a file that was moved. */
  readonly cookie: number;
  /** The file's name, in a folder that is watched; "" otherwise. */
  readonly name: string;
}

/** The events in what was read. An event that is cut off is none. */
export function decodeInotify(bytes: Uint8Array<ArrayBuffer>): InotifyEvent[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { wd, mask, cookie, length } = INOTIFY_EVENT.fields;
  const events: InotifyEvent[] = [];
  for (let at = 0; at + sizeOf(INOTIFY_EVENT) <= view.byteLength;) {
    const end = at + sizeOf(INOTIFY_EVENT) + get(view, length, at);
    if (end > view.byteLength) break;
    const name = fromCString(bytes.subarray(at + sizeOf(INOTIFY_EVENT), end));
    events.push({ wd: get(view, wd, at), mask: get(view, mask, at), cookie: get(view, cookie, at), name });
    at = end;
  }
  return events;
}
