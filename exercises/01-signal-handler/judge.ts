/**
 * What a server of signals must have done, read from what its callbacks noted and what it returned.
 *
 * @module
 */
import {
  at,
  callCount,
  callOf,
  eventsOf,
  field,
  notesOf,
  pidOf,
  returnOf,
  same,
  show,
} from "../../lab/course/evidence.ts";
import type { History } from "../../lab/course/history.ts";
import type { Value } from "../../lab/course/scenario.ts";
import type { Finding } from "../../lab/judge/finding.ts";

/** The signals that end a server, with their numbers. */
export const ENDING: { readonly [name: string]: number } = { SIGINT: 2, SIGTERM: 15 };

/** Far more calls of the library than any server makes that waits. */
const SPINNING = 2000;

/** The calls that can end because a time is over. */
const TIMED = ["nanosleep", "poll", "ppoll", "select", "epoll_wait", "sigtimedwait", "sem_timedwait", "futex_wait"];
/** A signal interrupts such a call, and then it is made again: so often at most for each signal, and at the beginning. */
const FOR_A_SIGNAL = 3;
const AT_FIRST = 4;

/** One call of `serve`, and what it must have come to. */
export interface Service {
  readonly role: string;
  /** Which call of the role it is; the first unless given. Its notes carry its number from the second on: "hit2". */
  readonly call?: number;
  /** The signal that ended it. */
  readonly signal: string;
  /** Roles that sent SIGUSR1 beside the lab, once each. */
  readonly clients?: readonly string[];
}

/** What is wrong with one call of `serve` that came back; null if nothing is. */
export function judgeServe(history: History, service: Service): Finding | null {
  return judgeWaiting(history, service.role) ?? judgeReady(history, service) ?? judgeHits(history, service) ??
    judgeSummary(history, service) ?? judgeCleanUp(history, service);
}

/** The same for a run that did not come to its end: only what a server that is over can be blamed for. */
export function explainServe(history: History, service: Service): Finding | null {
  return returnOf(history, service.role, service.call) === undefined
    ? judgeWaiting(history, service.role)
    : judgeServe(history, service);
}

function wrong(history: History, { role, call }: Service, message: string, more: Partial<Finding> = {}): Finding {
  return { kind: "wrong-result", message, role, ...at(returnOf(history, role, call)), ...more };
}

function notes(history: History, { role, call = 0 }: Service, name: string): ReturnType<typeof notesOf> {
  return notesOf(history, role, call === 0 ? name : `${name}${call + 1}`);
}

function judgeWaiting(history: History, role: string): Finding | null {
  const calls = callCount(history, role);
  if (calls < SPINNING) return judgeNaps(history, role);
  return {
    kind: "busy-waiting",
    message:
      `${role} made ${calls} calls of the library to wait for a handful of signals: it asks again and again, and ` +
      "keeps a processor busy with it. Let the kernel put it to sleep until a signal comes.",
    role,
    readNext: "pause(2), sigsuspend(2)",
  };
}

/** Whether it sleeps for a time, again and again. Where nothing comes, one sleep is enough. */
function judgeNaps(history: History, role: string): Finding | null {
  const signals = eventsOf(history, "stimulus", role).length + history.ends.filter((end) => end.role !== role).length;
  const naps = TIMED.reduce((sum, call) => sum + (history.calls[role]?.[call] ?? 0), 0);
  if (naps <= AT_FIRST + FOR_A_SIGNAL * signals) return null;
  return {
    kind: "busy-waiting",
    message:
      `${role} went to sleep for a time and looked again, ${naps} times for at most ${signals} signals. Whoever waits for a ` +
      "signal sleeps until one comes, however long that takes.",
    role,
    readNext: "pause(2), sigsuspend(2)",
  };
}

function judgeReady(history: History, service: Service): Finding | null {
  const times = notes(history, service, "ready").length;
  if (times === 1) return null;
  const message = `serve() is to call ready() once, when its handlers are in place. It called it ${times} times.`;
  return wrong(history, service, message);
}

/** The process ids that sent SIGUSR1 while the service was on. */
function senders(history: History, { role, call = 0, clients = [] }: Service): number[] {
  const from = callOf(history, role, call)?.order ?? 0;
  const to = returnOf(history, role, call)?.order ?? Infinity;
  const lab = eventsOf(history, "stimulus", role).filter((event) =>
    event.signal === "SIGUSR1" && event.order > from && event.order < to
  ).map(() => history.senderPid);
  const others = clients.filter((client) => returnOf(history, client) !== undefined).map((client) =>
    pidOf(history, client)
  );
  return [...lab, ...others.filter((pid) => pid !== undefined)];
}

