/**
 * The only `Deno.dlopen` of the project. A table of C prototypes becomes an object whose functions are opened one by one,
 * each at its first use: opening a symbol costs about 0.3 ms, and a program needs few of them.
 *
 * @module
 */

/** The C library that every table is opened from. */
const LIBC = "libc.so.6";

// Captured at load: the lab takes `Deno` away from student code, and the library must go on working.
const { dlopen } = Deno;

/** The callable side of a table of prototypes. */
export type Library<S extends Deno.ForeignLibraryInterface> = Deno.DynamicLibrary<S>["symbols"];

/**
 * What answers in the place of a function that this C library lacks, each time that it is called. The gate puts the error in
 * here that a call fails with.
 */
export const lacking: { answer: (symbol: string) => never } = {
  answer: (symbol) => {
    throw new Error(`This C library has no ${symbol}`);
  },
};

/** Every table there is. */
const tables: Readonly<Record<string, unknown>>[] = [];

/** Turns prototypes into functions. Nothing is opened before a function is first read from the result. */
export function library<const S extends Deno.ForeignLibraryInterface>(prototypes: S): Library<S> {
  const functions = {} as Library<S>;
  tables.push(functions as Readonly<Record<string, unknown>>);
  for (const name of Object.keys(prototypes)) {
    Object.defineProperty(functions, name, {
      configurable: true,
      enumerable: true,
      // A getter that replaces itself: a call site only ever sees the real function, so V8 can make it a fast call.
      get(): unknown {
        const value = open(name, prototypes[name] as Deno.ForeignFunction);
        Object.defineProperty(functions, name, { value, enumerable: true });
        return value;
      },
    });
  }
  return functions;
}

/**
 * Opens every function of every table now: for a process that is to be forked many times, so that its children need not.
 * What this C library lacks fails where it is called.
 */
export function openAll(): void {
  for (const table of tables) {
    for (const name of Object.keys(table)) {
      void table[name];
    }
  }
}

function open(name: string, prototype: Deno.ForeignFunction): unknown {
  demandGlibc();
  const handle = dlopen(LIBC, { [name]: { ...prototype, optional: true } });
  const value = handle.symbols[name] ?? ((): never => lacking.answer(name));
  // A function holds all it needs (not so a `nonblocking` one, which this library has none of), and the C library is the
  // process's own and stays mapped. A handle kept open would be a leak to the sanitizer of whichever test came first.
  handle.close();
  return value;
}

let isGlibc = false;

/** Layouts and constants are glibc's. Another C library might have the functions, and mean something else. */
function demandGlibc(): void {
  if (isGlibc) return;
  try {
    // const char *gnu_get_libc_version(void);
    dlopen(LIBC, { gnu_get_libc_version: { parameters: [], result: "pointer" } }).close();
  } catch (cause) {
    throw new Error("The calls need glibc 2.34 or newer: musl, as of Alpine Linux, is not supported", { cause });
  }
  isGlibc = true;
}
