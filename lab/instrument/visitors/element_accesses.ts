/**
 * Each access to an element tells of it: `o[k]` becomes `$watch.at(site, o)[k]`, wherever it stands. What `at` returns is `o`
 * itself, unless that is a view of watched memory; then it stands for the view in this one access. So the engine itself does
 * whatever is done with the element: reading, assigning, `++`, `??=`, destructuring into it, in the order that ECMAScript has.
 *
 * @module
 */
import type { AnyNode, Expression, MemberExpression, PrivateIdentifier } from "acorn";
import type { Places } from "../places.ts";
import type { Edit, Visitor } from "../rewrite.ts";

/** What stands between an expression and what follows it: parentheses are not in the tree. */
const GAP_REGEXP = /^(?:[\s)]|\/\*[^]*?\*\/|\/\/[^\n\r\u2028\u2029]*)*/;

/** Puts the calls in. */
export function elementAccesses({ text, source, names }: Edit, places: Places, file: string): Visitor {
  return (node, parent) => {
    if (node.type === "CallExpression") places.site(node, source, file);
    if (node.type !== "MemberExpression" || !takesElement(node) || !readsOrWrites(node, parent)) return;
    if (node.object.type === "Super") {
      places.note(node, "An element that is reached by `super` is not seen.", file);
      return;
    }
    if (isBehindOptional(node)) return; // optional_chains.ts
    const site = places.site(node, source, file);
    text.prependRight(node.start, `${wordBefore(source, node.start)}${names.watch}.at(${site}, `);
    text.appendLeft(endOf(node.object, source), ")");
  };
}

/** Whether a member expression can name an element: by a number, or by what is known only when it runs. */
export function takesElement(node: MemberExpression): boolean {
  return node.computed && mayBeIndex(node.property);
}

/** Whether a computed key can be an element's. */
export function mayBeIndex(key: Expression | PrivateIdentifier): boolean {
  return key.type !== "Literal" || typeof key.value !== "string" || String(Number(key.value)) === key.value;
}

/** Whether the element itself is used. `delete` does not look at it, and no view's element can be called. */
export function readsOrWrites(node: MemberExpression, parent: AnyNode | null): boolean {
  switch (parent?.type) {
    case "CallExpression":
    case "NewExpression":
      return parent.callee !== node;
    case "TaggedTemplateExpression":
      return parent.tag !== node;
    case "UnaryExpression":
      return parent.operator !== "delete";
    default:
      return true;
  }
}

/** Whether the object that `node` takes an element of is not there where an earlier `?.` of the same chain finds nothing. */
export function isBehindOptional(node: MemberExpression): boolean {
  for (let link: AnyNode = node.object; link.type === "MemberExpression" || link.type === "CallExpression";) {
    if (link.optional) return true;
    link = link.type === "MemberExpression" ? link.object : link.callee;
  }
  return false;
}

/** Where the parentheses around an expression end, and what follows begins. */
export function endOf(node: AnyNode, source: string): number {
  return node.end + (GAP_REGEXP.exec(source.slice(node.end))?.[0].length ?? 0);
}

/** What keeps a word from growing together with a word before it: `return[1][0]`. */
export function wordBefore(source: string, offset: number): string {
  return /[\p{ID_Continue}$]$/u.test(source.slice(Math.max(0, offset - 2), offset)) ? " " : "";
}
