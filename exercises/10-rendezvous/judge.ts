/**
 * What a rendezvous must do, as oracles over what its users saw. A call that has not come back may or may not have met
 * someone; each oracle finds only what no choice can explain.
 *
 * @module
 */
import { show } from "../../lab/course/evidence.ts";
import type { History } from "../../lab/course/history.ts";
import { objectOf, type Operation, operations, stuckIn } from "../../lab/course/operations.ts";
import type { Scenario } from "../../lab/course/scenario.ts";
import type { Finding } from "../../lab/judge/finding.ts";
import type { Side } from "./scenario.ts";

/** The calls of exchange() at one rendezvous, each list in the order in which the calls began. */
export type Meetings = { readonly [side in Side]: readonly Operation[] };

/** The calls at the rendezvous `name`. */
export function meetingsAt(scenario: Scenario, history: History, name: string): Meetings {
  const calls = operations(scenario, history)
    .filter((operation) => operation.function === "exchange" && objectOf(operation) === name);
  const at = (side: Side): Operation[] => calls.filter((call) => call.arguments[1] === side);
  return { left: at("left"), right: at("right") };
}

/** What is wrong with a rendezvous; null if the calls that came back can be paired, each with one that it overlapped. */
export function judgeMeetings(meetings: Meetings): Finding | null {
  return leftTooEarly(meetings, "left") ?? leftTooEarly(meetings, "right") ??
    notFromTheOther(meetings, "left") ?? notFromTheOther(meetings, "right") ??
    notMutual(meetings);
}

/** More calls came back at one side than had begun at the other: someone left before anyone had come to meet them. */
function leftTooEarly(meetings: Meetings, side: Side): Finding | null {
  const other = opposite(side);
  const returned = meetings[side].filter((call) => call.ended < Infinity).sort((a, b) => a.ended - b.ended);
  let arrived = 0;
  for (const [before, call] of returned.entries()) {
    while (arrived < meetings[other].length && (meetings[other][arrived] as Operation).began < call.ended) arrived++;
    if (before < arrived) continue;
    return {
      kind: "order",
      message: `${call.by.name} came back from exchange(${valueOf(call)}) at the ${side} side too early: ` +
        (arrived === 0
          ? `nobody had come to the ${other} side yet. `
          : `it was number ${before + 1} to leave there, and at the ${other} side only ${arrived} had come. `) +
        "Nobody may leave before the other one is there: wait for a sign that only the other side gives, once for each " +
        "meeting, and that is used up by the waiting.",
      seen: `${before + 1} left at the ${side}, ${arrived} had arrived at the ${other}`,
      wanted: "exchange() blocks until someone has come to the other side",
      readNext: "README.md on signs in both directions; sem_wait(3)",
      ...at(call),
    };
  }
  return null;
}

/** A call returned something else than a value that was given at the other side, or one that went to someone else before. */
function notFromTheOther(meetings: Meetings, side: Side): Finding | null {
  const other = opposite(side);
  const given = new Set(meetings[other].map(valueOf));
  const received = new Map<number, Operation>();
  for (const call of meetings[side]) {
    if (call.ended === Infinity) continue;
    const value = call.value as number;
    const before = received.get(value);
    const wrong = !given.has(value)
      ? stranger(meetings, side, call)
      : before === undefined
      ? null
      : again(before, call);
    if (wrong === null) {
      received.set(value, call);
      continue;
    }
    return {
      kind: "wrong-result",
      message: wrong,
      seen: show(call.value),
      wanted: `the value that was given at the ${other} side in this meeting`,
      readNext: "README.md on when a value may be overwritten",
      ...at(call),
    };
  }
  return null;
}

function stranger(meetings: Meetings, side: Side, call: Operation): string {
  const said = `${call.by.name} gave ${valueOf(call)} at the ${side} side and got back ${show(call.value)}, `;
  if (call.value === valueOf(call)) return `${said}its own value. Each side needs a place of its own for its value.`;
  const owner = meetings[side].find((one) => valueOf(one) === call.value);
  if (owner !== undefined) {
    return `${said}a value that ${owner.by.name} gave at the same side. Values must only cross from one side to the other.`;
  }
  if (typeof call.value !== "number") return `${said}which is no number. exchange() returns the other side's value.`;
  return said + "which nobody gave at the other side. " +
    (call.value === 0
      ? "0 is what memory holds that was never written: it looked before the other side had stored its value, at another " +
        "place than the other side used, or at memory of its own."
      : "Is every value stored and returned as a signed number of 32 bits?");
}

