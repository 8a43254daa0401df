/**
 * Who must have received which letters, in which order, and how many may have been in the mailbox.
 *
 * @module
 */
import {
  at,
  callCount,
  callOf,
  field,
  notesOf,
  type Of,
  plural,
  returnOf,
  same,
  show,
} from "../../lab/course/evidence.ts";
import type { History } from "../../lab/course/history.ts";
import { type Operation, operations } from "../../lab/course/operations.ts";
import type { Scenario, Value } from "../../lab/course/scenario.ts";
import type { Finding } from "../../lab/judge/finding.ts";

/** What is sent. */
export interface Letter {
  readonly text: string;
  readonly priority: number;
}

/** Far more calls of the library than a process makes that waits for so few letters. */
const SPINNING = 4000;

/** What is wrong with what the receivers got; null if every letter reached exactly one of them, as it was sent. */
export function judgeDelivery(history: History, receivers: readonly string[], sent: readonly Letter[]): Finding | null {
  return judgeWaiting(history, receivers) ?? judgeLetters(history, receivers, sent) ?? judgeCounts(history, receivers);
}

/** What explains that letters were still on their way when the run came to a stop. */
export function explainDelivery(
  history: History,
  receivers: readonly string[],
  sent: readonly Letter[],
): Finding | null {
  const spinning = judgeWaiting(history, receivers);
  if (spinning !== null) return spinning;
  const over = receivers.every((name) => returnOf(history, name) !== undefined);
  return over ? judgeLetters(history, receivers, sent) : null;
}

function judgeWaiting(history: History, receivers: readonly string[]): Finding | null {
  const spinner = receivers.find((name) => callCount(history, name) > SPINNING);
  return spinner === undefined ? null : {
    kind: "busy-waiting",
    message:
      `${spinner} made ${
        callCount(history, spinner)
      } calls of the library to wait for a few letters: it asks again and ` +
      "again. mq_receive sleeps by itself until there is a message.",
    role: spinner,
    readNext: "mq_receive(3); O_NONBLOCK in mq_open(3)",
  };
}

function judgeLetters(history: History, receivers: readonly string[], sent: readonly Letter[]): Finding | null {
  const notes = receivers.flatMap((name) => notesOf(history, name, "got"));
  for (const note of notes) {
    const [text, priority] = note.values;
    const letter = sent.find((one) => one.text === text);
    if (letter === undefined) return strange(note, sent);
    if (letter.priority !== priority) {
      return {
        kind: "wrong-result",
        message: `The letter ${show(text)} was sent with priority ${letter.priority} and arrived with ${
          show(priority)
        }.`,
        seen: show(priority),
        wanted: show(letter.priority),
        role: note.role,
        ...at(note),
        readNext: "mq_send(3), mq_receive(3): msg_prio",
      };
    }
  }
  for (const { text } of sent) {
    const got = notes.filter((note) => note.values[0] === text);
    if (got.length === 1) continue;
    const whom = got.map((note) => note.role);
    return {
      kind: "wrong-result",
      message: got.length === 0
        ? `The letter ${
          show(text)
        } reached nobody; ${notes.length} of ${sent.length} did, and every receiver believed that no more ` +
          "would come. What says so must not overtake a letter, and an empty mailbox says nothing of the kind."
        : `The letter ${show(text)} was received ${got.length} times, by ${
          whom.join(" and ")
        }. A letter in a mailbox is for one ` +
          "receiver: whoever comes first.",
      seen: plural(got.length, "time"),
      wanted: "1 time",
      ...(whom[0] === undefined ? {} : { role: whom[0] }),
      readNext: "mq_overview(7)",
    };
  }
  return null;
}

