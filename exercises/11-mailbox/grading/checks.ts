/**
 * The checks that a student does not see.
 *
 * @module
 */
import type { HiddenChecks, Prepared, Random } from "../../../lab/course/definition.ts";
import { notesOf } from "../../../lab/course/evidence.ts";
import type { History } from "../../../lab/course/history.ts";
import type { Call } from "../../../lab/course/scenario.ts";
import { closing, creation, delivery, receiver, removal, sending, someLetters, STUCK } from "../checks.ts";
import { judgeRoom, judgeTries, judgeValues, type Letter } from "../judge.ts";

/** What does not wait: until the mailbox is full, and until it is empty again. */
function atOnce(random: Random): Prepared {
  const name = random.objectName();
  const capacity = 2 + random.integer(4);
  const letters = someLetters(random, capacity, 5);
  const late = { text: random.word(8), priority: 6 };
  const byPriority = [...letters].sort((one, other) => other.priority - one.priority);
  const trySend = (letter: Letter): Call => ({ function: "trySend", arguments: [name, { ...letter }] });
  const tryReceive = { function: "tryReceive", arguments: [name] };
  const [first, ...others] = byPriority as [Letter, ...Letter[]];
  const wanted = [null, ...letters.map(() => true), false, first, true, late, ...others, null].map((value) =>
    typeof value === "object" && value !== null ? { ...value } : value
  );
  const calls = [
    tryReceive,
    ...letters.map(trySend),
    trySend(late),
    tryReceive,
    trySend(late),
    ...Array<Call>(capacity + 1).fill(tryReceive),
  ];
  return {
    scenario: { stages: [creation(name, capacity), { roles: [{ name: "P1", calls }] }, removal(name)] },
    judge: (history) => judgeValues(history, "P1", wanted),
  };
}

/** Texts that look like an end to somebody who marks it by a text, and the longest ones. */
function awkward(random: Random): Prepared {
  const name = random.objectName();
  const texts = [
    "END",
    "end",
    "quit",
    "0",
    "-1",
    " ",
    "null",
    "\0",
    "stop",
    "\u00e4\u65e5\u{1F98A}",
    "x".repeat(200),
    random.word(3),
  ];
  const letters = random.shuffled(texts).map((text, index) => ({ text, priority: [0, 31, 1][index % 3] as number }));
  const roles = [{ name: "P1", calls: [sending(name, letters), closing(name, 1)] }, receiver("P2", name)];
  return delivery([creation(name, 4), { roles }, removal(name)], ["P2"], letters);
}

/** Two senders and three receivers; the mailbox is closed when everything else is over. */
function crowd(random: Random): Prepared {
  const name = random.objectName();
  const letters = someLetters(random, 36, 3);
  const receivers = ["P3", "P4", "P5"];
  const roles = [
    { name: "P1", calls: [sending(name, letters.slice(0, 18))] },
    { name: "P2", calls: [sending(name, letters.slice(18))] },
    ...receivers.map((role) => receiver(role, name)),
    { name: "P6", start: STUCK, calls: [closing(name, receivers.length)] },
  ];
  return delivery([creation(name, 5), { roles }, removal(name)], receivers, letters);
}

const SENDERS = ["P1", "P2"];

/** Two senders and a receiver at once; the mailbox is closed when everything else is over. */
function twoSenders(random: Random): Prepared {
  const name = random.objectName();
  const letters = someLetters(random, 4, 1);
  const roles = [
    ...SENDERS.map((role, at) => ({ name: role, calls: [sending(name, letters.slice(2 * at, 2 * at + 2))] })),
    receiver("P3", name),
    { name: "P4", start: STUCK, calls: [closing(name, 1)] },
  ];
  return delivery(
    [creation(name, 2), { roles }, removal(name)],
    ["P3"],
    letters,
    (history) => judgeRoom(history, SENDERS, ["P3"], 2),
  );
}

/** Whether one sender had sent something when the other one began, and not everything when the other one did. */
export function sentByTurns(history: History): boolean {
  const [first, second] = SENDERS.map((role) => notesOf(history, role, "sent").map((note) => note.order));
  const within = (order: number | undefined, others: readonly number[] = []): boolean =>
    order !== undefined && others.some((other) => other < order) && others.some((other) => other > order);
  return within(first?.[0], second) || within(second?.[0], first);
}

/** Three who do not wait, at once, at a mailbox for one letter; what is in it afterwards is taken out. */
function atOnceTogether(random: Random): Prepared {
  const name = random.objectName();
  const letters = someLetters(random, 2, 1);
  const roles = [
    ...letters.map((letter, at) => ({
      name: `P${at + 1}`,
      calls: [{ function: "trySend", arguments: [name, { ...letter }] }],
    })),
    { name: "P3", calls: [{ function: "tryReceive", arguments: [name] }] },
  ];
  const rest = { name: "P4", calls: Array<Call>(2).fill({ function: "tryReceive", arguments: [name] }) };
  const scenario = { stages: [creation(name, 1), { roles }, { roles: [rest] }, removal(name)] };
  return { scenario, judge: (history) => judgeTries(scenario, history, letters) };
}

const checks: HiddenChecks = [
  {
    name: "trySend() and tryReceive() answer at once",
    points: 10,
    runs: 3,
    prepare: atOnce,
    explore: { prepare: atOnceTogether },
  },
  { name: "any text is a letter", points: 10, runs: 3, prepare: awkward },
  {
    name: "two senders, three receivers",
    points: 10,
    runs: 3,
    prepare: crowd,
    explore: {
      prepare: twoSenders,
      overlap: { what: "a letter of one sender between two of another one", seen: sentByTurns },
    },
  },
];

export default checks;
