/**
 * What a module of JavaScript may do but a role cannot: wait while it loads, load more later, ask for what is not there.
 *
 * @module
 */
import type { AnyNode, Function as FunctionNode, Program as Tree } from "acorn";
import { base, recursive, type RecursiveVisitors } from "acorn-walk";
import type { Problem } from "./model.ts";
import type { SourceFile } from "./problem.ts";

const META_PROPERTIES: readonly string[] = ["url", "filename", "dirname", "main"];

interface Place {
  /** Inside a function of any kind. */
  readonly inFunction: boolean;
  /** Inside a function that has its own `arguments`. */
  readonly inOrdinaryFunction: boolean;
}

/** All uses in a module of what cannot be had here, in the order of the text. */
export function restrictionsBroken(tree: Tree, file: SourceFile): Problem[] {
  const problems: Problem[] = [];
  const report = (node: AnyNode, message: string): void => {
    problems.push(file.problem("does-not-load", message, node.start));
  };
  const waits =
    "A role is a process of its own that never waits for promises, so a file cannot `await` while it loads. " +
    'Calls of "ipc" block: call them without `await`, inside the function.';

  const visitors: RecursiveVisitors<Place> = {
    Function: (node: FunctionNode, place, c) => {
      const ordinary = node.type !== "ArrowFunctionExpression" || place.inOrdinaryFunction;
      base.Function?.(node, { inFunction: true, inOrdinaryFunction: ordinary }, c);
    },
    AwaitExpression: (node, place, c) => {
      if (!place.inFunction) report(node, waits);
      base.AwaitExpression?.(node, place, c);
    },
    ForOfStatement: (node, place, c) => {
      if (node.await && !place.inFunction) report(node, waits);
      base.ForOfStatement?.(node, place, c);
    },
    VariableDeclaration: (node, place, c) => {
      if (node.kind === "await using" && !place.inFunction) report(node, waits);
      base.VariableDeclaration?.(node, place, c);
    },
    ImportExpression: (node, place, c) => {
      report(
        node,
        "`import(…)` cannot be used here, for it ends later. Write `import … from …` at the top of the file.",
      );
      base.ImportExpression?.(node, place, c);
    },
    Identifier: (node, place) => {
      if (node.name === "arguments" && !place.inOrdinaryFunction) {
        report(node, "`arguments` exists only inside a function.");
      }
    },
    MemberExpression: (node, place, c) => {
      const { object, property } = node;
      if (object.type === "MetaProperty" && object.meta.name === "import") {
        const name = node.computed || property.type !== "Identifier" ? "[…]" : property.name;
        if (!META_PROPERTIES.includes(name)) {
          report(
            node,
            `\`import.meta.${name}\` cannot be used here; ${META_PROPERTIES.join(", ")} can.`.replace(".[", "["),
          );
        }
      }
      base.MemberExpression?.(node, place, c);
    },
  };
  recursive(tree, { inFunction: false, inOrdinaryFunction: false }, visitors);
  return problems;
}
