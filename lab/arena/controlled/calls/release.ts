/**
 * The end of a program that ran in a process which is to run another: all that the kernel would take back from a process that
 * exits is given back here.
 *
 * @module
 */
import { POLLNVAL } from "../../../../lib/abi/poll_constants.ts";
import { encodeAction, SIG_IGN } from "../../../../lib/abi/sigaction.ts";
import { RESERVED_SIGNAL } from "../../../../lib/abi/signal_numbers.ts";
import { SigSet } from "../../../../lib/abi/sigset.ts";
import { forgetRecords } from "../../../../lib/gate/delivery.ts";
import { resetSignals } from "../../../../lib/gate/dispositions.ts";
import { internalDescriptors, isInternal } from "../../../../lib/gate/internal.ts";
import type { Memory } from "../../../../lib/memory/memory.ts";
import type { Mapping, Mutex, Segment, Semaphore, Timer } from "../../../../lib/mod.ts";
import { c as descriptor } from "../../../../lib/raw/descriptor.ts";
import { library } from "../../../../lib/raw/library.ts";
import { c as process } from "../../../../lib/raw/process.ts";
import { c as signal } from "../../../../lib/raw/signal.ts";
import { closeRange, ownPid } from "../../system.ts";
import type { Belongings, Context } from "./call.ts";
import { goAway } from "./waiters.ts";
import { dieWith } from "./mutexes.ts";
import { forgetRegistrations } from "./notifications.ts";
import { inside } from "./perform.ts";
import { SpareMappings } from "./spare_mappings.ts";

const c = library({
  // int unshare(int flags);
  unshare: { parameters: ["i32"], result: "i32" },
});

/** With it unshare(2) does with SEM_UNDO's notes what the end of a process does with them. */
const CLONE_SYSVSEM = 0x40000;
const FIRST = 3;
/** From here on what a program has left open is closed unseen: it gets the lowest numbers unless it asks for others. */
const BEYOND = 128;
const LAST = 0x7fffffff;
/** As a role has it when it begins. */
const UMASK = 0o022;

/** What a program has left for its process's end to clean up. */
export interface Leftovers {
  /** Descriptors from 3 up to 127. */
  readonly descriptors: number;
  readonly mappings: number;
  readonly segments: number;
  /** Named semaphores that were not closed. */
  readonly semaphores: number;
  /** Children that nobody has waited for. */
  readonly children: number;
  /** Whether this process is as good as new: else another is to be forked for the next schedule. */
  readonly asNew: boolean;
}

type Touched = Parameters<Belongings["touched"]>[0];

/** What the program has, as its calls note it. */
export class Possessions implements Belongings {
  readonly mappings: Set<Mapping> = new Set();
  readonly spares: SpareMappings = new SpareMappings();
  readonly segments: Set<Segment> = new Set();
  readonly semaphores: Set<Semaphore> = new Set();
  readonly timers: Set<Timer> = new Set();
  readonly robust: Set<Mutex> = new Set();
  readonly children: Map<number, number> = new Map();
  readonly #sets = [this.mappings, this.segments, this.semaphores, this.timers, this.robust] as const;
  readonly #touched = new Set<Touched>();
  #left = nothingLeft();
  #asNew = true;

  /** Notes what is to be put back. */
  touched(what: Touched): void {
    this.#touched.add(what);
  }

