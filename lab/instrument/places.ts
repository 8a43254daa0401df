/**
 * The places of a watched program: where steps come from, and where uses of memory are not seen.
 *
 * @module
 */
import type { AnyNode } from "acorn";
import type { Note, Site } from "./model.ts";
import { lineOf } from "./syntax_tree.ts";

/** Longest text of an expression that is kept whole. */
const LONGEST = 60;

/** Collects them while the modules of a program are rewritten. */
export class Places {
  readonly sites: Site[] = [];
  readonly notes: Note[] = [];

  /** The number of a new site, from 1. */
  site(node: AnyNode, source: string, file: string): number {
    const text = source.slice(node.start, node.end).replace(/\s+/g, " ");
    return this.sites.push({
      file,
      line: lineOf(node),
      column: (node.loc?.start.column ?? 0) + 1,
      text: text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text,
    });
  }

  /** Notes a place where a use of memory is not seen. */
  note(node: AnyNode, message: string, file: string): void {
    this.notes.push({ message, file, line: lineOf(node) });
  }
}
