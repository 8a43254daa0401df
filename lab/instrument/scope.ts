/**
 * Which identifiers of a module mean a name of the module's own top scope, and not a parameter or variable that hides it.
 *
 * @module
 */
import type {
  AnyNode,
  Class,
  Function as FunctionNode,
  Identifier,
  ObjectExpression,
  ObjectPattern,
  Program as Tree,
} from "acorn";
import { base, recursive, type RecursiveVisitors, type WalkerCallback } from "acorn-walk";
import { patternNames } from "./syntax_tree.ts";

/** One use of a name. */
export interface Reference {
  readonly node: Identifier;
  /** Stands for both key and value: `{ name }`. */
  readonly shorthand: boolean;
}

class Scope {
  readonly names = new Set<string>();
  readonly parent: Scope | null;
  /** Whether `var` stops here. */
  readonly ofFunction: boolean;

  constructor(parent: Scope | null, ofFunction: boolean) {
    this.parent = parent;
    this.ofFunction = ofFunction;
  }

  inner(): Scope {
    return new Scope(this, false);
  }

  innerFunction(): Scope {
    return new Scope(this, true);
  }

  declare(names: readonly string[], asVar = false): void {
    if (asVar && !this.ofFunction && this.parent !== null) this.parent.declare(names, true);
    else for (const name of names) this.names.add(name);
  }
}

/** References of `tree` that are not to a name declared in an inner scope, by name. */
export function moduleReferences(tree: Tree): ReadonlyMap<string, readonly Reference[]> {
  const uses: { readonly node: Identifier; readonly scope: Scope }[] = [];
  const shorthands = new Set<AnyNode>();
  const top = new Scope(null, true);

  // Declared names are known only once all is walked, for a function may be used above its declaration.
  const use = (node: Identifier, scope: Scope): void => void uses.push({ node, scope });
  const inside = (type: keyof typeof base): (node: AnyNode, scope: Scope, c: WalkerCallback<Scope>) => void => {
    const walkOn = base[type] as (node: AnyNode, scope: Scope, c: WalkerCallback<Scope>) => void;
    return (node, scope, c) => walkOn(node, scope.inner(), c);
  };
  const markShorthands = (node: ObjectExpression | ObjectPattern): void => {
    for (const property of node.properties) {
      if (property.type !== "Property" || !property.shorthand) continue;
      shorthands.add(property.value.type === "AssignmentPattern" ? property.value.left : property.value);
    }
  };

  // acorn-walk's types do not know its name for the targets of assignments.
  const visitors: RecursiveVisitors<Scope> & { readonly VariablePattern: typeof use } = {
    Identifier: use,
    // Targets of assignments, and declared names, which find themselves.
    VariablePattern: use,
    BlockStatement: inside("BlockStatement"),
    ForStatement: inside("ForStatement"),
    ForInStatement: inside("ForInStatement"),
    ForOfStatement: inside("ForOfStatement"),
    SwitchStatement: inside("SwitchStatement"),
    StaticBlock: (node, scope, c) => {
      const body = scope.innerFunction();
      for (const statement of node.body) c(statement, body);
    },
    CatchClause: (node, scope, c) => {
      const clause = scope.inner();
      if (node.param) {
        clause.declare(patternNames(node.param));
        c(node.param, clause);
      }
      c(node.body, clause);
    },
    VariableDeclaration: (node, scope, c) => {
      for (const declarator of node.declarations) {
        scope.declare(patternNames(declarator.id), node.kind === "var");
        c(declarator, scope);
      }
    },
    Function: (node: FunctionNode, scope, c) => {
      const parameters = scope.innerFunction();
      if (node.id) (node.type === "FunctionDeclaration" ? scope : parameters).declare([node.id.name]);
      for (const parameter of node.params) {
        parameters.declare(patternNames(parameter));
        c(parameter, parameters);
      }
      // A default value of a parameter does not see the variables of the body.
      const body = parameters.innerFunction();
      if (node.body.type === "BlockStatement") {
        for (const statement of node.body.body) {
          c(statement, body);
        }
      } else c(node.body, body);
    },
    Class: (node: Class, scope, c) => {
      const own = scope.inner();
      if (node.id) {
        own.declare([node.id.name]);
        if (node.type === "ClassDeclaration") scope.declare([node.id.name]);
      }
      if (node.superClass) c(node.superClass, own);
      c(node.body, own);
    },
    ObjectExpression: (node, scope, c) => {
      markShorthands(node);
      base.ObjectExpression?.(node, scope, c);
    },
    ObjectPattern: (node, scope, c) => {
      markShorthands(node);
      base.ObjectPattern?.(node, scope, c);
    },
  };
  recursive(tree, top, visitors);

  const found = new Map<string, Reference[]>();
  for (const { node, scope } of uses) {
    let owner: Scope | null = scope;
    while (owner !== null && owner !== top && !owner.names.has(node.name)) owner = owner.parent;
    if (owner !== top) continue;
    const list = found.get(node.name) ?? [];
    if (list.length === 0) found.set(node.name, list);
    list.push({ node, shorthand: shorthands.has(node) });
  }
  return found;
}
