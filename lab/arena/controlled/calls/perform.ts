/**
 * How a call goes through the turnstile.
 *
 * @module
 */
import { SystemError } from "../../../../lib/errors/system_error.ts";
import { type CallName, callNumber, CALLS } from "../../../../lib/gate/calls.ts";
import { failed, gate, signals } from "../../../../lib/gate/gate.ts";
import { MODE } from "../../../explore/region.ts";
import type { Wake } from "../../../explore/turnstile.ts";
import { NOTHING } from "../objects.ts";
import { sendSignal } from "../../system.ts";
import { type Attempt, type Call, type Context, ERRNO, NOTHING_DONE, WOULD_BLOCK } from "./call.ts";
import { tellArguments, tellError, tellResult } from "./story.ts";

/** What is counted here is nobody's. */
const UNCOUNTED = new Int32Array(1024);
const NO_OBJECTS: readonly number[] = [];

/** The function that stands for call `name` of the library. */
export function controlled(context: Context, name: CallName, call: Call): (...args: unknown[]) => unknown {
  const number = callNumber(name);
  const original = context.original[name as keyof typeof context.original] as (...args: unknown[]) => unknown;
  return (...args) => perform(context, { name, number, call, original }, args);
}

/** A call that is being made: its row, and what it is called. */
interface Named {
  readonly name: CallName;
  readonly number: number;
  readonly call: Call;
  readonly original: (...args: unknown[]) => unknown;
}

function perform(context: Context, named: Named, args: unknown[]): unknown {
  const { turnstile } = context;
  const { name, number, call } = named;
  if (call.reads !== undefined) context.watched.touch(call.reads(...args), "load");
  const objects = call.objects?.(...args) ?? NO_OBJECTS;
  const object = objects[0] ?? NOTHING;
  const mode = typeof call.mode === "function" ? call.mode(...args) : call.mode ?? MODE.none;
  do {
    turnstile.enter(number, object, 0, 0, mode, call.flags ?? 0, 0);
    letChildrenTell(context);
    context.clock.ring();
    // Signals that came before: their handlers run here, as in the gate, and do not interrupt this call. Their steps came in
    // between, so this one begins anew.
  } while (runHandlers(number));
  (gate.counts[number] as number)++;
  const told = turnstile.detailed ? context.watched.quietly(() => tellArguments(name, args)) : "";
  let result: unknown;
  try {
    result = carryOut(context, named, args);
  } catch (error) {
    if (error instanceof SystemError) {
      if (LOOKED.has(error.errno)) turnstile.idle(object);
      if (turnstile.detailed) turnstile.describe(name, told, tellError(error));
      turnstile.done(-error.errno);
      runHandlers(-1);
    }
    throw error;
  }
  call.note?.(result, ...args);
  letChildrenTell(context);
  if (call.nothing?.(result) === true) turnstile.idle(object);
  else {
    const changed = call.changes?.(result, ...args) ?? (mode >= MODE.write ? objects : NO_OBJECTS);
    for (const index of changed) turnstile.changed(index);
  }
  if (turnstile.detailed) {
    const outcome = context.watched.quietly(() => call.told?.(result, ...args) ?? tellResult(result));
    turnstile.describe(name, told, outcome);
  }
  turnstile.done(typeof result === "number" ? result | 0 : 0);
  if (call.fills !== undefined) context.watched.touch(call.fills(...args), "store");
  runHandlers(-1);
  return result;
}

/** The errors of a call that looked, and found nothing: EAGAIN, ENOENT, ENXIO, EBUSY, EEXIST, EPIPE, ENOMSG, ECONNREFUSED. */
const LOOKED: ReadonlySet<number> = new Set([ERRNO.EAGAIN, 2, 6, 16, 17, 32, 42, 111]);