function strange(note: Of<"note">, sent: readonly Letter[]): Finding {
  const [text] = note.values;
  const longer = typeof text === "string" &&
    sent.some((letter) => text.startsWith(letter.text) && text !== letter.text);
  return {
    kind: "wrong-result",
    message: longer
      ? `${note.role} got ${
        show(text)
      }: a letter, and behind it what was in the buffer before. mq_receive says how long the message is.`
      : `${note.role} got ${show(text)}, and nobody has sent that.`,
    seen: show(text),
    wanted: "a letter as it was sent",
    role: note.role,
    ...at(note),
    readNext: "mq_receive(3), RETURN VALUE",
  };
}

function judgeCounts(history: History, receivers: readonly string[]): Finding | null {
  for (const name of receivers) {
    const returned = returnOf(history, name);
    const got = notesOf(history, name, "got").length;
    if (same(returned?.value, got)) continue;
    return {
      kind: "wrong-result",
      message:
        `receive() of ${name} is to return how many letters it got. It called got() ${
          plural(got, "time")
        } and returned ` +
        `${show(returned?.value)}.`,
      role: name,
      ...at(returned),
    };
  }
  return null;
}

/** Whether one receiver got letters, all of which were there when it came, in the order of a mailbox. */
export function judgeOrder(history: History, receiver: string, sent: readonly Letter[]): Finding | null {
  // The sort is stable: letters of the same priority stay in the order in which they were sent.
  const wanted = [...sent].sort((one, other) => other.priority - one.priority).map(({ text }) => text);
  const notes = notesOf(history, receiver, "got");
  const seen = notes.map((note) => note.values[0]);
  const wrong = wanted.findIndex((text, index) => seen[index] !== text);
  if (wrong === -1) return null;
  const priorities = (texts: readonly Value[]): string =>
    texts.map((text) => sent.find((letter) => letter.text === text)?.priority ?? "?").join(", ");
  return {
    kind: "order",
    message:
      "All letters were in the mailbox before the first one was taken out. The most urgent comes out first, and among letters " +
      `of the same priority the one that has been in longest. The ${ordinal(wrong)} was another one.`,
    seen: `priorities ${priorities(seen)}: ${show(seen)}`,
    wanted: `priorities ${priorities(wanted)}: ${show(wanted)}`,
    role: receiver,
    ...at(notes[wrong]),
    readNext: "mq_send(3), DESCRIPTION",
  };
}

function ordinal(index: number): string {
  return index === 0 ? "first" : index === 1 ? "second" : index === 2 ? "third" : `${index + 1}th`;
}

/** Whether exactly `capacity` letters had gone in when `sender` could do no more and `receiver` came. */
export function judgeCapacity(history: History, sender: string, receiver: string, capacity: number): Finding | null {
  const came = callOf(history, receiver)?.order ?? Infinity;
  const notes = notesOf(history, sender, "sent");
  const before = notes.filter((note) => note.order < came).length;
  if (before === capacity) return null;
  return {
    kind: "capacity",
    message: `The mailbox was made for ${plural(capacity, "letter")}, and nobody took any out. send() called sent() ` +
      `${plural(before, "time")} before it had to wait` +
      (before > capacity
        ? ": it says that a letter is in when it is, not before, and the mailbox has no more room than was asked for."
        : ": there was still room."),
    seen: plural(before, "letter"),
    wanted: plural(capacity, "letter"),
    role: sender,
    ...at(notes[before - 1]),
    readNext: "mq_open(3): mq_maxmsg",
  };
}

/**
 * Whether there were never more letters in the mailbox than its capacity, however its users overlapped. Each receiver that is at it
 * may hold one letter that it has not shown yet.
 */
