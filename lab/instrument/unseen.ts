/**
 * What a watched program may use shared memory by without being seen.
 *
 * @module
 */
import type { Program as Tree } from "acorn";
import type { Places } from "./places.ts";
import type { Reference } from "./scope.ts";
import { patternNames, walk } from "./syntax_tree.ts";

/** Globals, and what is not seen of them. */
const UNSEEN: { readonly [name: string]: string } = {
  eval: "What is done in text that `eval` compiles is not seen.",
  Function: "What is done in text that `Function` compiles is not seen.",
  Buffer: "What a `Buffer` reads and writes is not seen. Use a typed array or DataView.",
  Proxy: "What is done to shared memory through a `Proxy` is not seen.",
};

/** Notes each use of such a global in a module that has nothing of its own by that name. */
export function noteUnseen(
  tree: Tree,
  references: ReadonlyMap<string, readonly Reference[]>,
  places: Places,
  file: string,
): void {
  const own = new Set<string>();
  walk(tree, (node) => {
    if (node.type === "VariableDeclarator") { for (const name of patternNames(node.id)) own.add(name); }
    else if (/^(?:Function|Class)Declaration$|^Import.*Specifier$/.test(node.type)) {
      const named = node as {
        readonly id?: { readonly name: string } | null;
        readonly local?: { readonly name: string };
      };
      own.add(named.id?.name ?? named.local?.name ?? "");
    }
  });
  for (const [name, message] of Object.entries(UNSEEN)) {
    if (!own.has(name)) { for (const { node } of references.get(name) ?? []) places.note(node, message, file); }
  }
}
