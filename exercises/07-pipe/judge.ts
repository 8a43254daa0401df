/**
 * What must have come through the pipe, and how the processes at its ends must have ended.
 *
 * @module
 */
import {
  at,
  eventsOf,
  field,
  listOf,
  notesOf,
  pidOf,
  plural,
  returnOf,
  same,
  show,
} from "../../lab/course/evidence.ts";
import type { History } from "../../lab/course/history.ts";
import type { Value } from "../../lab/course/scenario.ts";
import type { Finding } from "../../lab/judge/finding.ts";

const SIGPIPE = 13;

/** What is wrong with a call of `transfer` that came back; null if nothing is. */
export function judgeTransfer(history: History, role: string, messages: readonly string[], call = 0): Finding | null {
  const returned = returnOf(history, role, call);
  const place = { role, ...at(returned) };
  const received = listOf(field(returned?.value, "received"));
  if (received === null) {
    return {
      kind: "wrong-result",
      message: "transfer() is to return an object with the array `received` and the number `status`.",
      seen: show(returned?.value),
      ...place,
    };
  }
  const finding = judgeSender(history, role, messages.length) ?? judgeReceived(received, messages);
  if (finding !== null) return { ...place, ...finding };
  const status = field(returned?.value, "status");
  if (same(status, messages.length)) return null;
  return {
    kind: "wrong-result",
    message:
      `The child had ${
        plural(messages.length, "message")
      } to send and is to end with that number as its exit status; the ` +
      `parent is to find it out by waitpid. It returned ${show(status)}.`,
    seen: show(status),
    wanted: String(messages.length),
    readNext: "waitpid(2), WEXITSTATUS",
    ...place,
  };
}

/** Whether the child, and the child alone, said that it sends. */
function judgeSender(history: History, role: string, count: number): Finding | null {
  const notes = notesOf(history, role, "sending");
  const own = pidOf(history, role);
  const readNext = "fork(2)";
  if (notes.some((note) => note.pid === own)) {
    return {
      kind: "wrong-result",
      message: "It was the parent that called sending(). The parent receives; to send is the child's part.",
      readNext,
    };
  }
  const senders = new Set(notes.map((note) => note.pid));
  if (senders.size > 1) {
    return {
      kind: "wrong-result",
      message:
        `sending() was called in ${senders.size} child processes; one child is to send all messages. A child that does ` +
        "not end where its work ends goes on with its parent's.",
      readNext,
    };
  }
  const indexes = notes.map((note) => note.values[0]);
  const wanted = Array.from({ length: count }, (_, index) => index);
  if (same(indexes, wanted)) return null;
  return {
    kind: "wrong-result",
    message: "The child is to call sending(index) before each message, counting from 0.",
    seen: show(indexes),
    wanted: show(wanted),
  };
}

/** Whether each message arrived as it was sent. */
function judgeReceived(received: readonly Value[], messages: readonly string[]): Finding | null {
  if (same(received, messages)) return null;
  const sides = { seen: describe(received), wanted: describe(messages), readNext: "pipe(7), I/O on pipes and FIFOs" };
  const texts = received.filter((message) => typeof message === "string");
  if (texts.length === received.length && texts.join("") === messages.join("")) {
    return {
      kind: "wrong-result",
      message:
        "Every byte arrived, in order, but the messages begin and end at other places than they did. A pipe carries bytes " +
        "and knows of no messages: one read may give parts of several writes. The sender has to say how long each " +
        "message is.",
      ...sides,
    };
  }
  const index = messages.findIndex((message, at) => !same(received[at], message));
  const message = messages[index];
  if (message === undefined) {
    return {
      kind: "wrong-result",
      message: `${plural(messages.length, "message")} were sent, and ${received.length} were received.`,
      ...sides,
    };
  }
  const instead = received[index];
  if (received.length > messages.length) {
    return {
      kind: "wrong-result",
      message:
        `${
          plural(messages.length, "message")
        } were sent, and ${received.length} arrived: some arrived in pieces, as messages of their ` +
        "own. What you look for as the end of a message may occur in a message.",
      ...sides,
    };
  }
  const cutOff = messages.join("").startsWith(texts.join("")) || received.length === messages.length;
  if (cutOff && typeof instead === "string" && instead !== "" && message.startsWith(instead)) {
    return {
      kind: "short-transfer",
      message:
        `Message ${index} has ${message.length} characters, and only the first ${instead.length} arrived. A read gives ` +
        "what is there, up to what was asked for; it has to be repeated until the message is complete.",
      ...sides,
      readNext: "read(2), RETURN VALUE",
    };
  }
  if (received.length < messages.length) {
    return {
      kind: "wrong-result",
      message: `Message ${index} (${plural(message.length, "character")}) never arrived. ` +
        (message === ""
          ? "An empty message is a message, too: only a read that gives 0 bytes says that the sender is gone."
          : "What one process has read from a pipe, no other process gets: does somebody else read, too, such as a child that " +
            "goes on with its parent's part?"),
      ...sides,
    };
  }
  return {
    kind: "wrong-result",
    message: `Message ${index} arrived as something else.`,
    seen: `message ${index}: ${brief(instead)}; all: ${describe(received)}`,
    wanted: `message ${index}: ${brief(message)}; all: ${describe(messages)}`,
    readNext: "pipe(7), I/O on pipes and FIFOs",
  };
}

