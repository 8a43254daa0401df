/** What can be said about any run: on records of runs that are written by hand. */
import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import type { Blocked, Event, RoleEnd, Thrown } from "../../../lab/course/history.ts";
import type { Finding } from "../../../lab/judge/finding.ts";
import { generalFinding, leakFinding } from "../../../lab/judge/general_findings.ts";
import { mechanismFinding } from "../../../lab/judge/mechanisms.ts";
import type { RunRecord } from "../../../lab/judge/run.ts";
import type { RoleTrace, StageRecord } from "../../../lab/judge/stage.ts";
import { Story } from "../../support/story.ts";

/** A run that ended like this, with one stage unless told otherwise. */
function record(
  story: Story,
  more: Partial<RunRecord> & {
    end?: StageRecord["end"];
    exact?: boolean;
    roles?: Partial<RoleTrace>[];
    stages?: never;
  } = {},
  before = 0,
): RunRecord {
  const { end = "ended", exact = false, roles = [], ...rest } = more;
  const stage = (how: StageRecord["end"]): StageRecord => ({
    roles: roles.map((trace) => ({
      ...{ role: { name: "worker", calls: [] }, pid: 1, records: [], decoder: new TextDecoder(), output: "" },
      ...{ outputBytes: 0, recordBytes: 0, ended: null, states: [], calls: {} },
      ...trace,
    })),
    end: how,
    exact,
    stimuli: [],
  });
  return {
    history: story.history(),
    stages: [...Array.from({ length: before }, () => stage("ended")), stage(end)],
    left: [],
    leftCount: 0,
    unloadable: null,
    complete: false,
    ...rest,
  };
}

/** A story in which one role throws. */
function threw(error: Thrown, place: { line?: number; file?: string } = {}): RunRecord {
  const history = new Story().call("worker", 0, "work").ends("worker", "threw").history();
  const event = { kind: "throw", call: 0, function: "work", error, order: 9, role: "worker", stage: 0, pid: 5001 };
  return {
    ...record(new Story()),
    history: { ...history, events: [...history.events, { ...event, ...place } as Event] },
  };
}

function said(run: RunRecord): Finding {
  const finding = generalFinding(run);
  if (finding === null) throw new Error("nothing was found");
  return finding;
}

function blocked(role: string, call: string, more: Partial<Blocked> = {}, how: RoleEnd["how"] = "stuck"): Story {
  return new Story().start(role).ends(role, how, { blocked: { call, ...more } });
}

Deno.test("generalFinding() finds nothing in a run that is complete", () => {
  assertEquals(generalFinding(record(new Story().makes("worker", 1).ends("worker"), { complete: true })), null);
});

Deno.test("generalFinding() says that a function is as shipped, where it throws the starter's error", () => {
  const finding = said(threw({ name: "Error", message: "not implemented: work(1)" }, { line: 3, file: "work.ts" }));
  assertEquals([finding.kind, finding.line, finding.file, finding.role], ["not-implemented", 3, "work.ts", "worker"]);
  assertMatch(finding.message, /^work\(\) is still as shipped/);
});

Deno.test("generalFinding() tells exceptions by what they are", () => {
  const kinds = ([
    [{ name: "ForbiddenError", message: "Deno is not part of this" }, "forbidden-mechanism", /work\(\): Deno is not/],
    [{ name: "SystemError", message: "", code: "EAGAIN", syscall: "fork" }, "too-many-processes", /without end/],
    [
      { name: "SystemError", message: "", code: "EINTR", syscall: "read" },
      "unhandled-eintr",
      /read\(\) was interrupted/,
    ],
    [{ name: "SystemError", message: "m", code: "EPIPE", syscall: "write" }, "uncaught-error", /threw SystemError: m/],
    [{ name: "TypeError", message: "x is undefined" }, "uncaught-error", /work\(\) threw TypeError: x is undefined/],
  ] as const).map(([error, kind, message]) => {
    const finding = said(threw(error));
    assertMatch(finding.message, message);
    return [finding.kind, kind];
  });
  for (const [seen, wanted] of kinds) assertEquals(seen, wanted);
  const { readNext } = said(threw({ name: "SystemError", message: "m", code: "EPIPE", syscall: "write" }));
  assertEquals(readNext, "the manual page of write, section ERRORS, EPIPE");
});

