/**
 * What means something else in a script, or nothing at all: `import.meta`, and `<!--`, which a script takes for a comment.
 *
 * @module
 */
import type { Edit, Visitor } from "../rewrite.ts";

/** Puts both into a form that a script understands. */
export function scriptSyntax({ text, source, names }: Edit): Visitor {
  return (node) => {
    if (node.type === "MetaProperty" && node.meta.name === "import") text.update(node.start, node.end, names.meta);
    else if (
      node.type === "BinaryExpression" && node.operator === "<" && source.startsWith("<!--", node.right.start - 1)
    ) {
      text.prependRight(node.right.start, " ");
    }
  };
}
