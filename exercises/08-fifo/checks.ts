/**
 * The checks that a student sees.
 *
 * Whoever waits in open(2) for the other side is already counted as one who has the FIFO open. So where a reader starts once all
 * writers wait, it has all of them before the first byte: its end of file comes when the last of them has closed.
 *
 * @module
 */
import type { Check, Prepared, Random } from "../../lab/course/definition.ts";
import { returnOf } from "../../lab/course/evidence.ts";
import type { History } from "../../lab/course/history.ts";
import { type Call, Marker, type Role, type Stage, type Trigger } from "../../lab/course/scenario.ts";
import type { Finding } from "../../lab/judge/finding.ts";
import { explainReader, judgeReaderWaited, judgeReceived, judgeWriterWaited, type Lines } from "./judge.ts";

/** The path of the FIFO. */
export const PATH: Marker = Marker.scratch("fifo");

const STUCK: Trigger = { kind: "stuck" };

/** A call of `create`. */
export const CREATING: Call = { function: "create", arguments: [PATH] };

/** A stage that makes the FIFO. */
export const CREATION: Stage = { roles: [{ name: "creator", calls: [CREATING] }] };

/** A stage that removes the FIFO. */
export const REMOVAL: Stage = { roles: [{ name: "remover", calls: [{ function: "destroy", arguments: [PATH] }] }] };

/** A process that sends lines. */
export function writer(name: string, lines: readonly string[], start?: Trigger): Role {
  return { name, calls: [{ function: "send", arguments: [PATH, lines] }], ...(start && { start }) };
}

/** The process that receives; its lines are noted under "got". */
export function reader(start?: Trigger): Role {
  const calls = [{ function: "receive", arguments: [PATH, Marker.callback("got")] }];
  return { name: "reader", calls, ...(start && { start }) };
}

/** Writers who wait for the reader: all of them have the FIFO open when the first byte goes in. */
export function writersFirst(sent: Lines): Prepared {
  const names = Object.keys(sent);
  const waited = (history: History): Finding | null => {
    for (const name of names) {
      const finding = judgeWriterWaited(history, name, "reader");
      if (finding !== null) return finding;
    }
    return null;
  };
  const writers = names.map((name) => writer(name, sent[name] ?? []));
  return received([CREATION, { roles: [...writers, reader(STUCK)] }, REMOVAL], sent, waited);
}

/** A reader who waits for the writer. */
export function readerFirst(lines: readonly string[]): Prepared {
  const stages = [CREATION, { roles: [reader(), writer("writer", lines, STUCK)] }, REMOVAL];
  return received(stages, { writer: lines }, (history) => judgeReaderWaited(history, "reader", "writer"));
}

/** Stages in which "reader" must receive what was sent; `waited` says whether they waited for one another. */
function received(stages: readonly Stage[], sent: Lines, waited: (history: History) => Finding | null): Prepared {
  const judge = (history: History): Finding | null => waited(history) ?? judgeReceived(history, "reader", sent);
  return {
    scenario: { stages },
    judge,
    // A reader that is done too early leaves its writers to SIGPIPE, or to wait for ever.
    explain: (history) =>
      returnOf(history, "reader") === undefined
        ? waited(history) ?? explainReader(history, "reader", Object.keys(sent))
        : judge(history),
  };
}

/** Different lines: each has its place and something that nobody can guess. */
export function someLines(random: Random, count: number, length: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const text = `${index + 1} ${random.word(8)} `;
    return text + random.word(7).repeat(Math.ceil(length / 7)).slice(0, Math.max(0, length - text.length));
  });
}

function oneReads(random: Random): Prepared {
  return readerFirst(someLines(random, 1 + random.integer(9), 30));
}

function oneWaits(random: Random): Prepared {
  return writersFirst({ writer: someLines(random, 1 + random.integer(9), 30) });
}

function severalWrite(random: Random): Prepared {
  const lines = (name: string): string[] =>
    someLines(random, 110, 700 + random.integer(50)).map((line) => `${name} ${line}`);
  // Each of them has more to say than a pipe holds: their writes meet when it is full.
  return writersFirst({ "writer 1": lines("a"), "writer 2": lines("b"), "writer 3": lines("c") });
}

/** A reader and a writer who come at the same time: whoever is first waits for the other. */
function bothCome(roles: readonly ("reader" | "writer")[], lines: readonly string[]): Prepared {
  const made = roles.map((role) => role === "reader" ? reader() : writer(role, lines));
  const judge = (history: History): Finding | null =>
    judgeReaderWaited(history, "reader", "writer") ?? judgeWriterWaited(history, "writer", "reader");
  return received([CREATION, { roles: made }, REMOVAL], { writer: lines }, judge);
}

/** All of them. */
export const CHECKS: readonly Check[] = [
  {
    name: "what one process writes, another one reads",
    points: 25,
    runs: 3,
    prepare: oneReads,
    explore: { prepare: (random) => bothCome(["reader", "writer"], [random.word(2), random.word(3)]) },
  },
  {
    name: "a writer waits for its reader",
    points: 20,
    runs: 3,
    prepare: oneWaits,
    explore: { prepare: (random) => bothCome(["writer", "reader"], [random.word(2)]) },
  },
  {
    name: "the lines of several writers stay whole",
    points: 25,
    runs: 4,
    prepare: severalWrite,
    explore: { prepare: (random) => writersFirst({ "writer 1": [random.word(2)], "writer 2": [random.word(3)] }) },
  },
];
