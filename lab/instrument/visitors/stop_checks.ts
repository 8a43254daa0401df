/**
 * The check that lets a role be stopped, or asked where it is, while it computes: at the start of every loop body and of every
 * function. It reads one word, which another process sets; only then is anything called.
 *
 * @module
 */
import type { Edit, Visitor } from "../rewrite.ts";
import { lineOf } from "../syntax_tree.ts";

/** Puts the checks in. */
export function stopChecks({ text, names }: Edit): Visitor {
  const check = (line: number): string => `if (${names.stop}[0] !== 0) ${names.stopped}(${line});`;
  return (node) => {
    switch (node.type) {
      case "ForStatement":
      case "ForInStatement":
      case "ForOfStatement":
      case "WhileStatement":
      case "DoWhileStatement":
        if (node.body.type === "BlockStatement") text.appendLeft(node.body.start + 1, ` ${check(lineOf(node))}`);
        else {
          text.prependRight(node.body.start, `{ ${check(lineOf(node))} `);
          text.appendLeft(node.body.end, " }");
        }
        break;
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        if (node.body.type === "BlockStatement") text.appendLeft(node.body.start + 1, ` ${check(lineOf(node))}`);
        else {
          text.prependRight(node.body.start, `(${names.stop}[0] !== 0 && ${names.stopped}(${lineOf(node)}), `);
          text.appendLeft(node.body.end, ")");
        }
    }
  };
}
