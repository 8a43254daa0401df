/**
 * The checks that a student sees.
 *
 * @module
 */
import type { Check, Prepared, Random } from "../../lab/course/definition.ts";
import { returnOf } from "../../lab/course/evidence.ts";
import type { History } from "../../lab/course/history.ts";
import { type Call, Marker, type Role, type Stage, type Trigger } from "../../lab/course/scenario.ts";
import type { Finding } from "../../lab/judge/finding.ts";
import { explainDelivery, judgeCapacity, judgeDelivery, judgeOrder, judgeRoom, type Letter } from "./judge.ts";

/** When nothing goes on any more. */
export const STUCK: Trigger = { kind: "stuck" };

/** A stage that makes the mailbox. */
export function creation(name: string, capacity: number): Stage {
  return { roles: [{ name: "creator", calls: [{ function: "create", arguments: [name, capacity] }] }] };
}

/** A stage that removes it. */
export function removal(name: string): Stage {
  return { roles: [{ name: "remover", calls: [{ function: "destroy", arguments: [name] }] }] };
}

/** A call of `send`, whose progress is noted under "sent". */
export function sending(name: string, letters: readonly Letter[]): Call {
  return { function: "send", arguments: [name, letters.map((letter) => ({ ...letter })), Marker.callback("sent")] };
}

/** A call of `close`. */
export function closing(name: string, receivers: number): Call {
  return { function: "close", arguments: [name, receivers] };
}

/** A process that receives; what it gets is noted under "got". */
export function receiver(role: string, name: string, start?: Trigger): Role {
  const calls = [{ function: "receive", arguments: [name, Marker.callback("got")] }];
  return { name: role, calls, ...(start && { start }) };
}

/** Letters with different texts. */
export function someLetters(random: Random, count: number, priorities: number): Letter[] {
  return Array.from({ length: count }, (_, index) => ({
    text: `${index + 1} ${random.word(4 + random.integer(12))}`,
    priority: random.integer(priorities),
  }));
}

/** Stages in which these receivers must get these letters; `also` looks at more. */
export function delivery(
  stages: readonly Stage[],
  receivers: readonly string[],
  letters: readonly Letter[],
  also: (history: History) => Finding | null = () => null,
): Prepared {
  return {
    scenario: { stages },
    judge: (history) => judgeDelivery(history, receivers, letters) ?? also(history),
    explain: (history) => explainDelivery(history, receivers, letters),
  };
}

function threeProcesses(random: Random): Prepared {
  const name = random.objectName();
  const letters = someLetters(random, 24 + random.integer(12), 4);
  const roles = [
    { name: "P1", calls: [sending(name, letters), closing(name, 2)] },
    receiver("P2", name),
    receiver("P3", name),
  ];
  return delivery([creation(name, 2 + random.integer(4)), { roles }, removal(name)], ["P2", "P3"], letters);
}

function urgent(random: Random): Prepared {
  const name = random.objectName();
  const letters = random.shuffled([
    { text: `first ${random.word(5)}`, priority: 0 },
    { text: `second ${random.word(5)}`, priority: 0 },
    { text: `third ${random.word(5)}`, priority: 2 },
    { text: `fourth ${random.word(5)}`, priority: 2 },
    { text: `fifth ${random.word(5)}`, priority: 9 },
  ]);
  const capacity = letters.length + 1;
  const prepared = delivery(
    [
      creation(name, capacity),
      { roles: [{ name: "sender", calls: [sending(name, letters), closing(name, 1)] }] },
      { roles: [receiver("receiver", name)] },
      removal(name),
    ],
    ["receiver"],
    letters,
    (history) => judgeOrder(history, "receiver", letters),
  );
  // There is room for all letters and the end. A sender that waits has less.
  const waits = (history: History): boolean => returnOf(history, "sender", 1) === undefined;
  return {
    ...prepared,
    explain: (history) => waits(history) ? judgeCapacity(history, "sender", "receiver", capacity) : null,
  };
}

function full(random: Random): Prepared {
  const name = random.objectName();
  const capacity = 2 + random.integer(8);
  const letters = someLetters(random, capacity + 3, 3);
  const roles = [
    { name: "sender", calls: [sending(name, letters), closing(name, 1)] },
    receiver("receiver", name, STUCK),
  ];
  const room = (history: History): Finding | null => judgeCapacity(history, "sender", "receiver", capacity);
  return delivery([creation(name, capacity), { roles }, removal(name)], ["receiver"], letters, room);
}

function empty(random: Random): Prepared {
  const name = random.objectName();
  const letters = someLetters(random, 5, 3);
  const roles = [
    receiver("P2", name),
    receiver("P3", name),
    { name: "P1", start: STUCK, calls: [sending(name, letters), closing(name, 2)] },
  ];
  return delivery([creation(name, 3), { roles }, removal(name)], ["P2", "P3"], letters);
}

/** One who sends and closes, and these receivers, all at once. For the search: any of them may be stopped anywhere. */
function sharing(random: Random, capacity: number, count: number, receivers: readonly string[]): Prepared {
  const name = random.objectName();
  const letters = someLetters(random, count, 2);
  const roles = [
    { name: "P1", calls: [sending(name, letters), closing(name, receivers.length)] },
    ...receivers.map((role) => receiver(role, name)),
  ];
  return delivery(
    [creation(name, capacity), { roles }, removal(name)],
    receivers,
    letters,
    (history) => judgeRoom(history, ["P1"], receivers, capacity),
  );
}

/** All of them. */
export const CHECKS: readonly Check[] = [
  {
    name: "one sends, two receive: each letter reaches one of them",
    points: 25,
    runs: 4,
    prepare: threeProcesses,
    explore: { prepare: (random) => sharing(random, 2, 2, ["P2", "P3"]) },
  },
  { name: "an urgent letter overtakes the others", points: 15, runs: 3, prepare: urgent },
  {
    name: "a sender waits while the mailbox is full",
    points: 15,
    runs: 3,
    prepare: full,
    explore: { prepare: (random) => sharing(random, 1, 3, ["P2"]) },
  },
  {
    name: "receivers wait while it is empty",
    points: 15,
    runs: 3,
    prepare: empty,
    explore: { prepare: (random) => sharing(random, 1, 1, ["P2", "P3"]) },
  },
];
