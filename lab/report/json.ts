/**
 * A report as a document: the model, field for field.
 *
 * @module
 */
import type { Report } from "./model.ts";

/** One JSON document, with a line end. */
export function reportJson(report: Report): string {
  return JSON.stringify(report, null, 2) + "\n";
}
