/**
 * The syntax tree: parsing, walking, and what is asked of it more than once.
 *
 * @module
 */
import { type AnyNode, parse, type Pattern, type Program as Tree } from "acorn";
import { ProblemFound, type SourceFile } from "./problem.ts";
import { describeSyntaxError } from "./syntax_error.ts";

/** Parses JavaScript as a module. `file` is what it was made from, for messages. Throws `ProblemFound`. */
export function parseModule(javaScript: string, file: SourceFile): Tree {
  try {
    return parse(javaScript, { ecmaVersion: "latest", sourceType: "module", locations: true });
  } catch (error) {
    if (error instanceof RangeError) throw new ProblemFound(file.tooComplex());
    if (!(error instanceof SyntaxError) || !("pos" in error)) throw error;
    const said = error.message.replace(/\s*\(\d+:\d+\)$/, "");
    const offset = error.pos as number;
    const message = describeSyntaxError(said, file.text.slice(offset).trim() === "");
    throw new ProblemFound(file.problem("does-not-load", message, offset));
  }
}

/** Calls `visit` for every node below `node` and then for `node` itself, each with its parent. */
export function walk(node: AnyNode, visit: (node: AnyNode, parent: AnyNode | null) => void): void {
  visitBelow(node, null, visit);
}

function visitBelow(
  node: AnyNode,
  parent: AnyNode | null,
  visit: (node: AnyNode, parent: AnyNode | null) => void,
): void {
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) visitBelow(item, node, visit);
    } else if (isNode(value)) visitBelow(value, node, visit);
  }
  visit(node, parent);
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

/** The names that a pattern declares: `{ a, b: [c = 1, ...d] }` declares a, c and d. */
export function patternNames(pattern: Pattern): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "ObjectPattern":
      return pattern.properties.flatMap((property) =>
        patternNames(property.type === "RestElement" ? property.argument : property.value)
      );
    case "ArrayPattern":
      return pattern.elements.flatMap((element) => element === null ? [] : patternNames(element));
    case "RestElement":
      return patternNames(pattern.argument);
    case "AssignmentPattern":
      return patternNames(pattern.left);
    default:
      return [];
  }
}

/** The line of a node, from 1. */
export function lineOf(node: AnyNode): number {
  return node.loc?.start.line ?? 1;
}
