/**
 * What takes elements without naming them one by one: object patterns, `{...o}`, and constructors that copy a view. Array
 * patterns, `[...o]` and `for…of` go through iterators, which the role has its own of.
 *
 * @module
 */
import type { AnyNode, Expression, ObjectPattern } from "acorn";
import type { Places } from "../places.ts";
import type { Edit, Visitor } from "../rewrite.ts";
import { mayBeIndex } from "./element_accesses.ts";

const VIEW_REGEXP = /^(?:Big)?(?:Int|Uint|Float)\d+(?:Clamped)?Array$/;

/** Puts calls around what is taken from, and notes what cannot be reached so. */
export function copies({ text, source, names: { watch } }: Edit, places: Places, file: string): Visitor {
  const wrap = (node: Expression, method: string, of: AnyNode): void => {
    const [open, close] = node.type === "SequenceExpression" ? ["(", "))"] : ["", ")"];
    text.prependRight(node.start, `${watch}.${method}(${places.site(of, source, file)}, ${open}`);
    text.appendLeft(node.end, close);
  };
  const note = (node: AnyNode, message: string): void => places.note(node, message, file);

  return (node, parent) => {
    switch (node.type) {
      case "VariableDeclarator":
        if (node.id.type === "ObjectPattern" && node.init && takesElements(node.id)) wrap(node.init, "parts", node);
        break;
      case "AssignmentExpression":
        if (node.left.type !== "ObjectPattern" || !takesElements(node.left)) break;
        wrap(node.right, "parts", node);
        if (parent?.type === "ExpressionStatement") break;
        // The value of the assignment is what was taken from.
        text.prependRight(node.start, `${watch}.bare(`);
        text.appendLeft(node.end, ")");
        break;
      case "ObjectPattern":
        if (takesElements(node) && !isReached(node, parent)) {
          note(node, "Elements that this pattern takes from shared memory are not seen. Take them one by one.");
        }
        break;
      case "SpreadElement":
        if (parent?.type === "ObjectExpression") wrap(node.argument, "whole", node);
        break;
      case "NewExpression":
        if (node.arguments.length > 0) {
          wrap(node.callee as Expression, "maker", node);
        } else if (node.callee.type !== "MemberExpression") break;
        // `new f().g()` would construct f, and not what `f().g` is.
        text.prependRight(node.callee.start, "(");
        text.appendLeft(node.callee.end, ")");
        break;
      case "ClassDeclaration":
      case "ClassExpression":
        if (node.superClass?.type === "Identifier" && VIEW_REGEXP.test(node.superClass.name)) {
          note(node, `What \`super(…)\` copies from shared memory in a class of ${node.superClass.name} is not seen.`);
        }
    }
  };
}

/** Whether a pattern takes what may be elements. */
function takesElements({ properties }: ObjectPattern): boolean {
  return properties.some((property) =>
    property.type === "RestElement" ||
    (property.computed || property.key.type === "Literal") && mayBeIndex(property.key)
  );
}

/** Whether what a pattern takes from is an expression beside it. */
function isReached(node: AnyNode, parent: AnyNode | null): boolean {
  return (parent?.type === "VariableDeclarator" && parent.id === node && parent.init !== null) ||
    (parent?.type === "AssignmentExpression" && parent.left === node);
}