function judgeHits(history: History, service: Service): Finding | null {
  const sent = senders(history, service);
  const heard = notes(history, service, "hit").map((note) => note.values[0]);
  const sides = { seen: `hit() for ${show(heard)}`, wanted: `hit() for ${show(sent)}`, readNext: "sigaction(2)" };
  const stranger = heard.find((pid) => !sent.some((sender) => same(pid, sender)));
  if (stranger !== undefined) {
    return wrong(
      history,
      service,
      `hit() was told ${
        show(stranger)
      }, but no such process sent SIGUSR1. Each signal brings its sender's pid along, in what ` +
        "the handler is given; it is neither this process nor its parent.",
      { ...sides, readNext: "sigaction(2), the fields of siginfo_t" },
    );
  }
  if (!same(sorted(heard), sorted(sent))) {
    return wrong(
      history,
      service,
      `SIGUSR1 was sent ${sent.length} times, each time after the one before had been dealt with, and hit() was called ` +
        `${heard.length} times.`,
      sides,
    );
  }
  return null;
}

function sorted(pids: readonly Value[]): Value[] {
  return [...pids].sort((one, other) => Number(one) - Number(other));
}

function judgeSummary(history: History, service: Service): Finding | null {
  const value = returnOf(history, service.role, service.call)?.value;
  const wanted = {
    signal: ENDING[service.signal],
    from: history.senderPid,
    hits: notes(history, service, "hit").length,
  };
  const sides = { seen: show(value), wanted: show(wanted) };
  const [signal, from, hits] = ["signal", "from", "hits"].map((name) => field(value, name));
  if (!same(signal, wanted.signal)) {
    return wrong(
      history,
      service,
      `${service.signal} is to end serve(), and nothing else: that is signal ${wanted.signal}, and the summary's \`signal\` ` +
        `is ${show(signal)}.`,
      { ...sides, readNext: "signal(7), Standard signals" },
    );
  }
  if (!same(from, wanted.from)) {
    return wrong(
      history,
      service,
      `${service.signal} came from process ${wanted.from}, and the summary's \`from\` is ${show(from)}.`,
      { ...sides, readNext: "sigaction(2), the fields of siginfo_t" },
    );
  }
  if (!same(hits, wanted.hits)) {
    return wrong(
      history,
      service,
      `There were ${wanted.hits} SIGUSR1 during this call of serve(), and the summary's \`hits\` is ${
        show(hits)
      }. The count ` +
        "belongs to the call: it starts at 0 each time.",
      sides,
    );
  }
  return null;
}

function judgeCleanUp(history: History, service: Service): Finding | null {
  const cleaned = notes(history, service, "cleanUp");
  if (cleaned.length !== 1) {
    return wrong(
      history,
      service,
      `serve() is to call cleanUp() once, on its way out. It called it ${cleaned.length} times. An end is graceful when the ` +
        "program tidies up before it goes.",
    );
  }
  const returned = returnOf(history, service.role, service.call)?.order ?? Infinity;
  const end = eventsOf(history, "stimulus", service.role).findLast((event) =>
    Object.hasOwn(ENDING, event.signal) && event.order < returned
  );
  if (end !== undefined && (cleaned[0]?.order ?? Infinity) < end.order) {
    return wrong(history, service, `cleanUp() was called before ${end.signal} was sent: nothing was over yet.`);
  }
  return null;
}

/** What is wrong with a call of `supervise` that came back after so many ticks; null if nothing is. */
export function judgeSupervise(history: History, role: string, ticks: number): Finding | null {
  const returned = returnOf(history, role);
  const place = { role, ...at(returned) };
  const ended = eventsOf(history, "stimulus", role).find((event) => event.signal === "SIGTERM")?.order ?? Infinity;
  if (ended > (returned?.order ?? Infinity)) {
    return {
      kind: "wrong-result",
      message:
        "supervise() came back before anybody had sent SIGTERM: its child was still there. A call that was interrupted by a " +
        "signal has not waited to its end; that is no news of the child.",
      seen: show(returned?.value),
      readNext: "signal(7), Interruption of system calls; SA_RESTART in sigaction(2)",
      ...place,
    };
  }
  const heard = notesOf(history, role, "tick").length;
  if (heard !== ticks) {
    return {
      kind: "wrong-result",
      message:
        `SIGUSR1 was sent ${ticks} times, each time after the one before had been dealt with, and tick() was called ${heard} ` +
        "times.",
      ...place,
    };
  }
  if (same(returned?.value, ENDING.SIGTERM)) return judgeReaped(history, role);
  return {
    kind: "wrong-result",
    message:
      "supervise() is to return the signal that ended its child: SIGTERM, handed on to a child for which it has its default " +
      "action.",
    seen: show(returned?.value),
    wanted: show(ENDING.SIGTERM),
    readNext: "waitpid(2), WTERMSIG",
    ...place,
  };
}

/** Whether the child was waited for: until then the parent knows nothing of its end, and the kernel keeps what is left of it. */
function judgeReaped(history: History, role: string): Finding | null {
  if ((history.calls[role]?.waitpid ?? 0) > 0) return null;
  return {
    kind: "missing-mechanism",
    message:
      "supervise() returned the right signal without having waited for the child: it has sent the signal, and cannot know what " +
      "became of it. An ended child stays as a zombie until its parent has asked how it ended.",
    role,
    ...at(returnOf(history, role)),
    seen: "no waitpid()",
    wanted: "waitpid(), which tells how the child ended",
    readNext: "waitpid(2), NOTES, on zombies",
  };
}
