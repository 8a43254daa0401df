/**
 * The checks that a student sees.
 *
 * @module
 */
import type { Check, Prepared, Random } from "../../lab/course/definition.ts";
import { type Call, Marker } from "../../lab/course/scenario.ts";
import { explainStop, explainTransfer, judgeHead, judgeTransfer } from "./judge.ts";

const ROLE = "parent";

/** More than a pipe holds (65536 bytes): no single read and no single write can move it. */
export const MORE_THAN_A_PIPE = 66_000;

/** A call of `transfer`. */
export function transferring(messages: readonly string[]): Call {
  return { function: "transfer", arguments: [messages, Marker.callback("sending")] };
}

/** One process that sends these messages to itself, through a child. */
export function transfer(messages: readonly string[]): Prepared {
  return {
    scenario: { stages: [{ roles: [{ name: ROLE, calls: [transferring(messages)] }] }] },
    judge: (history) => judgeTransfer(history, ROLE, messages),
    explain: (history) => explainStop(history, ROLE) ?? explainTransfer(history, ROLE, messages),
  };
}

/** One process that takes the first `count` numbers of an endless child. */
export function head(count: number): Prepared {
  return {
    scenario: { stages: [{ roles: [{ name: ROLE, calls: [{ function: "head", arguments: [count] }] }] }] },
    judge: (history) => judgeHead(history, ROLE, count),
    explain: (history) => explainStop(history, ROLE),
  };
}

/** A text of so many letters. */
export function longText(random: Random, length: number): string {
  return random.word(97).repeat(Math.ceil(length / 97)).slice(0, length);
}

function few(random: Random): Prepared {
  const messages = Array.from({ length: 3 + random.integer(5) }, () => random.word(6 + random.integer(40)));
  return transfer(messages);
}

function large(random: Random): Prepared {
  const messages = [
    random.word(5),
    longText(random, MORE_THAN_A_PIPE + random.integer(20_000)),
    random.word(7),
  ];
  return transfer(random.shuffled(messages));
}

function endless(random: Random): Prepared {
  return head(1 + random.integer(20));
}

/** All that can be between two processes and a pipe: a message, an empty one, another one, and the end. */
function three(random: Random): Prepared {
  return transfer([random.word(3), "", random.word(4)]);
}

/** A message for which there is never room. */
function larger(random: Random): Prepared {
  return transfer([longText(random, MORE_THAN_A_PIPE), random.word(2)]);
}

/** All of them. A number that `head` sends takes only a few bytes of the pipe: its schedules would be too long to search. */
export const CHECKS: readonly Check[] = [
  {
    name: "messages arrive one by one, in order",
    points: 30,
    runs: 6,
    prepare: few,
    explore: { prepare: three, faults: ["short"] },
  },
  {
    name: "a message that is larger than the pipe arrives whole",
    points: 20,
    runs: 4,
    prepare: large,
    explore: { prepare: larger, faults: ["short"], schedules: 300 },
  },
  { name: "a reader that has enough ends an endless writer", points: 20, runs: 4, prepare: endless },
];
