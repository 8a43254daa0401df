/**
 * Signals as people call them.
 *
 * @module
 */
import * as numbers from "../../../../lib/abi/signal_numbers.ts";

const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(numbers).filter(([name, value]) => /^SIG[A-Z]+[12]?$/.test(name) && typeof value === "number").map((
    [name, value],
  ) => [value as number, name]),
);

/** "SIGUSR1"; "signal 40" for one without a name. */
export function signalName(signo: number): string {
  return NAMES.get(signo) ?? `signal ${signo}`;
}
