/**
 * The checks that a student sees.
 *
 * @module
 */
import type { Check, Prepared, Random } from "../../lab/course/definition.ts";
import { at, returnOf, same, show } from "../../lab/course/evidence.ts";
import type { History } from "../../lab/course/history.ts";
import { type Argument, type Call, Marker, type Role, type Stage } from "../../lab/course/scenario.ts";
import type { Finding } from "../../lab/judge/finding.ts";
import { judgeAttached, judgeDescribed, judgeHeard, judgeValue } from "./judge.ts";

/** The permissions of every segment. */
export const MODE = 0o600;

/** A stage of one process. */
export function process(name: string, ...calls: readonly Call[]): Stage {
  return { roles: [{ name, calls }] };
}

/** One call, by name. */
export function call(name: string, ...args: readonly Argument[]): Call {
  return { function: name, arguments: args };
}

/** The segment that process "writer" made first. */
export const SEGMENT: Marker = Marker.from("writer");

/** The same, for "writer" itself. */
export const OWN: Marker = Marker.result(0);

/** The last process of every run. */
export const REMOVER: Stage = process("remover", call("remove", SEGMENT));

function hello(random: Random): Prepared {
  const text = random.integer(2) === 0 ? "Hi other process!" : `Hi ${random.word(8)}!`;
  return {
    scenario: {
      stages: [
        process("writer", call("create", 4096), call("say", OWN, text)),
        process("reader", call("hear", SEGMENT)),
        REMOVER,
      ],
    },
    judge: (history) =>
      judgeValue(history, "writer", 1, true, "say() is to return true when the message fits into the segment.") ??
        judgeHeard(history, "reader", text),
  };
}

function asAsked(random: Random): Prepared {
  const size = 1 + random.integer(20_000);
  return {
    scenario: {
      stages: [
        process("writer", call("create", size), call("create", size), call("describe", OWN)),
        {
          roles: [
            { name: "remover", calls: [call("remove", SEGMENT), call("remove", Marker.from("writer", 1))] },
          ],
        },
      ],
    },
    judge: (history) => judgeNew(history) ?? judgeDescribed(history, "writer", { size, mode: MODE, attached: 0 }, 2),
    // Where both are the same, it cannot be removed twice.
    explain: judgeNew,
  };
}

/** Whether two segments that "writer" made are two. */
export function judgeNew(history: History): Finding | null {
  const [first, second] = [returnOf(history, "writer", 0), returnOf(history, "writer", 1)];
  if (second === undefined || !same(first?.value, second.value)) return null;
  return {
    kind: "wrong-result",
    message:
      `Two calls of create() gave the same segment, ${
        show(second.value)
      }. Each is to make a new one that nobody else has; a ` +
      "key that is always the same finds what is there already.",
    role: "writer",
    ...at(second),
    readNext: "shmget(2): IPC_PRIVATE",
  };
}

function letGo(random: Random): Prepared {
  const text = random.word(1 + random.integer(30));
  return {
    scenario: {
      stages: [
        process("writer", call("create", 100), call("say", OWN, text), call("describe", OWN)),
        process("reader", call("hear", SEGMENT), call("describe", SEGMENT)),
        REMOVER,
      ],
    },
    judge: (history) =>
      judgeDescribed(history, "writer", { attached: 0 }, 2) ??
        judgeDescribed(history, "reader", { attached: 0 }, 1) ??
        judgeHeard(history, "reader", text),
  };
}

/** Two who hear at the same time: each asks afterwards, when the other one may be at it still, or again. */
function letGoByTwo(random: Random): Prepared {
  const text = random.word(3);
  const reader = (name: string): Role => ({ name, calls: [call("hear", SEGMENT), call("describe", SEGMENT)] });
  const scenario = {
    stages: [
      process("writer", call("create", 8), call("say", OWN, text)),
      { roles: [reader("reader 1"), reader("reader 2")] },
      REMOVER,
    ],
  };
  return {
    scenario,
    judge: (history) =>
      judgeAttached(scenario, history) ?? judgeHeard(history, "reader 1", text) ??
        judgeHeard(history, "reader 2", text),
  };
}

/** All of them. */
export const CHECKS: readonly Check[] = [
  { name: "one process says it, another one hears it", points: 30, runs: 3, prepare: hello },
  { name: "a segment is new, as large as asked for, and private", points: 20, runs: 3, prepare: asAsked },
  {
    name: "each process detaches what it attached",
    points: 20,
    runs: 3,
    prepare: letGo,
    explore: { prepare: letGoByTwo },
  },
];
