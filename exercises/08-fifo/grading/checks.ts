/**
 * The checks that a student does not see.
 *
 * @module
 */
import type { HiddenChecks, Prepared, Random } from "../../../lab/course/definition.ts";
import { at, returnOf, show } from "../../../lab/course/evidence.ts";
import type { History } from "../../../lab/course/history.ts";
import type { Stage } from "../../../lab/course/scenario.ts";
import type { Finding } from "../../../lab/judge/finding.ts";
import { CREATING, CREATION, reader, REMOVAL, writer, writersFirst } from "../checks.ts";
import { judgeReceived } from "../judge.ts";

/** Bytes of the longest line, without its end: with it, PIPE_BUF. */
const LONGEST = 4095;

/** Letters of two, three and four bytes: reads will end within some. */
const LETTERS = ["\u00e4", "\u65e5", "\u{1F98A}"];

/** A line of so many bytes, most of them in letters of several. */
function foreign(random: Random, head: string, bytes: number, index: number): string {
  const start = `${head} ${index} ${random.word(6 + random.integer(4))} `;
  const letter = LETTERS[index % LETTERS.length] as string;
  const size = new TextEncoder().encode(letter).length;
  const room = bytes - start.length;
  return start + letter.repeat(Math.floor(room / size)) + "-".repeat(room % size);
}

/** Lines up to the longest that may be. */
function longAndForeign(random: Random): Prepared {
  const lines = (name: string): string[] =>
    Array.from(
      { length: 11 },
      (_, index) => foreign(random, name, index === 0 ? LONGEST : LONGEST - random.integer(2000), index),
    );
  return writersFirst({ "writer 1": lines("a"), "writer 2": lines("b") });
}

/** More than fits into the pipe, so that a writer has to stop in the middle of it; and another one, who has one thing to say. */
function longAndShort(random: Random): Prepared {
  const lines = Array.from({ length: 17 }, (_, index) => foreign(random, "a", LONGEST - (index % 3), index));
  return writersFirst({ "writer 1": lines, "writer 2": [random.word(2)] });
}

/** Somebody who has nothing to say opens the FIFO and closes it: that is an end of file, and an empty line is not. */
function nothingToSay(random: Random): Prepared {
  return writersFirst({ "writer 1": [], "writer 2": ["", random.word(5), ""], "writer 3": [] });
}

const CREATORS = ["creator 1", "creator 2", "creator 3"];

/** Several processes at once want the FIFO to be there: one makes it. */
function whoMakesIt(): Prepared {
  const lines: string[] = [];
  const { scenario, judge } = makers([{ roles: [reader(), writer("writer", lines)] }]);
  return {
    scenario: { stages: [...scenario.stages, CREATION, REMOVAL] },
    judge: (history) => judge(history) ?? judgeReceived(history, "reader", { writer: lines }),
  };
}

/** The FIFO is made, these stages happen, and it is removed. */
function makers(stages: readonly Stage[]): Prepared {
  return {
    scenario: {
      stages: [
        { roles: CREATORS.map((name) => ({ name, calls: [CREATING] })) },
        { roles: [{ name: "late creator", calls: [CREATING] }] },
        ...stages,
        REMOVAL,
      ],
    },
    judge: judgeMakers,
  };
}

/** Whether exactly one of those who called create() at once made the FIFO, and nobody later. */
export function judgeMakers(history: History): Finding | null {
  const values = CREATORS.map((name) => returnOf(history, name)?.value);
  if (values.filter((value) => value === true).length !== 1 || values.some((value) => typeof value !== "boolean")) {
    return {
      kind: "wrong-result",
      message:
        "Three processes called create() at once. Exactly one of them made the FIFO and returns true; for the others it was " +
        "already there, and they return false. Only mkfifo itself can tell which of them it was.",
      seen: show(values),
      wanted: "one true, two false",
      readNext: "mkfifo(3): EEXIST",
      ...at(returnOf(history, CREATORS[0] as string)),
    };
  }
  const late = returnOf(history, "late creator");
  if (late?.value === false) return null;
  return {
    kind: "wrong-result",
    message: "The FIFO was already there when create() was called, and create() did not return false.",
    seen: show(late?.value),
    wanted: "false",
    role: "late creator",
    readNext: "mkfifo(3): EEXIST",
    ...at(late),
  };
}

const checks: HiddenChecks = [
  {
    name: "lines as long as PIPE_BUF, in all languages",
    points: 10,
    runs: 3,
    prepare: longAndForeign,
    explore: { prepare: longAndShort, schedules: 60 },
  },
  {
    name: "a writer may have nothing to say",
    points: 10,
    runs: 3,
    prepare: nothingToSay,
    explore: { prepare: (random) => writersFirst({ "writer 1": [], "writer 2": ["", random.word(2)] }) },
  },
  {
    name: "one of several processes makes the FIFO",
    points: 10,
    runs: 3,
    prepare: whoMakesIt,
    explore: { prepare: () => makers([]) },
  },
];

export default checks;