/**
 * What explains that a role came to a stop at its pipe: who holds an end that nobody should hold, or who waits for whom.
 */
export function explainStop(history: History, role: string): Finding | null {
  const end = history.ends.find((one) => one.role === role && (one.how === "stuck" || one.how === "killed"));
  const blocked = end?.blocked;
  if (end === undefined || blocked === undefined) return null;
  const place = {
    role,
    ...(blocked.line === undefined ? {} : { line: blocked.line }),
    ...(blocked.file === undefined ? {} : { file: blocked.file }),
  };
  const child = end.children?.[0];
  if (blocked.call === "read" && child === undefined) {
    return {
      kind: "deadlock",
      message:
        "The child has ended, and the parent waits in read() for ever: the end of file comes only when no process has a write " +
        "end of the pipe any more, and the parent still has its own.",
      readNext: "pipe(7), I/O on pipes and FIFOs",
      ...place,
    };
  }
  if (blocked.call === "waitpid" && child?.call === "computing") {
    return {
      kind: "no-progress",
      message:
        "The parent waits for the child to end, and the child goes on without end: it does not notice that nobody reads any " +
        "more. A write to a pipe without a reader raises SIGPIPE; where that is ignored, the write fails with EPIPE, and the " +
        "writer itself has to stop.",
      readNext: "pipe(7), I/O on pipes and FIFOs; write(2): EPIPE",
      ...place,
      ...(child.line === undefined ? {} : { line: child.line }),
    };
  }
  if (blocked.call === "waitpid" && child?.call === "write") {
    return {
      kind: "deadlock",
      message:
        "The parent waits in waitpid() for the child to end, and the child waits in write(): the pipe is full, and nobody reads. " +
        "Read before you wait; or, if you want no more, let no process keep a read end, neither the parent nor the child itself. " +
        "Only then does SIGPIPE end the writer.",
      readNext: "pipe(7), I/O on pipes and FIFOs; Pipe capacity",
      ...place,
    };
  }
  return null;
}

/**
 * What explains an error that came out of `transfer`: a length that is none. It is what a receiver gets that looks for the next
 * message at a wrong place.
 */
export function explainTransfer(history: History, role: string, messages: readonly string[]): Finding | null {
  const thrown = eventsOf(history, "throw", role)[0];
  if (thrown?.error.name !== "RangeError") return null;
  const place = { role, ...at(thrown), seen: `${thrown.error.name}: ${thrown.error.message}` };
  const ascii = messages.every((message) => new TextEncoder().encode(message).length === message.length);
  return ascii
    ? {
      kind: "short-transfer",
      message:
        "The receiver took bytes from the middle of a message for the length of the next one. A read gives what is there, up " +
        "to what was asked for; it has to be repeated until the message is complete, or the rest of it comes next. And nobody " +
        "else may read from that pipe, such as a child that goes on with its parent's part: what one process has read, no other gets.",
      readNext: "read(2), RETURN VALUE",
      ...place,
    }
    : {
      kind: "wrong-result",
      message:
        "The receiver took bytes from the middle of a message for the length of the next one. Among these messages are letters " +
        "of several bytes: the length has to count bytes, not characters.",
      readNext: "README.md, Task",
      ...place,
    };
}

/** The lengths of some messages. */
function describe(messages: readonly Value[]): string {
  const lengths = messages.slice(0, 12).map((message) => typeof message === "string" ? message.length : show(message));
  const more = messages.length > lengths.length ? ", …" : "";
  return `${plural(messages.length, "message")}, of ${lengths.join(", ") || "no"}${more} characters`;
}

function brief(message: Value): string {
  return typeof message === "string"
    ? `${show(message.slice(0, 24))} (${plural(message.length, "character")})`
    : show(message);
}

/** What is wrong with a call of `head` that came back; null if nothing is. */
export function judgeHead(history: History, role: string, count: number, call = 0): Finding | null {
  const returned = returnOf(history, role, call);
  const place = { role, ...at(returned) };
  const numbers = field(returned?.value, "numbers");
  const wanted = Array.from({ length: count }, (_, index) => index + 1);
  if (!same(numbers, wanted)) {
    return {
      kind: "wrong-result",
      message: `head(${count}) is to return the first ${
        plural(count, "number")
      } that the child sends, and the child counts from 1.`,
      seen: show(numbers),
      wanted: show(wanted),
      ...place,
    };
  }
  const signal = field(returned?.value, "signal");
  if (same(signal, SIGPIPE)) return null;
  return {
    kind: "wrong-result",
    message:
      `The child counts for ever. It is SIGPIPE (${SIGPIPE}) that ends it, when it writes and nobody can read any more; waitpid ` +
      `tells the parent. head() says it was ${show(signal)}.`,
    seen: show(signal),
    wanted: String(SIGPIPE),
    readNext: "pipe(7), SIGPIPE; waitpid(2), WTERMSIG",
    ...place,
  };
}
