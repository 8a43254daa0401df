/**
 * Processes: fork gives the turnstile another party, and waitpid waits for one to end.
 *
 * @module
 */
import { WNOHANG } from "../../../../lib/abi/wait_status.ts";
import { int } from "../../../../lib/errors/arguments.ts";
import { callable, kind } from "../../../../lib/errors/arguments.ts";
import { SystemError } from "../../../../lib/errors/system_error.ts";
import { SIGCHLD } from "../../../../lib/abi/signal_numbers.ts";
import type { CallName } from "../../../../lib/gate/calls.ts";
import { c } from "../../../../lib/raw/process.ts";
import type { WaitStatus } from "../../../../lib/mod.ts";
import { MODE } from "../../../explore/region.ts";
import { Unwind } from "../../../explore/turnstile.ts";
import { ownPid, parentPid, writeOwn } from "../../system.ts";
import { type Calls, type Context, ERRNO, fails, WOULD_BLOCK } from "./call.ts";
import { goAway } from "./waiters.ts";
import { inside } from "./perform.ts";
import { sharedWords } from "./shared_words.ts";

/** By party: the process id of a child that has begun, and can be signalled. */
const arrived: Int32Array = sharedWords();
/** How often a parent looks for that: far more often than a child needs. */
const PATIENCE = 1_000_000;

/** The calls on processes. */
export function processes(context: Context): Calls {
  const { original, objects, belongings, turnstile } = context;
  const { children } = belongings;

  const childrenMeant = (pid: unknown): readonly number[] => {
    const parties = typeof pid === "number" && pid > 0
      ? [children.get(pid) ?? turnstile.partyOf(pid)]
      : [...children.values()];
    return parties.filter((party) => party > 0).map((party) => objects.process(party));
  };

  return {
    fork: {
      runsHandlers: true,
      attempt: (childMain) => {
        if (childMain !== undefined) callable(childMain, "childMain");
        return forkUnderControl(context, childMain);
      },
    },
    waitpid: {
      objects: childrenMeant,
      mode: MODE.write,
      attempt: (pid, options = 0) => {
        if (typeof options !== "number" || (options & WNOHANG) !== 0) return original.waitpid(pid, options);
        const status = original.waitpid(pid, options | WNOHANG);
        return status.pid === 0 ? WOULD_BLOCK : status;
      },
      note: (status: WaitStatus) => {
        const { pid } = status;
        const party = children.get(pid);
        if (party === undefined || !(status.kind === "exited" || status.kind === "signaled")) return;
        children.delete(pid);
        turnstile.joined?.(party);
      },
      nothing: ({ pid }) => pid === 0,
      faults: {
        eintr: (_, options = 0) => (options & WNOHANG) === 0 ? fails("waitpid", ERRNO.EINTR)() : undefined,
      },
      told: (status) => `${status.kind} ${status.pid === 0 ? "" : status.pid}`.trim(),
    },
    execve: {
      attempt: () => refuseProgram("execve"),
    },
    posix_spawn: { attempt: () => refuseProgram("posix_spawn") },
    posix_spawnp: { attempt: () => refuseProgram("posix_spawnp") },
    _exit: {
      runsHandlers: true,
      attempt: (status) => {
        int(status, "status");
        if (turnstile.detailed) turnstile.describe("_exit", String(status), null);
        turnstile.done(0);
        return leave(context, status);
      },
    },
    setsid: { note: () => belongings.touched("session") },
    setpgid: { note: () => belongings.touched("session") },
    prlimit: { note: () => belongings.touched("limits") },
  };
}

/** What another program does is not under control: its peers could only wait for it for ever. */
function refuseProgram(name: CallName): never {
  throw new SystemError(name, ERRNO.ENOSYS, "another program would not be under control");
}

/** Ends this process: whoever waits for that, or for a signal that it has ended, may go on. */
export function leave({ turnstile, objects }: Context, status: number): never {
  turnstile.changed(objects.process(turnstile.party));
  const parent = parentPid();
  if (turnstile.partyOf(parent) !== 0) turnstile.signalled(parent, SIGCHLD);
  turnstile.end(true, status | 0);
  throw new Error("unreachable");
}

function forkUnderControl(context: Context, childMain?: () => number | void): number {
  const { turnstile, original, belongings } = context;
  const child = turnstile.beforeFork();
  if (child === 0) throw new SystemError("fork", ERRNO.EAGAIN, "too many processes in one run");
  goAway(child);
  belongings.spares.forked();
  let pid: number;
  try {
    pid = inside(context, () => original.fork());
  } catch (error) {
    turnstile.afterFork(child, -1);
    throw error;
  }
  if (pid === 0) {
    context.clock.forget();
    belongings.children.clear();
    Atomics.store(arrived, child, ownPid());
    if (childMain === undefined) turnstile.begin(child);
    else runChild(context, child, childMain);
  } else {
    // Until then the child blocks all signals: what is sent to it would come in at a time of its own.
    for (let looks = 0; Atomics.load(arrived, child) !== pid && looks < PATIENCE; looks++) c.sched_yield();
    belongings.children.set(pid, child);
    turnstile.afterFork(child, pid);
  }
  return pid;
}

/** Runs the child's function and ends the process, as the original does. */
function runChild(context: Context, child: number, childMain: () => number | void): never {
  let status = 1;
  try {
    context.turnstile.begin(child);
    const result = childMain();
    if (result === undefined) status = 0;
    else if (typeof result === "number") status = result;
    else complain(new TypeError(`fork: childMain must return a number or nothing, got ${kind(result)}`));
  } catch (error) {
    if (!(error instanceof Unwind)) complain(error);
  }
  return leave(context, status);
}

function complain(error: unknown): void {
  let message: string;
  try {
    message = error instanceof Error && typeof error.stack === "string" ? error.stack : String(error);
  } catch {
    message = "an error that cannot be shown";
  }
  writeOwn(2, new TextEncoder().encode(`Uncaught in a child of fork: ${message}\n`));
}
