/**
 * What can be said about any run of any exercise: it could not start, threw, crashed, got stuck, left something behind.
 *
 * @module
 */
import type { Blocked, Event, History, RoleEnd } from "../course/history.ts";
import type { Finding } from "./finding.ts";
import type { Controlled, RunRecord } from "./run.ts";

/** The finding on a run that did not end as it should; null where only its results are to be judged. */
export function generalFinding(run: RunRecord): Finding | null {
  if (run.unloadable !== null) return unloadable(run.unloadable);
  const { history } = run;
  const thrown = firstThrown(history);
  if (thrown !== null) return thrown;
  if (run.complete) return null;
  // Every stage before the last went as it should.
  const ends = history.ends.filter((end) => end.stage === run.stages.length - 1);
  const killed = run.controlled?.killed ?? [];
  const died = ends.find((end) => end.how === "signaled" && !killed.includes(end.role));
  if (died !== undefined) return crashed(died, history);
  const exited = ends.find((end) => end.how === "exited");
  if (exited !== undefined) return endedEarly(exited);
  const last = run.stages[run.stages.length - 1];
  if (last?.end === "output") return tooMuchOutput(run);
  return goesNowhere(ends, run.controlled) ?? stuck(ends, last?.end === "idle" && last.exact);
}

function unloadable(error: NonNullable<RunRecord["unloadable"]>): Finding {
  const place = {
    ...(error.file === undefined ? {} : { file: error.file }),
    ...(error.line === undefined ? {} : { line: error.line }),
  };
  if (error.name === "ForbiddenError") return { kind: "forbidden-mechanism", message: error.message, ...place };
  return {
    kind: "does-not-load",
    message: `The file throws while it is loaded: ${error.name}: ${error.message}`,
    ...place,
    role: error.role,
  };
}

function firstThrown(history: History): Finding | null {
  const event = history.events.find((one): one is Event & { kind: "throw" } => one.kind === "throw");
  if (event === undefined) return null;
  const { error } = event;
  const where = {
    role: event.role,
    ...(event.line === undefined ? {} : { line: event.line }),
    ...(event.file === undefined ? {} : { file: event.file }),
  };
  if (/^\s*not implemented/i.test(error.message)) {
    return {
      kind: "not-implemented",
      message: `${event.function}() is still as shipped: write it, and remove the line that throws "${error.message}".`,
      ...where,
    };
  }
  if (error.name === "ForbiddenError") {
    return { kind: "forbidden-mechanism", message: `${event.function}(): ${error.message}`, ...where };
  }
  if (error.syscall === "fork" && error.code === "EAGAIN") {
    return {
      kind: "too-many-processes",
      message: `${event.function}() makes processes without end: fork(2) was refused.`,
      ...where,
      readNext: "fork(2): both parent and child go on after it; the child must leave the loop",
    };
  }
  if (error.code === "EINTR") {
    return {
      kind: "unhandled-eintr",
      message:
        `In ${event.role}, ${error.syscall}() was interrupted by a signal and threw EINTR out of ${event.function}(). ` +
        "An interrupted call has done nothing: it must be made again.",
      ...where,
      readNext: 'signal(7), "Interruption of system calls"; SA_RESTART in sigaction(2)',
    };
  }
  const manual = error.syscall === undefined
    ? {}
    : { readNext: `the manual page of ${error.syscall}, section ERRORS, ${error.code}` };
  return {
    kind: "uncaught-error",
    message: `In ${event.role}, ${event.function}() threw ${error.name}: ${error.message}`,
    ...where,
    ...manual,
  };
}

