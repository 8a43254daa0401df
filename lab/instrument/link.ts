/**
 * Linking: which variable of which module each imported or exported name stands for, as ECMAScript says it, and a message for
 * each that stands for none.
 *
 * @module
 */
import { type ImportedName, type ImportEntry, type ModuleRecord, NAMESPACE, type Request } from "./module_record.ts";
import { nearestName } from "./nearest_name.ts";
import type { Problem } from "./model.ts";

/** What a name stands for: a name that a module exports itself, a whole module, or the same of "ipc". */
export type Binding =
  | { readonly kind: "export"; readonly module: ModuleRecord; readonly name: string }
  | { readonly kind: "namespace"; readonly module: ModuleRecord }
  | { readonly kind: "ipc"; readonly name: string }
  | { readonly kind: "ipc-namespace" };

/** The files of a program, by real path, and what "ipc" exports. */
export class Graph {
  readonly #modules: ReadonlyMap<string, ModuleRecord>;
  readonly #ipcNames: ReadonlySet<string>;

  /** A graph over all modules that can be reached. */
  constructor(modules: ReadonlyMap<string, ModuleRecord>, ipcNames: Iterable<string>) {
    this.#modules = modules;
    this.#ipcNames = new Set(ipcNames);
  }

  /** All modules that can be reached from `entry`, each after those it imports, as far as cycles allow. */
  inEvaluationOrder(entry: ModuleRecord): ModuleRecord[] {
    const seen = new Set<ModuleRecord>();
    const order: ModuleRecord[] = [];
    const visit = (module: ModuleRecord): void => {
      if (seen.has(module)) return;
      seen.add(module);
      for (const request of module.requests) {
        const target = this.#follow(module, request);
        if (target !== "ipc" && target !== null) visit(target);
      }
      order.push(module);
    };
    visit(entry);
    return order;
  }

  /** The names that `module` exports, sorted; names that two `export *` give different meanings are left out, as they must be. */
  exportNames(module: ModuleRecord): string[] {
    const names = this.#candidates(module, new Set());
    return [...names].filter((name) => typeof this.resolveExport(module, name) === "object").sort();
  }

  #candidates(module: ModuleRecord, seen: Set<ModuleRecord>): Set<string> {
    const names = new Set<string>();
    if (seen.has(module)) return names;
    seen.add(module);
    for (const { name } of module.exports) names.add(name);
    for (const star of module.stars) {
      const target = this.#follow(module, star);
      const theirs = target === "ipc" ? this.#ipcNames : target === null ? [] : this.#candidates(target, seen);
      for (const name of theirs) if (name !== "default") names.add(name);
    }
    return names;
  }

  /** What `import { imported } from request` in `module` stands for. */
  resolveImport(
    module: ModuleRecord,
    entry: Pick<ImportEntry, "imported" | "request">,
  ): Binding | "ambiguous" | "missing" {
    return this.#resolveIn(this.#follow(module, entry.request), entry.imported, new Map());
  }

  /** What the exported `name` of `module` stands for. */
  resolveExport(module: ModuleRecord, name: string): Binding | "ambiguous" | "missing" {
    return this.#resolveIn(module, name, new Map());
  }

  #resolveIn(
    target: ModuleRecord | "ipc" | null,
    name: ImportedName,
    asked: Map<ModuleRecord, Set<string>>,
  ): Binding | "ambiguous" | "missing" {
    if (target === null) return "missing";
    if (target === "ipc") {
      if (name === NAMESPACE) return { kind: "ipc-namespace" };
      return this.#ipcNames.has(name) ? { kind: "ipc", name } : "missing";
    }
    if (name === NAMESPACE) return { kind: "namespace", module: target };
    // A name that leads back to itself stands for nothing.
    const before = asked.get(target) ?? new Set();
    if (before.has(name)) return "missing";
    asked.set(target, before.add(name));

    const entry = target.exports.find((entry) => entry.name === name);
    if (entry !== undefined) {
      if ("request" in entry) return this.#resolveIn(this.#follow(target, entry.request), entry.imported, asked);
      const imported = target.imports.find(({ local }) => local === entry.local);
      if (imported === undefined) return { kind: "export", module: target, name };
      return this.#resolveIn(this.#follow(target, imported.request), imported.imported, asked);
    }
    if (name === "default") return "missing";
    let found: Binding | "missing" = "missing";
    for (const star of target.stars) {
      const theirs = this.#resolveIn(this.#follow(target, star), name, asked);
      if (theirs === "missing") continue;
      if (theirs === "ambiguous" || (found !== "missing" && !isSame(found, theirs))) return "ambiguous";
      found = theirs;
    }
    return found;
  }

  #follow(module: ModuleRecord, request: Request): ModuleRecord | "ipc" | null {
    const target = module.targets.get(request);
    if (target?.kind === "ipc") return "ipc";
    return target?.kind === "file" ? this.#modules.get(target.realPath) ?? null : null;
  }

  /** Why a name cannot be had from another module. */
  describeFailure(
    module: ModuleRecord,
    entry: { readonly imported: ImportedName; readonly request: Request; readonly offset: number },
    how: "ambiguous" | "missing",
  ): Problem {
    const name = String(entry.imported);
    const { specifier } = entry.request;
    if (how === "ambiguous") {
      return module.file.problem(
        "does-not-load",
        `"${specifier}" exports two different things as "${name}", by two \`export *\`. Name the one you mean.`,
        entry.offset,
      );
    }
    const target = this.#follow(module, entry.request);
    const known = target === "ipc" ? [...this.#ipcNames] : target === null ? [] : this.exportNames(target);
    return module.file.problem(
      "does-not-load",
      `"${specifier}" does not export "${name}". ${advise(name, known, target)}`,
      entry.offset,
    );
  }
}

function advise(name: string, known: readonly string[], target: ModuleRecord | "ipc" | null): string {
  const nearest = nearestName(name, known);
  if (nearest !== undefined) return `Did you mean "${nearest}"?`;
  if (target === "ipc") {
    return name === "default"
      ? 'Name the calls that you want: `import { pipe, read } from "ipc"`.'
      : "The README of the exercise names the calls that it needs.";
  }
  return known.length === 0
    ? "It exports nothing: write `export` before what is needed here."
    : `It exports ${known.join(", ")}.`;
}

function isSame(a: Binding, b: Binding): boolean {
  return a.kind === b.kind &&
    ("module" in a ? a.module : null) === ("module" in b ? b.module : null) &&
    ("name" in a ? a.name : null) === ("name" in b ? b.name : null);
}
