/**
 * What a segment must have been, and what must have been read from it.
 *
 * @module
 */
import { at, field, plural, returnOf, same, show } from "../../lab/course/evidence.ts";
import type { History } from "../../lab/course/history.ts";
import { operations } from "../../lab/course/operations.ts";
import type { Scenario, Value } from "../../lab/course/scenario.ts";
import type { Finding } from "../../lab/judge/finding.ts";

/** What is wrong with what call number `call` of `role` heard; null if it is `text`. */
export function judgeHeard(history: History, role: string, text: string, call = 0): Finding | null {
  const returned = returnOf(history, role, call);
  const heard = returned?.value;
  if (heard === text) return null;
  return {
    kind: "wrong-result",
    ...whyOther(heard, text),
    seen: show(heard),
    wanted: show(text),
    role,
    ...at(returned),
  };
}

function whyOther(heard: Value, text: string): { readonly message: string; readonly readNext?: string } {
  if (heard === null) {
    return {
      message: "hear() returned null, which says that there is no such segment. There was one, with a message in it.",
      readNext: "shmget(2); sysvipc(7)",
    };
  }
  if (typeof heard !== "string") return { message: "hear() is to return the message as a string." };
  if (heard.startsWith(text) && heard !== text) {
    return {
      message:
        "hear() read on behind the end of the message. What was in the segment before is still there: a message ends with a " +
        "byte 0, which say() has to write and hear() has to look for.",
      readNext: "README.md, Task",
    };
  }
  // deno-lint-ignore no-control-regex -- beyond ASCII is what it is about
  if (/[^\x00-\x7f]/.test(text)) {
    return {
      message:
        "The message has letters that take more than one byte, and they arrived as something else. A segment holds bytes: " +
        "TextEncoder and TextDecoder turn a text into UTF-8 and back.",
    };
  }
  return { message: "hear() returned something else than say() had left in the segment.", readNext: "shmop(2)" };
}

/** What call number `call` of `role` must have said about a segment. Only what is given is looked at. */
export interface Described {
  readonly size?: number;
  readonly mode?: number;
  readonly attached?: number;
}

/** What is wrong with what `describe` returned; null if nothing is. */
export function judgeDescribed(history: History, role: string, wanted: Described, call: number): Finding | null {
  const returned = returnOf(history, role, call);
  const value = returned?.value;
  const place = { seen: show(value), wanted: show({ ...wanted }), role, ...at(returned) };
  if (wanted.size !== undefined && !same(field(value, "size"), wanted.size)) {
    return {
      kind: "wrong-result",
      message: `The segment was to have ${plural(wanted.size, "byte")}; by describe() it has ${
        show(field(value, "size"))
      }.`,
      readNext: "shmget(2)",
      ...place,
    };
  }
  if (wanted.mode !== undefined && !same(field(value, "mode"), wanted.mode)) {
    const seen = field(value, "mode");
    return {
      kind: "wrong-result",
      message: `By describe() the permissions are ${typeof seen === "number" ? octal(seen) : show(seen)}, not ` +
        `${
          octal(wanted.mode)
        }: the owner reads and writes, and nobody else does either. They are the last nine bits of ` +
        "shmget's flags, and the last nine bits of what the kernel says.",
      readNext: "shmget(2), shmctl(2): shm_perm.mode",
      ...place,
    };
  }
  if (wanted.attached !== undefined && !same(field(value, "attached"), wanted.attached)) {
    const seen = field(value, "attached");
    return {
      kind: typeof seen === "number" && seen > wanted.attached ? "leak" : "wrong-result",
      message:
        `By describe() the segment is attached ${
          show(seen)
        } times; it should be ${wanted.attached}: who has read or written ` +
        "detaches it again, whatever the outcome. A segment that was removed lives on until the last one lets go.",
      readNext: "shmdt in shmop(2)",
      ...place,
    };
  }
  return null;
}

/** Whether every describe() of a run saw at most as many attached as were hearing at the time. */
export function judgeAttached(scenario: Scenario, history: History): Finding | null {
  const all = operations(scenario, history);
  for (const asked of all.filter((one) => one.function === "describe" && one.ended < Infinity)) {
    const hearing = all.filter((one) =>
      one.function === "hear" && one.stage === asked.stage && one.began < asked.ended && one.ended > asked.began
    ).length;
    const seen = field(asked.value, "attached");
    if (typeof seen === "number" && seen <= hearing) {
      continue;
    }
    return {
      kind: typeof seen === "number" ? "leak" : "wrong-result",
      message:
        `By describe() the segment is attached ${show(seen)} times, and at most ${hearing} of its users were in ` +
        "hear() just then: who has read detaches it again before hear() comes back.",
      seen: show(seen),
      wanted: `at most ${hearing}`,
      role: asked.by.name,
      ...(asked.line === undefined ? {} : { line: asked.line }),
      readNext: "shmdt in shmop(2)",
    };
  }
  return null;
}

/**
 * Whether every hear() of a run got the message while the segment was there, and null when it was gone; in between, either. There
 * is one call of remove() in it, and `role` alone hears: nobody else keeps a removed segment alive.
 */
export function judgeGone(scenario: Scenario, history: History, role: string, text: string): Finding | null {
  const all = operations(scenario, history);
  const removed = all.find((one) => one.function === "remove");
  const began = removed?.began ?? Infinity;
  const ended = removed?.ended ?? Infinity;
  for (const [call, heard] of all.filter((one) => one.by.name === role && one.function === "hear").entries()) {
    if (heard.ended === Infinity) continue;
    const place = { role, ...(heard.line === undefined ? {} : { line: heard.line }) };
    if (heard.value === null) {
      if (heard.ended > began) continue;
      return judgeHeard(history, role, text, call);
    }
    if (heard.value !== text) return judgeHeard(history, role, text, call);
    if (heard.began < ended) continue;
    return {
      kind: "leak",
      message:
        "remove() had come back before hear() was called, and hear() got the message: the segment is still there. It goes when it " +
        "has been removed and the last one who attached it has detached it.",
      seen: show(heard.value),
      wanted: "null",
      readNext: "shmctl(2), IPC_RMID; shmdt in shmop(2)",
      ...place,
    };
  }
  return null;
}

function octal(mode: number): string {
  return `0o${mode.toString(8).padStart(3, "0")}`;
}

/** What is wrong with what a call returned, where only one value is right. */
export function judgeValue(
  history: History,
  role: string,
  call: number,
  wanted: Value,
  message: string,
): Finding | null {
  const returned = returnOf(history, role, call);
  if (same(returned?.value, wanted)) return null;
  return {
    kind: "wrong-result",
    message,
    seen: show(returned?.value),
    wanted: show(wanted),
    role,
    ...at(returned),
  };
}
