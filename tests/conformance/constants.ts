/**
 * Constant expressions of the rows, such as `O_CREAT|O_RDWR` and `MQ_PRIO_MAX+5`: numbers, names, `+`, `-` and `|`.
 *
 * @module
 */
import * as ipc from "ipc";

/** Names that the library does not export: limits of C, and flags that its face leaves out. */
const OTHERS: Readonly<Record<string, number>> = {
  FUTEX_WAIT: 0,
  FUTEX_WAKE: 1,
  IPC_INFO: 3,
  NAME_MAX: 255,
  PATH_MAX: 4096,
  SHM_INFO: 14,
  SHM_REMAP: 0o40000,
  SHM_RND: 0o20000,
  SIGEV_THREAD: 2,
  // A system call is told by its name: the number is not used.
  SYS_futex: 0,
  SYS_pidfd_open: 0,
};

const NAMES: ReadonlyMap<string, number> = new Map([
  ...Object.entries(OTHERS),
  ...ipc.ERRNO_TABLE.map(([number, name]): [string, number] => [name, number]),
  ...Object.entries(ipc).filter((entry): entry is [string, number] => typeof entry[1] === "number"),
]);

/** The value of an expression. Its variables, `$name`, are what `variable` says. */
export function evaluate(expression: string, variable: (path: string) => number): number {
  // A sum binds tighter than `|`.
  return expression.split("|").reduce((bits, sum) => {
    const terms = [...sum.matchAll(/\s*([+-]?)\s*(\$?[\w.@:]+)/g)];
    if (terms.map(([text]) => text).join("") !== sum.trimEnd()) throw new Error(`no expression: ${expression}`);
    const value = terms.reduce((total, [, sign, term]) => {
      const number = termValue(term as string, variable);
      return sign === "-" ? total - number : total + number;
    }, 0);
    return expression.includes("|") ? bits | value : value;
  }, 0);
}

function termValue(term: string, variable: (path: string) => number): number {
  if (term.startsWith("$")) return variable(term.slice(1));
  const value = NAMES.get(term) ?? Number(term);
  if (Number.isNaN(value)) throw new Error(`no constant: ${term}`);
  return value;
}
