/**
 * Evaluates a student's program in a role: at once and to the end, for after a fork nothing can be waited for.
 *
 * @module
 */
import type { Program, Watch } from "../instrument/model.ts";

/** What a program finds around it. */
export interface Environment {
  /** The namespace of "ipc". */
  readonly ipc: Readonly<Record<string, unknown>>;
  /**
   * While word 0 is not 0, each turn of a loop and each call of a function calls `stopped`. Memory that other processes write
   * to. Memory of the engine's own (an Int32Array of up to 16 words that was just made) is slower to read.
   */
  readonly stop: Int32Array;
  /** Called with the place in the student's files; may throw, end the process, or return to go on. */
  readonly stopped: (line: number, file: string) => void;
  /** Of a program that is watched: what it tells of the elements that it uses. */
  readonly watch?: Watch;
}

/** What `code` of a module comes to; `lab/instrument/rewrite.ts` says what it takes and does. */
type Factory = (...parameters: unknown[]) => Generator<
  { readonly exports: object; readonly anonymous: object | null },
  void
>;

// Taken while they are still what they were: a student's file may change or lose them.
const compile = globalThis.eval as (script: string) => unknown;
const { create, defineProperty, freeze, getOwnPropertyDescriptor, keys, preventExtensions } = Object;
const { toStringTag } = Symbol;

/**
 * Evaluates all modules of `program`, each after those that it imports.
 *
 * @returns the namespace of the entry: what it exports, by name, always with the current value
 * @throws what the student's code throws while it loads
 */
export function evaluateProgram(program: Program, environment: Environment): Readonly<Record<string, unknown>> {
  return instantiate(program, compileModules(program), environment);
}

/**
 * A program that is compiled: each call evaluates it anew, as a process that has just started. As `evaluateProgram`; but where
 * no module imports one, so that none can see what a namespace is made like, it is what the entry exports and no more.
 */
export function compileProgram(program: Program): (environment: Environment) => Readonly<Record<string, unknown>> {
  const modules = compileModules(program);
  const bare = program.modules.every(({ links }) => links.length === 0);
  return (environment) => instantiate(program, modules, environment, bare);
}

/** A module's code, and its `import.meta`. */
interface Compiled {
  readonly factory: Factory;
  readonly meta: object;
}

function compileModules(program: Program): Compiled[] {
  return program.modules.map(({ code, url }) => ({
    factory: compile(`${code}\n//# sourceURL=${url}`) as Factory,
    meta: meta(url),
  }));
}

function instantiate(
  program: Program,
  modules: readonly Compiled[],
  environment: Environment,
  bare = false,
): Readonly<Record<string, unknown>> {
  const namespaces = new Map(
    program.modules.map(({ path }) => [path, create(null) as Readonly<Record<string, unknown>>]),
  );
  const runs = program.modules.map(({ path, links }, at) => {
    const { factory, meta } = modules[at] as Compiled;
    const run = factory(
      environment.ipc,
      environment.stop,
      (line: number) => environment.stopped(line, path),
      meta,
      environment.watch,
      ...links.map((link) => namespaces.get(link)),
    );
    const { value } = run.next();
    if (!value) return run;
    if (value.anonymous !== null) defineProperty(value.anonymous, "name", { value: "default", configurable: true });
    if (bare) namespaces.set(path, value.exports as Readonly<Record<string, unknown>>);
    else publish(namespaces.get(path) as object, value.exports);
    return run;
  });
  for (const run of runs) run.next();
  return namespaces.get(program.entry) as Readonly<Record<string, unknown>>;
}

/** Fills a namespace, as ECMAScript shapes it. */
function publish(namespace: object, exports: object): void {
  for (const name of keys(exports)) {
    const { get } = getOwnPropertyDescriptor(exports, name) as PropertyDescriptor & { readonly get: () => unknown };
    defineProperty(namespace, name, { get, enumerable: true });
  }
  defineProperty(namespace, toStringTag, { value: "Module" });
  preventExtensions(namespace);
}

/** `import.meta` of the module at this URL. */
function meta(url: string): object {
  const filename = decodeURIComponent(url.replace(/^file:\/\//, ""));
  const dirname = filename.slice(0, filename.lastIndexOf("/")) || "/";
  return freeze({ __proto__: null, url, filename, dirname, main: false });
}
