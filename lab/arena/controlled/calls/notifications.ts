/**
 * Who is to be told of a message: the kernel knows, but does not tell the sender, and a party that is parked goes on only when
 * somebody says that a signal has come for it.
 *
 * @module
 */
import { allocate, encode } from "../../../../lib/abi/layout.ts";
import { SIGEV_NONE, SIGEVENT } from "../../../../lib/abi/sigevent.ts";
import { errnoOf } from "../../../../lib/errors/system_error.ts";
import { errno } from "../../../../lib/raw/errno.ts";
import { c } from "../../../../lib/raw/message_queue.ts";
import type { Turnstile } from "../../../explore/turnstile.ts";
import { sharedWords } from "./shared_words.ts";

/** An entry, one for each queue: the queue's object + 1, process and signal. */
const ENTRY = 4;
const QUEUES = 64;

const EBUSY = errnoOf("EBUSY");
const QUIETLY = allocate(SIGEVENT);
encode(SIGEVENT, QUIETLY, { notify: SIGEV_NONE });

const entries: Int32Array = sharedWords();

/** A process has asked for a signal when a message comes into the queue `object`; with signal 0 it asks no more. */
export function noteRegistration(object: number, pid: number, signo: number): void {
  const at = placeOf(object) ?? placeOf(-1);
  if (at !== null) entries.set(signo === 0 ? [0, 0, 0] : [object + 1, pid, signo], at);
}

/** Whether somebody is registered with the queue: then nobody else can be. To be asked before a message is sent. */
export function isAwaited(mqd: number, object: number): boolean {
  if (object < 0 || placeOf(object) === null) return false;
  // It may have been closed since, which ends a registration.
  if (c.mq_notify(mqd, QUIETLY) === -1) return errno() === EBUSY;
  c.mq_notify(mqd, null);
  return false;
}

/** A message came into an empty queue: the kernel has told whoever asked, once. */
export function notified(turnstile: Turnstile, object: number): void {
  const at = placeOf(object);
  if (at === null) return;
  const [pid, signo] = [entries[at + 1] as number, entries[at + 2] as number];
  entries.fill(0, at, at + ENTRY);
  turnstile.signalled(pid, signo);
}

/** A program has ended: it asks for nothing any more. */
export function forgetRegistrations(pid: number): void {
  for (let at = 0; at < ENTRY * QUEUES; at += ENTRY) if (entries[at + 1] === pid) entries.fill(0, at, at + ENTRY);
}

function placeOf(object: number): number | null {
  for (let at = 0; at < ENTRY * QUEUES; at += ENTRY) if (entries[at] === object + 1) return at;
  return null;
}
