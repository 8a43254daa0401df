/**
 * Reads what a role's process says. A student's code runs in that process and may have changed what it is made of, so
 * nothing is taken for what it should be: a packet that is no record of its kind is left out, as if it had not been sent.
 *
 * @module
 */
import type { RoleRecord, ThrownRecord } from "../arena/protocol.ts";

type Fields = { readonly [name: string]: unknown };

/** The record in a packet of a role with so many calls; null where it is none. */
export function readRecord(packet: Uint8Array, calls: number): RoleRecord | null {
  let read: unknown;
  try {
    read = JSON.parse(new TextDecoder().decode(packet));
  } catch {
    return null;
  }
  if (typeof read !== "object" || read === null) return null;
  const record = read as Fields;
  if (!isCount(record["o"]) || !isCount(record["p"])) return null;
  return isWhole(record, calls) ? record as unknown as RoleRecord : null;
}

/** Whether a record has what its kind has. */
function isWhole(record: Fields, calls: number): boolean {
  const { c } = record;
  const isCall = isCount(c) && c < calls;
  switch (record["k"] as RoleRecord["k"]) {
    case "start":
    case "end":
      return true;
    case "call":
      return isCall;
    case "return":
      return isCall && Object.hasOwn(record, "v");
    case "throw":
      return isCall && isThrown(record["e"]);
    case "note":
      return typeof record["n"] === "string" && Array.isArray(record["v"]);
    case "where":
      return (record["call"] === null || typeof record["call"] === "string") && isPlace(record);
    case "unloadable":
      return isThrown(record["e"]);
    case "trouble":
      return typeof record["message"] === "string";
    default:
      return false;
  }
}

function isThrown(value: unknown): value is ThrownRecord {
  if (typeof value !== "object" || value === null) return false;
  const { name, message, code, syscall } = value as Fields;
  return typeof name === "string" && typeof message === "string" && isText(code) && isText(syscall) &&
    isPlace(value as Fields);
}

function isPlace({ line, file }: Fields): boolean {
  return (line === undefined || isCount(line)) && isText(file);
}

function isText(value: unknown): boolean {
  return value === undefined || typeof value === "string";
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