/** Makes the call as soon as that does not block. */
function carryOut(context: Context, named: Named, args: unknown[]): unknown {
  const { call } = named;
  const fault = context.turnstile.fault();
  if (fault !== null && (fault !== "eintr" || call.runsHandlers)) {
    const planned = inside(context, () => call.faults?.[fault]?.(...args));
    if (planned === NOTHING_DONE) return undefined;
    if (planned !== undefined) return planned;
  }
  if (call.runsHandlers) return call.attempt?.(...args);
  const attempt = call.begin?.(...args) ?? simple(named, args);
  const deadline = call.deadline?.(...args) ?? null;
  let finished = false;
  let interrupted = fault === "eintr";
  try {
    for (;;) {
      const result = inside(context, attempt.tries);
      if (result !== WOULD_BLOCK) {
        finished = true;
        return result;
      }
      if (interrupted) inside(context, () => call.faults?.eintr?.(...args));
      interrupted = false;
      const objects = attempt.waitsFor?.() ?? call.waitsFor?.(...args) ?? call.objects?.(...args);
      const wake = wait(context, objects ?? NO_OBJECTS, deadline);
      if (wake === "changed") continue;
      if (wake === "signal") {
        if (call.interruptible === false) runHandlers(named.number);
        else failed(named.number, ERRNO.EINTR, undefined, call.restarts?.(...args));
        continue;
      }
      const late = inside(context, attempt.tries);
      finished = true;
      return late === WOULD_BLOCK ? inside(context, () => timedOut(call, attempt, args)) : late;
    }
  } catch (error) {
    // What was done before the signal came counts: a write says how much it has written.
    const partial = finished ? undefined : attempt.abandon?.();
    finished = true;
    if (partial !== undefined && error instanceof SystemError && error.errno === ERRNO.EINTR) return partial;
    throw error;
  }
}

function timedOut(call: Call, attempt: Attempt<unknown>, args: unknown[]): unknown {
  const partial = attempt.abandon?.();
  return partial ?? call.timedOut?.(...args);
}

function simple({ call, original }: Named, args: unknown[]): Attempt<unknown> {
  return { tries: () => call.attempt === undefined ? original(...args) : call.attempt(...args) };
}

/** A call that is more than one step: the one before is done, and this is the next, about `object`. */
export function stepTo({ turnstile }: Context, number: number, object: number, before: string): void {
  if (turnstile.detailed) turnstile.describe(CALLS[number] as string, "", before);
  turnstile.done(0);
  turnstile.enter(number, object, 0, 0, MODE.write, 0, 0);
}

/** Waits for a change of the objects, for `deadline`, or for a signal; the alarm is one. */
export function wait(context: Context, objects: readonly number[], deadline: number | null): Wake {
  const { turnstile, clock } = context;
  if (deadline !== null && deadline <= clock.now) return "timeout";
  const wake = turnstile.park(objects, clock.earliest(deadline));
  letChildrenTell(context);
  const first = clock.earliest(null);
  const own = first === null || (deadline !== null && deadline <= first);
  if (clock.ring() || signals.arrived[0] !== signals.taken) return "signal";
  return wake === "timeout" && !own ? "changed" : wake;
}

/**
 * A child can be seen to have ended a moment before its parent has SIGCHLD. The kernel does both under one lock; to send nothing
 * to this process's own group takes that lock, too, and when it comes back the signal is there: in every repetition alike.
 */
function letChildrenTell({ belongings }: Context): void {
  if (belongings.children.size > 0) sendSignal(0, 0);
}

/**
 * Runs functions of the library inside a call: what they count is not the student's, what they do to watched memory is part of
 * the call, and handlers wait until the call is done, for the steps that those make are steps of their own.
 */
export function inside<R>({ watched }: Context, act: () => R): R {
  const { counts } = gate;
  const { deliver } = signals;
  gate.counts = UNCOUNTED;
  signals.deliver = nothingDelivered;
  try {
    return watched.quietly(act);
  } finally {
    gate.counts = counts;
    signals.deliver = deliver;
  }
}

const nothingDelivered: typeof signals.deliver = () => "nothing";

/** Runs the handlers of the signals that came in; whether any of them ran. */
export function runHandlers(number: number): boolean {
  return signals.arrived[0] !== signals.taken && signals.deliver(number) !== "nothing";
}