export function judgeRoom(
  history: History,
  senders: readonly string[],
  receivers: readonly string[],
  capacity: number,
): Finding | null {
  let inside = 0;
  const receiving = new Set<string>();
  for (const event of history.events) {
    if (receivers.includes(event.role)) {
      if (event.kind === "call" && event.function === "receive") receiving.add(event.role);
      if (event.kind === "return") receiving.delete(event.role);
      if (event.kind === "note" && event.name === "got") inside--;
    }
    if (event.kind !== "note" || event.name !== "sent" || !senders.includes(event.role)) continue;
    inside++;
    if (inside - receiving.size <= capacity) continue;
    return {
      kind: "capacity",
      message: `The mailbox was made for ${plural(capacity, "letter")}. By its calls of sent() there were at least ` +
        `${
          inside - receiving.size
        } in it: it says that a letter is in when it is, not before, and the mailbox has no more ` +
        "room than was asked for.",
      seen: plural(inside - receiving.size, "letter"),
      wanted: `at most ${capacity}`,
      role: event.role,
      ...at(event),
      readNext: "mq_open(3): mq_maxmsg",
    };
  }
  return null;
}

/** Whether the calls of a role returned these values, one after another. */
export function judgeValues(history: History, role: string, wanted: readonly Value[]): Finding | null {
  for (const [index, value] of wanted.entries()) {
    const returned = returnOf(history, role, index);
    if (same(returned?.value, value)) continue;
    return {
      kind: "wrong-result",
      message:
        `${returned?.function}(), call ${index + 1} of ${role}, returned ${
          show(returned?.value)
        }. trySend() returns whether there ` +
        "was room, and tryReceive() the next letter, or null if there is none; neither waits.",
      seen: show(returned?.value),
      wanted: show(value),
      role,
      ...at(returned),
      readNext: "mq_overview(7); O_NONBLOCK in mq_open(3)",
    };
  }
  return null;
}

/**
 * Whether the answers of trySend() and tryReceive() at a mailbox for one letter, some of them at the same time, can all be true.
 * At the end everything was taken out.
 */
export function judgeTries(scenario: Scenario, history: History, letters: readonly Letter[]): Finding | null {
  const all = operations(scenario, history);
  const sends = all.filter((one) => one.function === "trySend");
  const takes = all.filter((one) => one.function === "tryReceive");
  const odd = sends.find((send) => typeof send.value !== "boolean") ??
    takes.find((take) => take.value !== null && !letters.some((letter) => same({ ...letter }, take.value)));
  if (odd !== undefined) {
    return wrongTry(odd, "trySend() returns true or false, and tryReceive() a letter that was sent, or null.");
  }
  for (const send of sends) {
    const { text } = send.arguments[1] as unknown as Letter;
    const taken = takes.filter((take) => same(field(take.value, "text"), text));
    if (taken.length === (send.value === true ? 1 : 0)) continue;
    return wrongTry(
      send,
      `It said ${show(send.value)}, and that letter came out ${
        plural(taken.length, "time")
      }, though everything was taken out ` +
        "in the end. The answer has to be what became of the letter.",
    );
  }
  const refused = sends.find((send) =>
    send.value === false && !sends.some((other) => other !== send && other.value === true && other.began < send.ended)
  );
  if (refused !== undefined) {
    return wrongTry(refused, "Nobody else's letter was in the mailbox, and there is room for one.");
  }
  const missed = takes.find((take) => take.value === null && stayed(take, sends, takes));
  return missed === undefined
    ? null
    : wrongTry(missed, "A letter had been in the mailbox all the time, and nobody else took it out before that.");
}

/** Whether some letter was in before `take` began, and came out only after it had come back. */
function stayed(take: Operation, sends: readonly Operation[], takes: readonly Operation[]): boolean {
  return sends.some((send) => {
    const text = (send.arguments[1] as unknown as Letter).text;
    const taken = takes.find((other) => same(field(other.value, "text"), text));
    return send.value === true && send.ended < take.began && (taken?.began ?? Infinity) > take.ended;
  });
}

function wrongTry({ function: name, value, by, line }: Operation, why: string): Finding {
  return {
    kind: "wrong-result",
    message: `${name}() of ${by.name} returned ${show(value)}. ${why}`,
    role: by.name,
    ...(line === undefined ? {} : { line }),
    readNext: "mq_overview(7); O_NONBLOCK in mq_open(3)",
  };
}
