/**
 * The lab's hand on a role: what its gate asks, and what it answers when it is asked where it is.
 *
 * @module
 */
import { callNumber, CALLS } from "../../lib/gate/calls.ts";
import type { Hook, ObjectKind } from "../../lib/gate/gate.ts";
import { SystemError } from "../../lib/errors/system_error.ts";
import { type LocatableModule, positionIn } from "../instrument/source_position.ts";
import type { Board } from "./board.ts";
import type { Channel } from "./channel.ts";
import { descendantsOf } from "./processes.ts";
import { pauseFor } from "./system.ts";

const FORK = callNumber("fork");
const EAGAIN = 11;

/** What a hook needs to know of its role. */
export interface HookedRole {
  readonly board: Board;
  readonly channel: Channel;
  readonly name: string;
  readonly forkLimit: number;
  /** The folder that it starts in, and stays in: there is no call to leave it. */
  readonly scratch: string;
  /** The template's process id: what is below it may be signalled. */
  readonly template: number;
  /** The student's files. */
  readonly modules: readonly LocatableModule[];
}

/** The gate's hook in a role. */
export class RoleHook implements Hook {
  readonly #role: HookedRole;

  /** A hook for this role. */
  constructor(role: HookedRole) {
    this.#role = role;
  }

  /** Refuses a fork beyond the limit of the stage, as the kernel does at RLIMIT_NPROC (which root is not subject to). */
  enter(call: number): void {
    if (call === FORK && this.#role.board.countFork() > this.#role.forkLimit) {
      throw new SystemError("fork", EAGAIN, "too many processes in one run");
    }
  }

  /** Notes the object, so that it can be found and removed whatever becomes of this process. */
  created(kind: ObjectKind, name: string): void {
    const { board, name: role, scratch } = this.#role;
    // Who removes it may be another process, in another folder.
    const relative = (kind === "fifo" || kind === "socket") && !name.startsWith("/");
    board.note({ kind, name: relative ? `${scratch}/${name}` : name, role });
  }

  /** Signals reach the stage's own processes and their groups; everything else is as if it were another user's. */
  maySignal(pid: number): boolean {
    if (pid === 0) return true; // its own group: each role is a session of its own
    if (pid === -1) return false;
    const target = Math.abs(pid);
    return descendantsOf(this.#role.template).includes(target);
  }

  /** A child of a role reports on the same channel; nothing changes. */
  forked(): void {}

  /** Asked while in a call, or before the next. Answers, and goes no further: the stage is over. */
  interrogated(call: number): never {
    return this.#answer(call < 0 ? null : CALLS[call] ?? null);
  }

  /** Asked while computing: the loop check of the student's file noticed. */
  stopped(line: number, file: string): never {
    return this.#answer(null, { line, file });
  }

  #answer(call: string | null, known?: { line: number; file: string }): never {
    const place = known ?? positionIn(new Error().stack ?? "", this.#role.modules);
    const where = place === null ? {} : { line: place.line, file: place.file };
    this.#role.channel.write({ k: "where", call, ...where });
    this.#role.board.answer();
    for (;;) pauseFor(1000); // it will be killed
  }
}