/** Signals whose default action ends a process that has no handler for them, sent by the lab. */
function crashed(end: RoleEnd, history: History): Finding {
  const sent = history.events.some((one) =>
    one.kind === "stimulus" && one.role === end.role && one.signal === end.status
  );
  if (sent) {
    return {
      kind: "crash",
      message:
        `${end.role} was ended by ${end.status}, the signal that it was sent: at that moment no handler of yours was ` +
        "installed for it, so its default action was taken.",
      role: end.role,
      readNext: 'sigaction(2); signal(7), "Signal dispositions"',
    };
  }
  if (end.status === "SIGXFSZ") {
    return {
      kind: "too-much-output",
      message:
        `${end.role} wrote more than a file may hold here, 64 MiB, and was stopped: it prints or writes without end.`,
      role: end.role,
      readNext: "getrlimit(2), RLIMIT_FSIZE",
    };
  }
  const why: { readonly [signal: string]: string } = {
    SIGPIPE: "It wrote to a pipe or socket that nobody reads any more.",
    SIGXCPU: "It used up its processor time.",
    SIGKILL: "Some process of the run killed it, or the machine ran out of memory.",
    SIGSEGV: "It touched memory that is not mapped.",
    SIGBUS: "It touched memory beyond the end of the object that is mapped there: see ftruncate(2).",
    SIGALRM: "Its alarm went off and it had no handler for it.",
    SIGFPE: "It sent itself the signal, or its arithmetic failed.",
    SIGABRT: "It gave up: its memory ran out, or the runtime found it broken.",
    SIGTRAP: "It gave up: its memory ran out, or the runtime found it broken.",
    SIGILL: "It gave up: its memory ran out, or the runtime found it broken.",
  };
  return {
    kind: "crash",
    message: `${end.role} was ended by ${end.status}. ${
      why[String(end.status)] ??
        "It had no handler for it at that moment, so the default action was taken: the end of the process."
    }`,
    role: end.role,
    readNext: "signal(7)",
  };
}

function endedEarly(end: RoleEnd): Finding {
  return {
    kind: "ended-early",
    message:
      `The process of ${end.role} ended with exit status ${end.status} before its function had returned. A role ends by ` +
      "returning: _exit() and execve() are for the children that you fork yourself.",
    role: end.role,
    readNext: "_exit(2)",
  };
}

function tooMuchOutput(run: RunRecord): Finding {
  const roles = run.stages.flatMap((stage) => stage.roles);
  if (roles.length === 0) {
    return {
      kind: "too-much-output",
      message: "A process called the functions that it was given, or reported values, without end.",
    };
  }
  const loud = roles.reduce((a, b) => b.outputBytes + b.recordBytes > a.outputBytes + a.recordBytes ? b : a);
  return {
    kind: "too-much-output",
    message: loud.outputBytes > 1024 * 1024
      ? `${loud.role.name} printed more than ${Math.floor(loud.outputBytes / 1024 / 1024)} MiB, and was stopped.`
      : `${loud.role.name} called the functions that it was given without end: more than ${loud.records.length} times.`,
    role: loud.role.name,
  };
}

/** Under control it is certain that processes look in vain, for ever: null where that is not what they do. */
function goesNowhere(ends: readonly RoleEnd[], controlled: Controlled | undefined): Finding | null {
  if (controlled?.end !== "spinning" && controlled?.end !== "steps") return null;
  const still = ends.filter((end) => end.how === "stuck" || end.how === "killed");
  const looking = still.filter(({ blocked }) => blocked?.call === "computing");
  const [first] = looking;
  if (first === undefined) return null;
  const list = still.map((end) =>
    looking.includes(end) ? `${end.role} tries again and again${at(end.blocked)}` : sentence(end)
  );
  const place = {
    role: first.role,
    ...(first.blocked?.line === undefined ? {} : { line: first.blocked.line }),
    ...(first.blocked?.file === undefined ? {} : { file: first.blocked.file }),
  };
  if (still.length === 1) {
    return {
      kind: "no-progress",
      message: `${list[0]}, in a loop that never finishes: what it waits for does not come, for nobody else is left.`,
      ...place,
    };
  }
  return {
    kind: "livelock",
    message: `The processes run but get nowhere, whichever of them goes on: ${list.join("; ")}.`,
    ...place,
    readNext: "the exercise's README: who must do what before whom?",
  };
}

