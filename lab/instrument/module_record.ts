/**
 * What a module asks of others and what it offers them, read off its syntax tree.
 *
 * @module
 */
import type { AnyNode, ExportNamedDeclaration, Identifier, ImportDeclaration, Literal, Program as Tree } from "acorn";
import type { SourceFile } from "./problem.ts";
import type { Target } from "./specifier.ts";
import { patternNames } from "./syntax_tree.ts";

/** The name that stands for a module as a whole. */
export const NAMESPACE = Symbol("namespace");

/** A name of another module, or that module as a whole. */
export type ImportedName = string | typeof NAMESPACE;

/** `from "…"`: another module that is evaluated before this one. */
export interface Request {
  readonly specifier: string;
  /** Offset of the specifier. */
  readonly offset: number;
}

/** `import { imported as local } from …`. */
export interface ImportEntry {
  readonly local: string;
  readonly imported: ImportedName;
  readonly request: Request;
  readonly offset: number;
}

/** A name that the module exports: a variable of its own, or a name of another module. */
export type ExportEntry =
  | { readonly name: string; readonly local: string; readonly offset: number }
  | { readonly name: string; readonly imported: ImportedName; readonly request: Request; readonly offset: number };

/** A module that was read and understood, but not yet linked with others. */
export interface ModuleRecord {
  readonly file: SourceFile;
  /** The file's real path. */
  readonly realPath: string;
  /** Its JavaScript, of the same length and lines as the file. */
  readonly javaScript: string;
  readonly tree: Tree;
  readonly requests: readonly Request[];
  readonly imports: readonly ImportEntry[];
  readonly exports: readonly ExportEntry[];
  /** `export * from …`. */
  readonly stars: readonly Request[];
  /** What its requests come to. */
  readonly targets: ReadonlyMap<Request, Target>;
}

/** What `readDeclarations` finds. */
export type Declarations = Pick<ModuleRecord, "requests" | "imports" | "exports" | "stars">;

/** What stands for the variable of an anonymous `export default`; no variable can be called so. */
export const ANONYMOUS_DEFAULT = "*default*";

/** The import and export declarations of a module. */
export function readDeclarations(tree: Tree, file: SourceFile): Declarations {
  const requests: Request[] = [];
  const imports: ImportEntry[] = [];
  const exports: ExportEntry[] = [];
  const stars: Request[] = [];
  const request = (source: Literal): Request => {
    const made = { specifier: String(source.value), offset: source.start };
    requests.push(made);
    return made;
  };

  for (const node of tree.body) {
    if (node.type === "ImportDeclaration") {
      if (isTypeOnly(node, file)) continue;
      const from = request(node.source);
      for (const specifier of node.specifiers) {
        imports.push({
          local: specifier.local.name,
          imported: specifier.type === "ImportSpecifier"
            ? exportedName(specifier.imported)
            : specifier.type === "ImportDefaultSpecifier"
            ? "default"
            : NAMESPACE,
          request: from,
          offset: specifier.start,
        });
      }
    } else if (node.type === "ExportAllDeclaration") {
      const from = request(node.source);
      if (node.exported === null || node.exported === undefined) stars.push(from);
      else {
        exports.push({
          name: exportedName(node.exported),
          imported: NAMESPACE,
          request: from,
          offset: node.exported.start,
        });
      }
    } else if (node.type === "ExportDefaultDeclaration") {
      exports.push({ name: "default", local: declaredName(node.declaration) ?? ANONYMOUS_DEFAULT, offset: node.start });
    } else if (node.type === "ExportNamedDeclaration") {
      if (node.declaration) {
        const { declaration } = node;
        const names = declaration.type === "VariableDeclaration"
          ? declaration.declarations.flatMap(({ id }) => patternNames(id))
          : [declaration.id.name];
        for (const name of names) exports.push({ name, local: name, offset: declaration.start });
      } else if (!node.source) {
        for (const { local, exported, start } of node.specifiers) {
          exports.push({ name: exportedName(exported), local: exportedName(local), offset: start });
        }
      } else if (!isTypeOnly(node, file)) {
        const from = request(node.source);
        for (const { local, exported, start } of node.specifiers) {
          exports.push({ name: exportedName(exported), imported: exportedName(local), request: from, offset: start });
        }
      }
    }
  }
  return { requests, imports, exports, stars };
}

/** Whether all names in the braces were types, so that nothing is left: `import { type A } from …`. */
function isTypeOnly(node: ImportDeclaration | ExportNamedDeclaration, file: SourceFile): boolean {
  return node.specifiers.length === 0 &&
    /\{\s*type\b/.test(file.text.slice(node.start, node.source?.start ?? node.end));
}

function exportedName(node: Identifier | Literal): string {
  return node.type === "Identifier" ? node.name : String(node.value);
}

function declaredName(node: AnyNode): string | undefined {
  return (node.type === "FunctionDeclaration" || node.type === "ClassDeclaration") && node.id
    ? node.id.name
    : undefined;
}
