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
  return compileProgram(program)(environment);
}

/** A program that is compiled: each call evaluates it anew, as a process that has just started. As `evaluateProgram`. */
export function compileProgram(program: Program): (environment: Environment) => Readonly<Record<string, unknown>> {
  const factories = program.modules.map(({ code, url }) => compile(`${code}\n//# sourceURL=${url}`) as Factory);
  const metas = program.modules.map(({ url }) => meta(url));
  return (environment) => instantiate(program, factories, metas, environment);
}

function instantiate(
  program: Program,
  factories: readonly Factory[],
  metas: readonly object[],
  environment: Environment,
): Readonly<Record<string, unknown>> {
  const namespaces = new Map(
    program.modules.map(({ path }) => [path, create(null) as Readonly<Record<string, unknown>>]),
  );
  const runs = program.modules.map(({ path, links }, at) => {
    const factory = factories[at] as Factory;
    const run = factory(
      environment.ipc,
      environment.stop,
      (line: number) => environment.stopped(line, path),
      metas[at],
      environment.watch,
      ...links.map((link) => namespaces.get(link)),
    );
    const { value } = run.next();
    if (value) publish(namespaces.get(path) as object, value.exports, value.anonymous);
    return run;
  });
  for (const run of runs) run.next();
  return namespaces.get(program.entry) as Readonly<Record<string, unknown>>;
}

/** Fills a namespace, as ECMAScript shapes it. */
function publish(namespace: object, exports: object, anonymous: object | null): void {
  for (const name of keys(exports)) {
    const { get } = getOwnPropertyDescriptor(exports, name) as PropertyDescriptor & { readonly get: () => unknown };
    defineProperty(namespace, name, { get, enumerable: true });
  }
  defineProperty(namespace, toStringTag, { value: "Module" });
  preventExtensions(namespace);
  if (anonymous !== null) defineProperty(anonymous, "name", { value: "default", configurable: true });
}

/** `import.meta` of the module at this URL. */
function meta(url: string): object {
  const filename = decodeURIComponent(url.replace(/^file:\/\//, ""));
  const dirname = filename.slice(0, filename.lastIndexOf("/")) || "/";
  return freeze({ __proto__: null, url, filename, dirname, main: false });
}