Deno.test("generalFinding() says that a file cannot be loaded, or uses what it must not while it is", () => {
  const unloadable = { name: "RangeError", message: "no table", role: "worker", line: 6, file: "work.ts" };
  const finding = said(record(new Story(), { unloadable }));
  assertEquals([finding.kind, finding.line], ["does-not-load", 6]);
  assertMatch(finding.message, /RangeError: no table/);
  assertEquals(
    said(record(new Story(), { unloadable: { ...unloadable, name: "ForbiddenError" } })).kind,
    "forbidden-mechanism",
  );
});

Deno.test("generalFinding() tells a role's end by the lab's signal from one that it made itself", () => {
  const signaled = (story: Story, status: string): Finding =>
    said(record(story.ends("worker", "signaled", { status })));
  assertMatch(signaled(new Story().stimulus("worker", "SIGTERM"), "SIGTERM").message, /the signal that it was sent/);
  assertNotMatch(signaled(new Story(), "SIGTERM").message, /that it was sent/);
  assertMatch(signaled(new Story(), "SIGSEGV").message, /memory that is not mapped/);
  assertMatch(signaled(new Story(), "SIGRTMIN+3").message, /default action/);
  assertEquals(signaled(new Story(), "SIGPIPE").kind, "crash");
});

Deno.test("generalFinding() says that a process ended before its function returned", () => {
  const finding = said(record(new Story().call("worker").ends("worker", "exited", { status: 0 })));
  assertEquals(finding.kind, "ended-early");
  assertMatch(finding.message, /exit status 0/);
});

Deno.test("generalFinding() calls a stage a deadlock only where that is certain", () => {
  const two = blocked("a", "read", { line: 4, file: "work.ts", object: "read end of a pipe, descriptor 3" })
    .ends("b", "stuck", { blocked: { call: "sem_wait", line: 9 } });
  const certain = said(record(two, { end: "idle", exact: true }));
  assertEquals([certain.kind, certain.role, certain.line], ["deadlock", "a", 4]);
  assertMatch(
    certain.message,
    /a waits in read\(\) on read end of a pipe, descriptor 3, line 4; b waits in sem_wait\(\), line 9/,
  );
  assertEquals(said(record(two, { end: "idle", exact: false })).kind, "timeout");
  assertEquals(said(record(two, { end: "timeout" })).kind, "timeout");
  assertMatch(said(record(blocked("a", "read"), { end: "idle", exact: true })).message, /it waits for ever/);
});

Deno.test("generalFinding() says who computes without end, and who waits meanwhile", () => {
  const story = blocked("a", "read", { line: 4 }).ends("b", "killed", {
    blocked: { call: "computing", line: 7, file: "w.ts" },
  });
  const finding = said(record(story, { end: "timeout" }));
  assertEquals([finding.kind, finding.role, finding.line, finding.file], ["no-progress", "b", 7, "w.ts"]);
  assertMatch(finding.message, /meanwhile, a waits in read\(\), line 4/);
});

Deno.test("generalFinding() tells those who look in vain, under control, by whether anybody else is left", () => {
  const spins = (...roles: string[]): Story =>
    roles.reduce(
      (story, role, at) => story.ends(role, "killed", { blocked: { call: "computing", line: at + 1 } }),
      new Story(),
    );
  const alone = said(record(spins("a"), { end: "timeout", controlled: { end: "spinning", killed: [] } }));
  assertEquals([alone.kind, alone.role, alone.line], ["no-progress", "a", 1]);
  assertMatch(alone.message, /a tries again and again, line 1.*nobody else is left/);
  for (const end of ["spinning", "steps"] as const) {
    const both = said(record(spins("a", "b"), { end: "timeout", controlled: { end, killed: [] } }));
    assertEquals(both.kind, "livelock");
    assertMatch(both.message, /get nowhere.*a tries again and again, line 1; b tries again and again, line 2/);
  }
});