  /** What the end of a process does to others: its memory, descriptors and locks are gone, SEM_UNDO's notes are made good. */
  exit(context: Context): void {
    const { original, objects, watched, turnstile } = context;
    const touched = this.#touched;
    this.#left.mappings += this.mappings.size;
    this.#left.segments += this.segments.size;
    this.#left.semaphores += this.semaphores.size;
    if (this.#hasAny || objects.hasMemories) {
      inside(context, () => {
        for (const memory of objects.memories) {
          const buffer = memory.released ? null : bufferOf(memory);
          if (buffer !== null) watched.forgetBuffer(buffer);
        }
        for (const mutex of this.robust) dieWith(context, mutex);
        for (const timer of this.timers) original.timer_delete(timer);
        for (const mapping of this.mappings) {
          if (!mapping.released && !this.spares.keep(turnstile.party, mapping)) original.munmap(mapping);
        }
        for (const segment of this.segments) if (!segment.released) original.shmdt(segment);
        for (const semaphore of this.semaphores) original.sem_close(semaphore);
      });
    }
    if (touched.delete("descriptors")) this.#left.descriptors += closeDescriptors();
    if (touched.delete("undo") && c.unshare(CLONE_SYSVSEM) !== 0) this.#asNew = false;
    if (this.#hasAny) { for (const set of this.#sets) set.clear(); }
  }

  get #hasAny(): boolean {
    return this.#sets.some(({ size }) => size > 0);
  }

  /** As `exit`, and the process is made as it was when its program began. */
  release(context: Context): Leftovers {
    this.exit(context);
    const touched = this.#touched;
    const { children } = this;
    for (const [pid, party] of children) {
      // One that runs on is nobody's child when this process is gone: then it must go.
      if (context.turnstile.hasEnded(party)) process.waitpid(pid, null, 0);
      else this.#asNew = false;
    }
    const left: Leftovers = {
      ...this.#left,
      children: children.size,
      asNew: this.#asNew && !touched.has("session") && !touched.has("limits"),
    };
    if (touched.has("umask")) descriptor.umask(UMASK);
    if (touched.has("signals") || touched.has("mask")) {
      dropPending();
      resetSignals();
    }
    forgetRecords();
    goAway(context.turnstile.party);
    forgetRegistrations(ownPid());
    touched.clear();
    children.clear();
    this.#left = nothingLeft();
    context.objects.forget();
    context.clock.forget();
    return left;
  }
}

function nothingLeft(): { descriptors: number; mappings: number; segments: number; semaphores: number } {
  return { descriptors: 0, mappings: 0, segments: 0, semaphores: 0 };
}

/** What poll(2) is asked: a descriptor in the first word of each entry, its answer in the last half word. Made once. */
const ENTRIES = new Uint8Array(8 * (BEYOND - FIRST));
const ANSWERS = new Int16Array(ENTRIES.buffer);
new Int32Array(ENTRIES.buffer).forEach((_, at, entries) => {
  if (at % 2 === 0) entries[at] = FIRST + at / 2;
});

/** Closes what the program has left open; how many that were. */
function closeDescriptors(): number {
  // It fails where the program may not have so many: then each is tried.
  const told = descriptor.poll(ENTRIES, BEYOND - FIRST, 0) !== -1;
  let closed = 0;
  for (let fd = FIRST; fd < BEYOND; fd++) {
    if (told && ((ANSWERS[4 * (fd - FIRST) + 3] as number) & POLLNVAL) !== 0) continue;
    if (!isInternal(fd) && descriptor.close(fd) === 0) closed++;
  }
  let from = BEYOND;
  for (const fd of [...internalDescriptors].filter((fd) => fd >= BEYOND).sort((a, b) => a - b)) {
    closeRange(from, fd - 1);
    from = fd + 1;
  }
  closeRange(from, LAST);
  return closed;
}

/** Signals that were blocked to the end must not come in when they no longer are: ignored, they are gone. */
function dropPending(): void {
  const pending = new Uint8Array(128);
  signal.sigpending(pending);
  const ignored = encodeAction({ handler: BigInt(SIG_IGN), mask: new SigSet(), flags: 0 });
  for (const signo of SigSet.decode(pending)) if (signo !== RESERVED_SIGNAL) signal.sigaction(signo, ignored, null);
}

function bufferOf(memory: Memory): ArrayBuffer | null {
  try {
    return memory.bytes.buffer;
  } catch {
    return null; // nothing may be read there
  }
}
