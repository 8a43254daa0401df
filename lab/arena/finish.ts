/**
 * The end of a stage: whoever is left is looked at, asked where it is, and killed.
 *
 * @module
 */
import type { Board } from "./board.ts";
import { type ProcessState, stateOf } from "./inspect.ts";
import { descendantsOf, isAlive } from "./processes.ts";
import { waitpid, WNOHANG } from "../../lib/mod.ts";
import { isSystemError } from "../../lib/errors/system_error.ts";
import { ownPid, pauseFor, queueSignal, sendSignal } from "./system.ts";

const SIGKILL = 9;
const SIGCONT = 18;
/** The library's own signal, that asks a process where it is. */
const WHERE = 64;
/** How long the answers may take, in looks a millisecond apart. */
const LOOKS = 100;

/** A process that was still there, below the role of this index. */
export interface LeftProcess {
  readonly role: number;
  readonly state: ProcessState;
}

/** Of more than so many no states are told: nobody would read them. */
const MOST_STATES = 100;

/** Ends whatever runs below this process. `roles` are the process ids of the roles; 0 where there is none (any more). */
export function finishStage(board: Board, roles: readonly number[]): LeftProcess[] {
  const left: LeftProcess[] = [];
  roles.forEach((pid, role) => {
    if (pid === 0) return;
    for (const process of [pid, ...descendantsOf(pid)]) {
      if (isAlive(process)) left.push({ role, state: stateOf(process) });
    }
  });
  if (left.length > 0) ask(board, left.map(({ state }) => state.pid));
  killAll();
  return left.slice(0, MOST_STATES);
}

function ask(board: Board, pids: readonly number[]): void {
  Atomics.store(board.stop, 0, 1);
  for (const pid of pids) {
    queueSignal(pid, WHERE, 0);
    sendSignal(pid, SIGCONT);
  }
  for (let look = 0; look < LOOKS && board.answers < pids.length; look++) pauseFor(1);
  board.resetQuestion();
}

/** Until there is nobody: a process may fork while it is being killed, and its orphans become our children. */
function killAll(): void {
  for (;;) {
    for (const pid of descendantsOf(ownPid())) if (isAlive(pid)) sendSignal(pid, SIGKILL);
    if (!reapEnded()) return;
    pauseFor(0.2);
  }
}

/** Takes up all children that have ended; false where there are no children any more. */
function reapEnded(): boolean {
  try {
    while (waitpid(-1, WNOHANG).kind !== "running") continue;
    return true;
  } catch (error) {
    if (isSystemError(error, "ECHILD")) return false;
    throw error;
  }
}