Deno.test("generalFinding() does not blame a process for the death that the schedule planned for it", () => {
  const story = blocked("b", "sem_wait").ends("a", "signaled", { status: "SIGKILL" });
  const stuck = { end: "idle", exact: true } as const;
  assertEquals(said(record(story, { ...stuck, controlled: { end: "stuck", killed: ["a"] } })).kind, "deadlock");
  assertEquals(said(record(story, { ...stuck, controlled: { end: "stuck", killed: [] } })).kind, "crash");
});

Deno.test("generalFinding() names a process that was stopped, and one that is gone but for its children", () => {
  assertMatch(said(record(blocked("a", "stopped", {}, "killed"), { end: "timeout" })).message, /stopped by a signal/);
  assertMatch(said(record(new Story().ends("a"), { end: "timeout" })).message, /something they started goes on/);
});

Deno.test("generalFinding() speaks of the stage that failed, not of those before it", () => {
  const story = blocked("server", "accept").nextStage().ends("client", "stuck", { blocked: { call: "read" } });
  const finding = said(record(story, { end: "idle", exact: true }, 1));
  assertEquals(finding.role, "client");
  assertNotMatch(finding.message, /server/);
});

Deno.test("generalFinding() says who printed, or reported, too much", () => {
  const quiet = { role: { name: "quiet", calls: [] }, outputBytes: 10 };
  const loud = { role: { name: "loud", calls: [] }, outputBytes: 20 * 1024 * 1024 };
  const printed = said(record(new Story(), { end: "output", roles: [quiet, loud] }));
  assertEquals([printed.kind, printed.role], ["too-much-output", "loud"]);
  assertMatch(printed.message, /printed more than 20 MiB/);
  const noting = {
    role: { name: "noting", calls: [] },
    recordBytes: 1e6,
    records: [{ k: "start", o: 0, p: 0 } as const],
  };
  assertMatch(said(record(new Story(), { end: "output", roles: [quiet, noting] })).message, /without end: more than 1/);
});

Deno.test("leakFinding() names object, maker and remover", () => {
  assertEquals(leakFinding(record(new Story())), null);
  const left = [
    { kind: "posix_mq", name: "/jobs", role: "server" },
    { kind: "fifo", name: "/tmp/run/scratch/door", role: "client" },
  ];
  const finding = leakFinding(record(new Story(), { left, leftCount: 2 }));
  assertEquals([finding?.kind, finding?.role, finding?.seen], ["leak", "server", "posix_mq jobs, fifo door"]);
  assertMatch(
    finding?.message ?? "",
    /^The message queue \/jobs, made by server, .*, and 1 more\. .*mq_unlink\(name\)/,
  );
  const socket = { kind: "socket", name: "/tmp/run/scratch/door", role: "server" };
  const file = leakFinding(record(new Story(), { left: [socket], leftCount: 1 }));
  assertEquals(file?.seen, "socket door");
  assertMatch(file?.message ?? "", /^The file of the socket door, made by server, .* unlink\(path\)/);
  const many = leakFinding(record(new Story(), { left: Array(50).fill(left[0]), leftCount: 300 }));
  assertMatch(many?.message ?? "", /and 299 more/);
  assertMatch(many?.seen ?? "", /, …$/);
});

Deno.test("mechanismFinding() wants one of each choice and none that is forbidden, whoever called it", () => {
  const history = new Story().counts("parent", { pipe2: 1 }).counts("child", { open: 2 }).history();
  assertEquals(mechanismFinding({ must: [["pipe", "pipe2"], ["open"]] }, history), null);
  const missing = mechanismFinding({ must: [["pipe"], ["fork"]] }, history);
  assertEquals([missing?.kind, missing?.wanted, missing?.seen], ["missing-mechanism", "pipe()", "open(), pipe2()"]);
  const forbidden = mechanismFinding({ must: [["fork"]], mustNot: ["open"] }, history);
  assertEquals([forbidden?.kind, forbidden?.role], ["forbidden-mechanism", "child"]);
  assertMatch(mechanismFinding({ must: [["fork"]] }, new Story().history())?.seen ?? "", /no call of "ipc"/);
});