/** Nobody failed, but it did not end: by what its processes were doing, it is one of four things. */
function stuck(ends: readonly RoleEnd[], exact: boolean): Finding {
  const still = ends.filter((end) => end.how === "stuck" || end.how === "killed");
  const spinning = still.find((end) => end.how === "killed" && end.blocked?.call === "computing");
  const first = spinning ?? still[0];
  const place = {
    ...(first === undefined ? {} : { role: first.role }),
    ...(first?.blocked?.line === undefined ? {} : { line: first.blocked.line }),
    ...(first?.blocked?.file === undefined ? {} : { file: first.blocked.file }),
  };
  const list = still.map(sentence).join("; ");
  if (exact) {
    const alone = still.length === 1 && (still[0]?.children ?? []).length === 0;
    return {
      kind: "deadlock",
      message: alone
        ? `${list}. Nobody is left who could wake it: it waits for ever.`
        : `Every process waits, and none can wake another: ${list}.`,
      ...place,
      readNext: "the exercise's README: who must do what before whom?",
    };
  }
  if (spinning !== undefined) {
    return {
      kind: "no-progress",
      message:
        `${spinning.role} computes without end${
          at(spinning.blocked)
        }: a loop there never finishes. What it waits for does ` +
        `not come${
          still.length > 1 ? `; meanwhile, ${still.filter((end) => end !== spinning).map(sentence).join("; ")}` : ""
        }.`,
      ...place,
    };
  }
  return {
    kind: "timeout",
    message: still.length === 0
      ? "The run did not end in time, though every role had returned: something they started goes on."
      : `The time was up, and nothing had happened for a while: ${list}.`,
    ...place,
  };
}

function sentence(end: RoleEnd): string {
  const children = (end.children ?? []).map((child) => `; its child ${doing(child)}`).join("");
  return `${end.role} ${end.blocked === undefined ? "had not ended" : doing(end.blocked)}${children}`;
}

function doing(blocked: Blocked): string {
  if (blocked.call === "computing") return `computes${at(blocked)}`;
  if (blocked.call === "stopped") {
    return `was stopped by a signal, SIGSTOP or its like, and never went on${at(blocked)}`;
  }
  const object = blocked.object === undefined ? "" : ` on ${blocked.object}`;
  return `waits in ${blocked.call}()${object}${at(blocked)}`;
}

function at(blocked: Blocked | undefined): string {
  return blocked?.line === undefined ? "" : `, line ${blocked.line}`;
}

const OBJECT_NAMES: { readonly [kind: string]: string } = {
  sysv_shm: "the System V shared memory segment",
  sysv_sem: "the System V semaphore set",
  sysv_msg: "the System V message queue",
  posix_shm: "the shared memory object",
  posix_sem: "the named semaphore",
  posix_mq: "the message queue",
  fifo: "the FIFO",
  socket: "the file of the socket",
};

const REMOVERS: { readonly [kind: string]: string } = {
  sysv_shm: "shmctl(id, IPC_RMID)",
  sysv_sem: "semctl(id, 0, IPC_RMID)",
  sysv_msg: "msgctl(id, IPC_RMID)",
  posix_shm: "shm_unlink(name)",
  posix_sem: "sem_unlink(name)",
  posix_mq: "mq_unlink(name)",
  fifo: "unlink(path)",
  socket: "unlink(path)",
};

/** So many objects are named in a finding. */
const MOST_SEEN = 5;

/** The finding on what a run left behind; null where it left nothing. */
export function leakFinding(run: RunRecord): Finding | null {
  const [first] = run.left;
  if (first === undefined) return null;
  const isPath = first.kind === "fifo" || first.kind === "socket";
  const name = isPath ? first.name.split("/").pop() : first.name;
  return {
    kind: "leak",
    message:
      `${
        capital(OBJECT_NAMES[first.kind] ?? first.kind)
      } ${name}, made by ${first.role}, was still there after the last ` +
      `process had ended${
        run.leftCount > 1 ? `, and ${run.leftCount - 1} more` : ""
      }. Kernel objects outlive their processes: remove ` +
      `it with ${REMOVERS[first.kind] ?? "its removing call"}.`,
    role: first.role,
    seen: run.left.slice(0, MOST_SEEN).map((object) => `${object.kind} ${object.name.split("/").pop()}`).join(", ") +
      (run.leftCount > MOST_SEEN ? ", …" : ""),
    wanted: "nothing left behind",
  };
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
