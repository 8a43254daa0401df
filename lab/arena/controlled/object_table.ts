/**
 * The objects of a schedule: a table in the region, so that all processes number them alike. An entry is four words: kind, two
 * of identity, and a version, which counts the changes.
 *
 * @module
 */
import { AT, MAX_OBJECTS } from "../../explore/region.ts";
import { OBJECT_KINDS, type ObjectKindName } from "../../explore/turnstile.ts";

/** The index of an object, or -1. */
export function findObject(words: Int32Array, kind: ObjectKindName, high: number, low: number): number {
  const number = OBJECT_KINDS.indexOf(kind);
  const end = AT.objectList + 4 * (words[AT.objects] as number);
  for (let at = AT.objectList; at < end; at += 4) {
    if (words[at] === number && words[at + 1] === high && words[at + 2] === low) return (at - AT.objectList) / 4;
  }
  return -1;
}

/** Adds an object, which is not there yet; -1 where there is no room. */
export function addObject(words: Int32Array, kind: ObjectKindName, high: number, low: number): number {
  const count = words[AT.objects] as number;
  if (count === MAX_OBJECTS) return -1;
  const at = AT.objectList + 4 * count;
  words[at] = OBJECT_KINDS.indexOf(kind);
  words[at + 1] = high;
  words[at + 2] = low;
  words[at + 3] = 0;
  words[AT.objects] = count + 1;
  return count;
}
