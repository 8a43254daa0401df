/**
 * From a student's file to a program that a role can evaluate. Nothing of the student's runs here: the files are read, checked
 * and rewritten as text, and the text is evaluated in the role.
 *
 * @module
 */
import { extname } from "node:path";
import { pathToFileURL } from "node:url";
import { type Binding, Graph } from "./link.ts";
import type { LoadResult, Problem } from "./model.ts";
import { type ImportEntry, type ModuleRecord, readDeclarations, type Request } from "./module_record.ts";
import { Places } from "./places.ts";
import { ProblemFound, SourceFile } from "./problem.ts";
import { restrictionsBroken } from "./restrictions.ts";
import { rewrite } from "./rewrite.ts";
import { moduleReferences, type Reference } from "./scope.ts";
import { pathBelow, resolveSpecifier, type Target } from "./specifier.ts";
import { stripTypes } from "./strip_types.ts";
import { parseModule } from "./syntax_tree.ts";

export type { LoadResult, Note, Problem, Program, ProgramModule, Site } from "./model.ts";

/** What a program may be, at most. Far more than anyone writes, and little enough to be read at once. */
const MAX_KIB = 256;
const MAX_FILES = 100;

/** What `loadProgram` needs to know about the library. */
export interface LoadOptions {
  /** The names of the values that "ipc" exports. */
  readonly ipcNames: Iterable<string>;
  /** Whether the program is to tell of each element that it uses (`Watch`). It is slower then. */
  readonly watch?: boolean;
}

/**
 * Reads the student's file `entry` and all files that it imports from the folder `root`, and makes a program of them.
 *
 * @param entry absolute path of the file
 * @param root absolute path of the exercise's folder; nothing outside it is read
 * @returns the program, or everything that keeps the files from being one
 */
export function loadProgram(entry: string, root: string, options: LoadOptions): LoadResult {
  const loader = new Loader(Deno.realPathSync(root));
  const main = loader.load(entry);
  if (main === null) return { ok: false, problems: loader.problems };

  const graph = new Graph(loader.modules, options.ipcNames);
  const modules = graph.inEvaluationOrder(main);
  const problems = [...loader.problems];
  const linked = modules.map((record) => {
    const references = moduleReferences(record.tree);
    return {
      record,
      references,
      url: pathToFileURL(record.realPath).href,
      imports: link(record, references, graph, problems),
    };
  });
  if (problems.length > 0) return { ok: false, problems: problems.sort(byPlace(loader)) };
  const places = options.watch === true ? new Places() : null;
  const program = { entry: main.file.path, modules: linked.map((module) => rewrite(module, graph, places)) };
  return {
    ok: true,
    program: places === null ? program : { ...program, sites: places.sites },
    exports: graph.exportNames(main),
    sources: Object.fromEntries(modules.map(({ file }) => [file.path, file.text])),
    notes: places?.notes ?? [],
  };
}

/** Follows imports from file to file. */
class Loader {
  readonly problems: Problem[] = [];
  /** By real path, in the order in which they were met. */
  readonly modules = new Map<string, ModuleRecord>();
  readonly #root: string;
  #bytes = 0;

  constructor(root: string) {
    this.#root = root;
  }

  load(entry: string): ModuleRecord | null {
    const missing = new SourceFile(entry.slice(entry.lastIndexOf("/") + 1), "");
    let realPath: string;
    try {
      realPath = Deno.realPathSync(entry);
      if (!Deno.statSync(realPath).isFile) throw new Deno.errors.NotFound();
    } catch {
      this.problems.push(missing.problemAt("does-not-load", `There is no file "${missing.path}".`, 1, 1));
      return null;
    }
    const waiting = [realPath];
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
      if (this.modules.has(path)) continue;
      try {
        const record = this.#read(path);
        this.modules.set(path, record);
        for (const target of record.targets.values()) if (target.kind === "file") waiting.push(target.realPath);
      } catch (error) {
        if (!(error instanceof ProblemFound)) throw error;
        this.problems.push(error.problem);
        // Names of a file that cannot be read are not missing; its own problem is what matters.
        return null;
      }
    }
    return this.modules.get(realPath) ?? null;
  }

  #read(realPath: string): ModuleRecord {
    const path = pathBelow(this.#root, realPath);
    this.#bytes += Deno.statSync(realPath).size;
    if (this.modules.size >= MAX_FILES || this.#bytes > MAX_KIB * 1024) {
      const message = `This is too much to read: at most ${MAX_FILES} files of together ${MAX_KIB} KiB.`;
      throw new ProblemFound(new SourceFile(path, "").problemAt("does-not-load", message, 1, 1));
    }
    const file = new SourceFile(path, Deno.readTextFileSync(realPath));
    try {
      const javaScript = /^\.m?js$/.test(extname(realPath)) ? file.text : stripTypes(file);
      const tree = parseModule(javaScript, file);
      this.problems.push(...restrictionsBroken(tree, file));
      const declarations = readDeclarations(tree, file);
      const targets = new Map(
        declarations.requests.map((request) => [request, this.#resolve(request, file, realPath)]),
      );
      return { file, realPath, javaScript, tree, ...declarations, targets };
    } catch (error) {
      // The parsers and the walks over the tree recurse.
      if (error instanceof RangeError) throw new ProblemFound(file.tooComplex());
      throw error;
    }
  }

  #resolve(request: Request, file: SourceFile, realPath: string): Target {
    const target = resolveSpecifier(request.specifier, realPath, this.#root);
    if (target.kind === "problem") {
      this.problems.push(file.problem(target.problem.kind, target.problem.message, request.offset));
    }
    return target;
  }
}

/** What the imported names of a module stand for; names that are used as types only are left out. */
function link(
  record: ModuleRecord,
  references: ReadonlyMap<string, readonly Reference[]>,
  graph: Graph,
  problems: Problem[],
): Map<string, Binding> {
  const bindings = new Map<string, Binding>();
  const isUnknown = (request: Request): boolean => record.targets.get(request)?.kind === "problem";
  for (const entry of record.imports) {
    if (isUnknown(entry.request)) continue;
    const binding = graph.resolveImport(record, entry);
    if (typeof binding === "object") bindings.set(entry.local, binding);
    else if (references.has(entry.local) || !isUsedAsType(entry, record)) {
      problems.push(graph.describeFailure(record, entry, binding));
    }
  }
  for (const entry of record.exports) {
    if (!("request" in entry) || isUnknown(entry.request)) continue;
    const binding = graph.resolveImport(record, entry);
    if (typeof binding === "string") problems.push(graph.describeFailure(record, entry, binding));
  }
  return bindings;
}

/** Whether an imported name that no code uses stands in the file a second time, so that it must be a type's. */
function isUsedAsType({ local, offset }: ImportEntry, { file, tree }: ModuleRecord): boolean {
  const declaration = tree.body.find((node) => node.start <= offset && offset < node.end);
  const elsewhere = file.text.slice(0, declaration?.start ?? 0) + file.text.slice(declaration?.end ?? 0);
  return elsewhere.split(/[^\p{ID_Continue}$]+/u).includes(local);
}

/** The order in which a reader meets the problems: file by file as they are imported, downward in each. */
function byPlace({ modules }: Loader): (a: Problem, b: Problem) => number {
  const order = new Map(Array.from(modules.values(), ({ file }, index) => [file.path, index]));
  return (a, b) => (order.get(a.file) ?? 0) - (order.get(b.file) ?? 0) || a.line - b.line || a.column - b.column;
}
