/**
 * Each use of an imported variable becomes a property of its module's namespace, so that it is always the current value.
 *
 * @module
 */
import type { AnyNode } from "acorn";
import type { Edit, Visitor } from "../rewrite.ts";
import type { Reference } from "../scope.ts";

/** Puts the expression that `live` has for a name in place of each reference to it. */
export function importedNames(
  { text }: Edit,
  live: ReadonlyMap<string, string>,
  references: ReadonlyMap<string, readonly Reference[]>,
): Visitor {
  const expressions = new Map<AnyNode, { readonly expression: string; readonly shorthand: boolean }>();
  for (const [name, expression] of live) {
    for (const { node, shorthand } of references.get(name) ?? []) expressions.set(node, { expression, shorthand });
  }
  const parenthesised = new Set<number>();

  return (node, parent) => {
    const found = expressions.get(node);
    if (found !== undefined) {
      if (found.shorthand) text.appendLeft(node.end, `: ${found.expression}`);
      else if (isCalled(node, parent)) {
        // A call of a property would pass the namespace as `this`.
        text.update(node.start, node.end, `(0, ${found.expression})`);
        parenthesised.add(node.start);
      } else text.update(node.start, node.end, found.expression);
    } else if (node.type === "ExpressionStatement" && parenthesised.has(node.start) && isInList(parent)) {
      // Without a semicolon, a parenthesis would go on with the line before.
      text.prependRight(node.start, ";");
    }
  };
}

function isCalled(node: AnyNode, parent: AnyNode | null): boolean {
  return (parent?.type === "CallExpression" && parent.callee === node) ||
    (parent?.type === "TaggedTemplateExpression" && parent.tag === node);
}

function isInList(parent: AnyNode | null): boolean {
  return parent?.type === "Program" || parent?.type === "BlockStatement" || parent?.type === "StaticBlock" ||
    parent?.type === "SwitchCase";
}
