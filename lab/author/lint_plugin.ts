/**
 * The project's own lint rules: the layers, the few places that may open the C library, end the program or read its
 * arguments, and how the library comes by `Deno`. `deno lint` runs them, as deno.json says.
 *
 * @module
 */
import { posix } from "node:path";
import { refusal } from "./layers.ts";

const ROOT = posix.resolve(import.meta.dirname as string, "../..");

/** The only files that may use these members of `Deno`; a folder stands for all files in it. */
const RESERVED: { readonly [member: string]: readonly string[] } = {
  dlopen: ["lib/raw/library.ts", "tests/fixtures/"],
  // The programs of this project, and those that tests run: fixtures.
  exit: ["lab/main.ts", "lab/arena/main.ts", "tests/conformance/main.ts", "tests/fixtures/"],
  args: [
    "lab/main.ts",
    "lab/arena/main.ts",
    "tests/conformance/main.ts",
    "tests/fixtures/",
    "tests/bench/",
    "tests/aarch64/",
  ],
};

/** The path of a linted file, relative to the project. */
function pathOf(context: Deno.lint.RuleContext): string {
  return posix.relative(ROOT, posix.resolve(ROOT, context.filename));
}

/** Every import goes where `layers.ts` lets it. */
const layers: Deno.lint.Rule = {
  create(context): Deno.lint.LintVisitor {
    const from = pathOf(context);
    const look = (source: Deno.lint.Node | null): void => {
      if (source?.type !== "Literal" || typeof source.value !== "string") return;
      const message = refusal(from, source.value);
      if (message !== null) context.report({ node: source, message });
    };
    return {
      ImportDeclaration: (node) => look(node.source),
      ImportExpression: (node) => look(node.source),
      ExportAllDeclaration: (node) => look(node.source),
      ExportNamedDeclaration: (node) => look(node.source),
    };
  },
};

/** `Deno.dlopen`, `Deno.exit` and `Deno.args` stay where they belong. */
const reserved: Deno.lint.Rule = {
  create(context): Deno.lint.LintVisitor {
    const from = pathOf(context);
    const look = (node: Deno.lint.Node, member: string | null): void => {
      const places = member !== null && Object.hasOwn(RESERVED, member) ? RESERVED[member] : undefined;
      if (places === undefined || places.some((place) => from.startsWith(place))) return;
      context.report({ node, message: `Deno.${member} is for ${places.join(", ")} only` });
    };
    return {
      MemberExpression(node): void {
        if (isDeno(node.object)) look(node, nameOf(node.property));
      },
      VariableDeclarator(node): void {
        if (node.init === null || !isDeno(node.init) || node.id.type !== "ObjectPattern") return;
        for (const property of node.id.properties) {
          if (property.type === "Property") look(property, nameOf(property.key));
        }
      },
    };
  },
};

/**
 * `lib` takes what it needs of `Deno` when it loads, and only in `lib/raw`: the lab removes `Deno` from the processes that
 * run a student's code, and the library goes on working there.
 */
const captured: Deno.lint.Rule = {
  create(context): Deno.lint.LintVisitor {
    const from = pathOf(context);
    if (!from.startsWith("lib/")) return {};
    return {
      Identifier(node): void {
        if (node.name !== "Deno" || isType(node.parent)) return;
        if (!from.startsWith("lib/raw/")) {
          context.report({ node, message: "Deno is for lib/raw: take it from there" });
        } else if (context.sourceCode.getAncestors(node).some((above) => above.type.includes("Function"))) {
          context.report({ node, message: "Take it from Deno when the module loads, not later" });
        }
      },
    };
  },
};

/** Whether a name below `parent` is part of a type: `Deno.PointerValue`. */
function isType(parent: Deno.lint.Node | null): boolean {
  return parent?.type === "TSQualifiedName" || parent?.type === "TSTypeQuery";
}

/** `Deno` or `globalThis.Deno`. */
function isDeno(node: Deno.lint.Node): boolean {
  if (node.type === "Identifier") return node.name === "Deno";
  return node.type === "MemberExpression" && node.object.type === "Identifier" && node.object.name === "globalThis" &&
    nameOf(node.property) === "Deno";
}

function nameOf(key: Deno.lint.Node): string | null {
  if (key.type === "Identifier") return key.name;
  return key.type === "Literal" && typeof key.value === "string" ? key.value : null;
}

/** What `deno lint` loads. */
const plugin: Deno.lint.Plugin = { name: "ipclab", rules: { layers, reserved, captured } };

export default plugin;
