/**
 * Names for what the lab brings into a student's module, which must mean nothing else there.
 *
 * @module
 */
import type { Program as Tree } from "acorn";
import { walk } from "./syntax_tree.ts";

/** Names that begin with as many `$` as no name of the module begins with. */
export function freshNames(tree: Tree): {
  /** The namespace of "ipc". */
  readonly ipc: string;
  /** The word that asks the role to stop. */
  readonly stop: string;
  /** What is called then. */
  readonly stopped: string;
  /** `import.meta`. */
  readonly meta: string;
  /** What is told of uses of memory: a `Watch`. */
  readonly watch: string;
  /** The value of an anonymous `export default`. */
  readonly default: string;
  /** Begins the names of other modules' namespaces; a number ends them. */
  readonly link: string;
} {
  let taken = 0;
  walk(tree, (node) => {
    if (node.type !== "Identifier") return;
    const dollars = /^\$*/.exec(node.name)?.[0].length ?? 0;
    if (dollars > taken) taken = dollars;
  });
  const prefix = "$".repeat(taken + 1);
  return {
    ipc: `${prefix}ipc`,
    stop: `${prefix}stop`,
    stopped: `${prefix}stopped`,
    meta: `${prefix}meta`,
    watch: `${prefix}watch`,
    default: `${prefix}default`,
    link: `${prefix}module`,
  };
}
