/**
 * What a role gives to a student's functions, and what it tells of their values.
 *
 * @module
 */
import { type Argument, Marker } from "../course/scenario.ts";
import { toPlain, UNTELLABLE } from "./value.ts";

/**
 * Reports a value by `write`. What is too large or too strange to be told is a student's own business, such as a handle over
 * a large mapping: then something else stands for it.
 */
export function tell(value: unknown, write: (plain: unknown) => void): void {
  try {
    write(toPlain(value));
  } catch {
    write(UNTELLABLE);
  }
}

/** What markers stand for, in one process. */
export interface Making {
  /** What the calls so far have returned. */
  readonly results: readonly unknown[];
  /** The folder of the run. */
  readonly scratch: string;
  /** The process id of a role of the same stage. */
  readonly pid: (role: string) => number;
  /** Records a note. */
  readonly note: (name: string, values: unknown) => void;
  /** What call `index` of a role of an earlier stage returned; where there is none, the controller has put it in. */
  readonly from?: (role: string, index: number) => unknown;
}

/** The argument itself, with every marker replaced by what it stands for. */
export function realize(argument: Argument, making: Making): unknown {
  if (argument instanceof Marker) {
    switch (argument.kind) {
      case "result":
        return making.results[argument.index];
      case "callback":
        return (...values: unknown[]): void => {
          tell(values, (plain) => making.note(argument.name, Array.isArray(plain) ? plain : [plain]));
        };
      case "pid":
        return making.pid(argument.name);
      case "scratch":
        return `${making.scratch}/${argument.name}`;
      case "from":
        if (making.from !== undefined) return making.from(argument.name, argument.index);
        throw new Error("a result of an earlier stage must be put in by the controller");
    }
  }
  if (argument instanceof Uint8Array || typeof argument !== "object" || argument === null) return argument;
  if (Array.isArray(argument)) return argument.map((item) => realize(item as Argument, making));
  return Object.fromEntries(Object.entries(argument).map(([key, item]) => [key, realize(item as Argument, making)]));
}
