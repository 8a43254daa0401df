/**
 * Exceptions of a student's code, as records: read with care, since a thrown value may be anything.
 *
 * @module
 */
import { SystemError } from "../../lib/errors/system_error.ts";
import { type LocatableModule, positionIn } from "../instrument/source_position.ts";
import type { ThrownRecord } from "./protocol.ts";

/** Longest message that is kept. */
const LONGEST = 2000;

/** What can be told of a thrown value, and the topmost place in the student's files that it came from. */
export function thrownRecord(error: unknown, modules: readonly LocatableModule[]): ThrownRecord {
  if (!(error instanceof Error)) return { name: "not an Error", message: text(() => String(error)) };
  const place = positionIn(text(() => error.stack ?? ""), modules);
  return {
    name: text(() => error.name),
    message: text(() => error.message),
    ...(error instanceof SystemError ? { code: error.code, syscall: error.syscall } : {}),
    ...(place === null ? {} : { line: place.line, file: place.file }),
  };
}

function text(get: () => string): string {
  try {
    return String(get()).slice(0, LONGEST);
  } catch {
    return "(it cannot be shown)";
  }
}
