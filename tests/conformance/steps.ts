/**
 * Carries out the steps of a row, in the process that the row has to itself.
 *
 * @module
 */
import * as ipc from "ipc";
import { Arguments, type Translation } from "./calls/translation.ts";
import { callOf, TRANSLATIONS } from "./calls/table.ts";
import type { Value } from "./cells.ts";
import { check, describe, type Result } from "./check.ts";
import { PREPARATIONS } from "./preparations.ts";
import { type CallStep, isCall, type Json, type OtherStep, type Row, type Step } from "./rows.ts";
import { different, Ended, type Outcome } from "./verdict.ts";
import type { World } from "./world.ts";

/** What C returns for a failure, where it is not -1. */
const FAILURES: Readonly<{ [call: string]: number }> = { sem_open: 0 };

/** The exit status of a forked child whose row ended there; the reason went to the report. */
const ENDED = 9;

/** Carries out a row. Returns if the library behaves as it says; throws an `Ended` otherwise. */
export function carryOut(row: Row, world: World, report: (outcome: Outcome) => void): void {
  new Interpreter(world, report).run([...row.setup, row, ...row.expect.then ?? []], row);
}

class Interpreter {
  readonly #world: World;
  readonly #report: (outcome: Outcome) => void;

  constructor(world: World, report: (outcome: Outcome) => void) {
    this.#world = world;
    this.#report = report;
  }

  run(steps: readonly Step[], row?: Row): void {
    for (const step of steps) {
      if (isCall(step)) this.#call(step, step === row);
      else this.#other(step);
    }
  }

  #call(step: CallStep, isRow: boolean): void {
    const result = this.#make(step);
    if (step.as !== undefined) this.#world.bind(step.as, result.value);
    if (step.expect !== undefined) {
      check(step.expect, result, this.#world);
      if (!isRow) this.run(step.expect.then ?? []);
    } else if (result.errno !== 0) {
      different(`in the preparation, ${describe(result)}`);
    }
  }

  /** Makes a call through the library, and puts what came of it in C's terms. */
  #make(step: CallStep): Result {
    const call = callOf(step);
    const args = new Arguments((step.args ?? []).map((argument) => this.#world.value(argument)));
    const translate = TRANSLATIONS[call] as Translation;
    const begun = performance.now();
    let value: Value;
    let errno = 0;
    try {
      value = translate(args, this.#world);
    } catch (error) {
      if (error instanceof Ended) throw error;
      if (!(error instanceof ipc.SystemError)) return different(`${call} threw ${String(error)}`);
      [value, errno] = [FAILURES[call] ?? -1, error.errno];
    }
    return { call, value, errno, elapsedMs: performance.now() - begun };
  }

  #other(step: OtherStep): void {
    const [kind] = Object.keys(step) as [string];
    switch (kind) {
      case "fork":
        return this.#fork(step["fork"] as readonly Step[], (step["as"] ?? "pid") as string);
      case "loop":
        for (let i = this.#world.number(step["loop"] as Json); i > 0; i--) this.run(step["do"] as readonly Step[]);
        return;
      case "wait":
        return this.#wait(step["wait"] as string, (step["expect"] ?? { exit: 0 }) as { [how: string]: Json });
      default: {
        const prepare = PREPARATIONS[kind];
        if (prepare === undefined) throw new Error(`no step: ${kind}`);
        prepare(this.#world, step[kind] as Json, step as { readonly [key: string]: Json });
      }
    }
  }

  #fork(steps: readonly Step[], name: string): void {
    const child = ipc.fork(() => {
      try {
        this.#world.bind("self", ipc.getpid());
        this.run(steps);
        return 0;
      } catch (error) {
        this.#report(outcomeOf(error, "in a child, "));
        return ENDED;
      }
    });
    this.#world.bind(name, child);
  }

  #wait(name: string, expected: { readonly [how: string]: Json }): void {
    const status = ipc.waitpid(this.#world.variable(name) as number);
    const asExpected = status.kind === "exited"
      ? status.status === expected["exit"]
      : status.kind === "signaled" && expected["signaled"] !== undefined &&
        status.signal === this.#world.number(expected["signaled"]);
    // Its own report says more.
    if (status.kind === "exited" && status.status === ENDED) throw new Ended("different", "a child failed");
    if (!asExpected) different(`the child ended as ${JSON.stringify(status)}; expected ${JSON.stringify(expected)}`);
  }
}

/** What an error says of the row. An error of the runner itself is a difference, too: it must not pass. */
export function outcomeOf(error: unknown, where = ""): Outcome {
  if (error instanceof Ended) return { verdict: error.verdict, reason: where + error.reason };
  const text = error instanceof Error ? error.stack ?? error.message : String(error);
  return { verdict: "different", reason: `${where}the row could not be run: ${text}` };
}