function again(before: Operation, call: Operation): string {
  const whom = before.by.name === call.by.name ? "it had already got" : `${before.by.name} had already got`;
  return `${call.by.name} got ${
    show(call.value)
  }, the value that ${whom} in another meeting. It looked before the other ` +
    "side had stored its next value, or two processes of one side were in the same meeting.";
}

/** A got B's value, but B got another one than A's. */
function notMutual(meetings: Meetings): Finding | null {
  const partners = new Map(meetings.right.map((call) => [valueOf(call), call]));
  for (const call of meetings.left) {
    const partner = call.ended === Infinity ? undefined : partners.get(call.value as number);
    if (partner === undefined || partner.ended === Infinity || partner.value === valueOf(call)) continue;
    return {
      kind: "wrong-result",
      message: `${call.by.name} gave ${valueOf(call)} and got ${show(call.value)} from ${partner.by.name}, but ` +
        `${partner.by.name} got ${
          show(partner.value)
        } in return. Two meetings were mixed: a value was overwritten before ` +
        "it was read, or a third process came into a meeting that was not over.",
      seen: `${partner.by.name} got ${show(partner.value)}`,
      wanted: `${partner.by.name} gets ${valueOf(call)}: the two of a meeting get each other's value`,
      readNext: "README.md on when a value may be overwritten",
      ...at(partner),
    };
  }
  return null;
}

/** A process that was alone came to no end, but it did not block either: it spins. */
export function spins(history: History, stage: number): Finding | null {
  const end = history.ends.find((one) => one.stage === stage && one.blocked?.call === "computing");
  if (end === undefined) return null;
  return {
    kind: "busy-waiting",
    message:
      `${end.role} is alone and has to wait, but it runs on and keeps a processor busy. A process that waits must ` +
      "sleep in the kernel until another one wakes it: wait on a semaphore, or for a message.",
    seen: "the process computes",
    wanted: "the process is blocked in a call",
    readNext: "sem_wait(3)",
    role: end.role,
    ...(end.blocked?.line === undefined ? {} : { line: end.blocked.line }),
    ...(end.blocked?.file === undefined ? {} : { file: end.blocked.file }),
  };
}

/** A run that got stuck: who waits at which side. */
export function stuckAt(scenario: Scenario, history: History): Finding | null {
  const waiting = stuckIn(scenario, history).filter(({ operation }) => operation.function === "exchange");
  const [first] = waiting;
  if (first === undefined) return null;
  const sides = new Set(waiting.map(({ operation }) => operation.arguments[1]));
  const why = sides.size === 2
    ? "Both sides are there, and yet they do not meet: each waits for a sign that the other one gives only later, or for " +
      "one that was given and that somebody else has used up, or somebody keeps a mutex."
    : "Everyone else has left, and each of them was to meet one of these: a sign was lost or used up twice, or somebody " +
      "left with a mutex in hand.";
  return {
    kind: "deadlock",
    message: `Nobody can go on: ${waiting.map(({ words }) => words).join("; ")}. ${why}`,
    seen: sides.size === 2 ? "left and right both wait" : `only the ${[...sides].join()} side waits`,
    wanted: "two who are at different sides meet",
    readNext: "README.md on signs in both directions",
    role: first.end.role,
    ...(first.end.blocked?.line === undefined ? {} : { line: first.end.blocked.line }),
    ...(first.end.blocked?.file === undefined ? {} : { file: first.end.blocked.file }),
  };
}

function opposite(side: Side): Side {
  return side === "left" ? "right" : "left";
}

function valueOf(call: Operation): number {
  return call.arguments[2] as number;
}

function at(operation: Operation): { role: string; line?: number } {
  return { role: operation.by.name, ...(operation.line === undefined ? {} : { line: operation.line }) };
}
