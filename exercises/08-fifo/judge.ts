/**
 * What must have come out of a FIFO, and who must have waited for whom.
 *
 * @module
 */
import { at, callOf, notesOf, type Of, plural, returnOf, same, show } from "../../lab/course/evidence.ts";
import type { History } from "../../lab/course/history.ts";
import type { Value } from "../../lab/course/scenario.ts";
import type { Finding } from "../../lab/judge/finding.ts";

/** What each writer sent, by its role's name. */
export interface Lines {
  readonly [writer: string]: readonly string[];
}

/** What is wrong with the lines that `reader` got; null if each writer's are all there, whole and in order. */
export function judgeReceived(history: History, reader: string, sent: Lines): Finding | null {
  const received = notesOf(history, reader, "got").map((note) => note.values[0]);
  const finding = judgeWhole(received, sent) ?? judgeComplete(received, sent) ?? judgeOrder(received, sent);
  return finding === null ? null : { role: reader, ...at(returnOf(history, reader)), ...finding };
}

/** Whether every line that was received is one that was sent. */
function judgeWhole(received: readonly Value[], sent: Lines): Finding | null {
  const known = new Set<Value>(Object.values(sent).flat());
  const strangers = received.filter((line) => !known.has(line));
  const stranger = strangers[0];
  if (strangers.length === 0) return null;
  const sides = { seen: show(stranger), wanted: "only lines that were sent, each as it was sent" };
  const several = Object.keys(sent).length > 1;
  const all = Object.values(sent).flat();
  if (typeof stranger === "string" && stranger.includes("\ufffd")) {
    return {
      kind: "short-transfer",
      message:
        `${
          plural(strangers.length, "line")
        } arrived with broken letters. A read ends where it ends, in the middle of a letter of ` +
        "several bytes, too: decode when the line is complete, or with `{ stream: true }`.",
      ...sides,
      readNext: "TextDecoder: stream",
    };
  }
  if (typeof stranger === "string" && all.some((line) => line !== stranger && line.includes(stranger))) {
    return {
      kind: "short-transfer",
      message:
        `${
          plural(strangers.length, "line")
        } arrived in pieces. A read gives what is there, which may end in the middle of a line` +
        (several ? "; and only a write of at most PIPE_BUF bytes is sure to stay together." : "."),
      ...sides,
      readNext: "pipe(7), I/O on pipes and FIFOs; PIPE_BUF",
    };
  }
  return {
    kind: "wrong-result",
    message: several
      ? `${
        plural(strangers.length, "line")
      } arrived that nobody sent: bytes of different writers are mixed. Each write of at most ` +
        "PIPE_BUF bytes goes in as one piece, but two writes are two pieces, and a longer one may be cut anywhere."
      : `${plural(strangers.length, "line")} arrived that nobody sent.`,
    ...sides,
    readNext: "pipe(7), PIPE_BUF",
  };
}

/** Whether every line that was sent was received, as often. */
function judgeComplete(received: readonly Value[], sent: Lines): Finding | null {
  const counts = new Map<Value, number>();
  for (const line of received) counts.set(line, (counts.get(line) ?? 0) + 1);
  for (const [writer, lines] of Object.entries(sent)) {
    for (const [index, line] of lines.entries()) {
      const count = counts.get(line) ?? 0;
      const wanted = times(line, sent);
      if (count === wanted) continue;
      return {
        kind: "wrong-result",
        message: count < wanted
          ? `Line ${index + 1} of ${writer} never arrived; ${received.length} of ${
            all(sent)
          } lines did. The end of file comes when ` +
            "every writer has closed its end, and not before: a read of 0 bytes, nothing else, says so."
          : `Line ${index + 1} of ${writer} arrived ${count} times, and was sent ${
            wanted === 1 ? "once" : `${wanted} times`
          }.`,
        seen: `${plural(received.length, "line")}`,
        wanted: `${plural(all(sent), "line")}`,
        readNext: "pipe(7), I/O on pipes and FIFOs",
      };
    }
  }
  return null;
}

/** How often a line was sent. */
function times(line: string, sent: Lines): number {
  return Object.values(sent).flat().filter((one) => one === line).length;
}

function all(sent: Lines): number {
  return Object.values(sent).reduce((sum, lines) => sum + lines.length, 0);
}

/** Whether the lines of each writer came in the order in which it sent them. */
function judgeOrder(received: readonly Value[], sent: Lines): Finding | null {
  for (const [writer, lines] of Object.entries(sent)) {
    // A line that others send as well may be anybody's.
    const others = new Set(Object.entries(sent).flatMap(([name, theirs]) => name === writer ? [] : theirs));
    const own = lines.filter((line) => !others.has(line));
    const seen = received.filter((line) => own.some((one) => one === line));
    if (same(seen, own)) continue;
    return {
      kind: "order",
      message:
        `The lines of ${writer} arrived in another order than they were sent. What one process writes into a FIFO comes out ` +
        "in the same order.",
      seen: show(seen),
      wanted: show(own),
    };
  }
  return null;
}

/** Whether `writer` was still at it when `reader` came: it has to wait in open(2) until there is somebody to read. */
export function judgeWriterWaited(history: History, writer: string, reader: string): Finding | null {
  const returned = cameBackBefore(history, writer, reader);
  return returned === null ? null : {
    kind: "order",
    message:
      `send() of ${writer} came back before anybody had begun to read. To open a FIFO for writing waits for a reader; a ` +
      "writer that does not wait talks to nobody, and what it wrote is gone when it closes.",
    role: writer,
    ...at(returned),
    readNext: "fifo(7)",
  };
}

/** Whether `reader` was still at it when `writer` came. */
export function judgeReaderWaited(history: History, reader: string, writer: string): Finding | null {
  const returned = cameBackBefore(history, reader, writer);
  return returned === null ? null : {
    kind: "order",
    message:
      `receive() came back before ${writer} had begun to send. To open a FIFO for reading waits for a writer; with O_NONBLOCK ` +
      "it does not, and then a read of 0 bytes may as well say that nobody has come yet.",
    role: reader,
    ...at(returned),
    readNext: "fifo(7)",
  };
}

/** The return of `one`, if it was before the call of `other`. */
function cameBackBefore(history: History, one: string, other: string): Of<"return"> | null {
  const returned = returnOf(history, one);
  return returned !== undefined && returned.order < (callOf(history, other)?.order ?? Infinity) ? returned : null;
}

/** What explains that `reader` waits for ever though all of its writers are gone. */
export function explainReader(history: History, reader: string, writers: readonly string[]): Finding | null {
  const end = history.ends.find((one) => one.role === reader && one.how === "stuck");
  const gone = writers.every((name) => returnOf(history, name) !== undefined);
  if (end?.blocked?.call !== "read" || !gone) return null;
  return {
    kind: "deadlock",
    message:
      "All writers have sent their lines and closed the FIFO, and the reader waits in read() for ever: the end of file comes when " +
      "no process has the FIFO open for writing any more. Who opens it by O_RDWR is a writer, too.",
    role: reader,
    ...(end.blocked.line === undefined ? {} : { line: end.blocked.line }),
    ...(end.blocked.file === undefined ? {} : { file: end.blocked.file }),
    readNext: "fifo(7), pipe(7)",
  };
}
