/** What a scenario means, on real processes. */
import { assert, assertEquals, assertLess, assertMatch } from "@std/assert";
import type { Event } from "../../../lab/course/history.ts";
import { Marker, type Stage, type Trigger } from "../../../lab/course/scenario.ts";
import type { RunRecord } from "../../../lab/judge/run.ts";
import { expectNothingLeft } from "../../support/kernel_objects.ts";
import { Lab, role } from "./lab.ts";

const STUCK: Trigger = { kind: "stuck" };
const note = Marker.callback;

/** Kind, role and what else tells an event. */
function told(run: RunRecord): string[] {
  return run.history.events.map((event) => {
    switch (event.kind) {
      case "note":
        return `${event.role} ${event.name} ${event.values.join(" ")}`.trim();
      case "return":
        return `${event.role} returned ${event.value}`;
      case "throw":
        return `${event.role} threw ${event.error.message}`;
      case "stimulus":
        return `${event.role} gets ${event.signal}`;
      default:
        return `${event.role} ${event.kind}`;
    }
  });
}

function at(run: RunRecord, text: string): number {
  const index = told(run).indexOf(text);
  assert(index !== -1, `"${text}" is not among ${JSON.stringify(told(run), null, 1)}`);
  return index;
}

/** The first of these happened before the second, and so on. */
function inOrder(run: RunRecord, ...texts: string[]): void {
  const places = texts.map((text) => at(run, text));
  assertEquals(places, [...places].sort((a, b) => a - b), JSON.stringify(told(run), null, 1));
}

const FIFO = `import { close, mkfifo, O_RDONLY, O_WRONLY, open, read, unlink, write } from "ipc";
export function make(path: string): void { mkfifo(path, 0o600); }
export function remove(path: string): void { unlink(path); }
export function say(path: string, text: string, note: (text: string) => void): void {
  const fd = open(path, O_WRONLY);
  write(fd, new TextEncoder().encode(text));
  close(fd);
  note("said");
}
export function hear(path: string, note: (text: string) => void): string {
  note("listens");
  const fd = open(path, O_RDONLY);
  const buffer = new Uint8Array(100);
  const length = read(fd, buffer);
  close(fd);
  return new TextDecoder().decode(buffer.subarray(0, length));
}
`;

Deno.test("runScenario() runs stages one after another, over the same scratch folder, results crossing them", () =>
  expectNothingLeft(async () => {
    await using lab = new Lab(`export function twice(n: number): number { return 2 * n; }
export function add(a: number, b: number, c: { deep: [number] }): number { return a + b + c.deep[0]; }
`);
    const run = await lab.run(
      { roles: [role("first", ["twice", 4], ["twice", Marker.result(0)])] },
      { roles: [role("first", ["twice", 50])] },
      { roles: [role("last", ["add", Marker.from("first"), 1, { deep: [Marker.from("first", 0)] }])] },
    );
    assert(run.complete);
    const returned = run.history.events.filter((event) => event.kind === "return");
    assertEquals(returned.map(({ stage, role, value }) => [stage, role, value]), [
      [0, "first", 8],
      [0, "first", 16],
      [1, "first", 100],
      [2, "last", 201], // of the latest stage that has the role
    ]);
    assertEquals(run.history.ends.map(({ how, stage }) => [how, stage]), [
      ["returned", 0],
      ["returned", 1],
      ["returned", 2],
    ]);
  }));

Deno.test("runScenario() makes what markers stand for", () =>
  expectNothingLeft(async () => {
    await using lab = new Lab(`import { getpid } from "ipc";
export function handle(): { secret: () => number } { return { secret: () => 42 }; }
export function open(handle: { secret: () => number }): number { return handle.secret(); }
export function me(): number { return getpid(); }
export function other(pid: number): number { return pid; }
export function path(path: string): string { return path; }
export function given(bytes: Uint8Array, big: bigint, nothing: undefined, note: (...all: unknown[]) => unknown): boolean {
  return bytes instanceof Uint8Array && bytes[1] === 2 && big === 5n && nothing === undefined && note(big, bytes) === undefined;
}
`);
    const run = await lab.run({
      roles: [
        role("a", ["handle"], ["open", Marker.result(0)], ["me"], ["path", Marker.scratch("x/y")]),
        role("b", ["other", Marker.pid("a")], ["given", Uint8Array.of(1, 2), 5n, undefined, note("all")]),
      ],
    });
    assert(run.complete, JSON.stringify(told(run)));
    const values = run.history.events.flatMap((event) => event.kind === "return" ? [[event.role, event.value]] : []);
    const of = (name: string): unknown[] => values.filter(([by]) => by === name).map(([, value]) => value);
    assertEquals(of("a")[1], 42);
    assertEquals(of("a")[2], of("b")[0]);
    assertMatch(String(of("a")[3]), /^\/.*\/scratch\/x\/y$/);
    assertEquals(of("b")[1], true);
    const notes = run.history.events.filter((event): event is Event & { kind: "note" } => event.kind === "note");
    assertEquals(notes.map(({ name, values }) => [name, values]), [["all", [5n, Uint8Array.of(1, 2)]]]);
  }));

Deno.test("runScenario() starts a role when the stage is stuck, and the next one when it is stuck again", () =>
  expectNothingLeft(async () => {
    await using lab = new Lab(FIFO);
    const [one, two] = [Marker.scratch("one"), Marker.scratch("two")];
    const run = await lab.run(
      { roles: [role("maker", ["make", one], ["make", two])] },
      {
        roles: [
          role("listener", ["hear", one, note("does")], ["hear", two, note("does")]),
          { ...role("early", ["say", one, "1", note("does")]), start: STUCK },
          { ...role("late", ["say", two, "2", note("does")]), start: STUCK },
        ],
      },
      { roles: [role("remover", ["remove", one], ["remove", two])] },
    );
    assert(run.complete, JSON.stringify(told(run)));
    assertEquals(run.left, []);
    inOrder(run, "listener does listens", "early start", "listener returned 1", "late start", "listener returned 2");
  }));

Deno.test("runScenario() starts roles at the count-th note, at a return and at an end", () =>
  expectNothingLeft(async () => {
    await using lab = new Lab(`import { nanosleep } from "ipc";
export function count(to: number, note: (n: number) => void): number { for (let n = 1; n <= to; n++) note(n); return to; }
export function rest(): void { nanosleep({ sec: 0, nsec: 50_000_000 }); }
`);
    const run = await lab.run({
      roles: [
        role("counter", ["count", 3, note("n")], ["rest"], ["count", 1, note("more")], ["rest"]),
        { ...role("third note", ["rest"]), start: { kind: "note", role: "counter", note: "n", count: 3 } },
        { ...role("first more", ["rest"]), start: { kind: "note", role: "counter", note: "more" } },
        { ...role("after rest", ["rest"]), start: { kind: "returned", role: "counter", call: 1 } },
        { ...role("after all", ["rest"]), start: { kind: "ended", role: "counter" } },
      ],
    });
    assert(run.complete, JSON.stringify(told(run)));
    inOrder(run, "counter n 3", "third note start");
    inOrder(run, "counter more 1", "first more start");
    inOrder(run, "counter end", "after all start");
    const rested = run.history.events.find((one) => one.kind === "return" && one.role === "counter" && one.call === 1);
    const started = run.history.events.find((one) => one.kind === "start" && one.role === "after rest");
    assertLess(rested?.order ?? Infinity, started?.order ?? -1);
  }));

Deno.test("runScenario() ends a stage whose other roles wait for what nobody is left to do", () =>
  expectNothingLeft(async () => {
    await using lab = new Lab(`export function count(): void {}`);
    const waiting: Stage = {
      roles: [
        role("silent", ["count"]),
        { ...role("never", ["count"]), start: { kind: "note", role: "silent", note: "n" } },
      ],
    };
    const run = await lab.run(waiting);
    assertEquals(run.complete, false);
    assertEquals(run.stages.map((stage) => stage.end), ["timeout"]);
    assert((await lab.run({ ...waiting, end: "stuck" })).complete);
  }));

Deno.test("runScenario() sends signals, queued ones with their value, and tells who sent them", () =>
  expectNothingLeft(async () => {
    await using lab = new Lab(
      `import { SIG_BLOCK, SIGRTMIN, sigprocmask, SigSet, SIGTERM, SIGUSR1, sigwaitinfo } from "ipc";
export function wait(note: (...all: unknown[]) => void): void {
  const set = new SigSet([SIGUSR1, SIGTERM, SIGRTMIN + 2]);
  sigprocmask(SIG_BLOCK, set);
  note("ready");
  for (let i = 0; i < 3; i++) {
    const { signo, pid, uid, value } = sigwaitinfo(set);
    note("got", signo, pid, uid, value);
  }
}
`,
    );
    const run = await lab.run({
      roles: [role("server", ["wait", note("is")])],
      stimuli: [
        { when: { kind: "note", role: "server", note: "is" }, signal: "SIGUSR1", to: "server" },
        { when: { kind: "note", role: "server", note: "is", count: 2 }, signal: "SIGRTMIN+2", to: "server", queue: -7 },
        { when: STUCK, signal: "SIGTERM", to: "server" },
      ],
    });
    assert(run.complete, JSON.stringify(told(run)));
    const { senderPid, senderUid } = run.history;
    const got = run.history.events.filter((event): event is Event & { kind: "note" } =>
      event.kind === "note" && event.values[0] === "got"
    ).map(({ values }) => values.slice(1));
    assertEquals(got.map(([signo]) => signo), [10, 36, 15]);
    for (const [, pid, uid] of got) assertEquals([pid, uid], [senderPid, senderUid]);
    assertEquals(got[1]?.[3], -7);
    inOrder(
      run,
      "server is ready",
      "server gets SIGUSR1",
      `server is got 10 ${senderPid} ${senderUid} ${got[0]?.[3] ?? ""}`.trim(),
    );
    inOrder(run, "server gets SIGUSR1", "server gets SIGRTMIN+2", "server gets SIGTERM");
    assertEquals(
      run.history.events.filter(({ kind }) => kind === "stimulus").map(({ pid }) => pid),
      Array(3).fill(senderPid),
    );
  }));

Deno.test("runScenario() ends a daemon when all others have ended, whatever it does", () =>
  expectNothingLeft(async () => {
    await using lab = new Lab(
      FIFO + `
export function serve(path: string, note: (text: string) => void): void { for (;;) note(hear(path, () => {})); }
export function spin(note: (text: string) => void): void { note("spins"); for (;;); }
`,
    );
    const path = Marker.scratch("fifo");
    const run = await lab.run(
      { roles: [role("maker", ["make", path])] },
      {
        roles: [
          { ...role("server", ["serve", path, note("heard")]), daemon: true },
          { ...role("spinner", ["spin", note("says")]), daemon: true },
          role("client", ["say", path, "hello", note("has")]),
        ],
      },
      { roles: [role("remover", ["remove", path])] },
    );
    assert(run.complete, JSON.stringify(told(run)));
    const ends = Object.fromEntries(run.history.ends.map(({ role, how }) => [role, how]));
    assertEquals([ends["client"], ends["remover"]], ["returned", "returned"]);
    // The client may have ended before the server is back in its call.
    assert(["stuck", "killed"].includes(ends["server"] ?? ""), ends["server"]);
    assertEquals(ends["spinner"], "killed");
  }));

Deno.test("runScenario() goes on after a stage that may end stuck, and after no other", () =>
  expectNothingLeft(async () => {
    await using lab = new Lab(FIFO);
    const path = Marker.scratch("fifo");
    const make: Stage = { roles: [role("maker", ["make", path])] };
    const listen: Stage = { roles: [role("listener", ["hear", path, note("does")])] };
    const remove: Stage = { roles: [role("remover", ["remove", path])] };
    const meant = await lab.run(make, { ...listen, end: "stuck" }, remove);
    assert(meant.complete, JSON.stringify(told(meant)));
    assertEquals(meant.stages.map(({ end, exact }) => [end, exact]), [["ended", false], ["idle", true], [
      "ended",
      false,
    ]]);
    const listener = meant.history.ends[1];
    assertEquals([listener?.how, listener?.blocked?.call, listener?.blocked?.line], ["stuck", "open", 12]);
    const unmeant = await lab.run(make, listen, remove);
    assert(!unmeant.complete);
    assertEquals(unmeant.stages.length, 2);
    assertEquals(unmeant.left.map(({ kind, role }) => [kind, role]), [["fifo", "maker"]]);
  }));

Deno.test("runScenario() counts calls for each role, those of its forked children too", () =>
  expectNothingLeft(async () => {
    await using lab = new Lab(`import { fork, getpid, getppid, waitpid } from "ipc";
export function family(note: (pid: number) => void): void {
  const child = fork(() => { getppid(); getppid(); note(getpid()); });
  waitpid(child);
}
export function alone(): void { getppid(); }
`);
    const run = await lab.run(
      { roles: [role("one", ["family", note("child")]), role("two", ["alone"])] },
      { roles: [role("two", ["alone"], ["alone"])] },
    );
    assertEquals(run.history.calls, { one: { fork: 1, waitpid: 1, getpid: 1, getppid: 2 }, two: { getppid: 3 } });
    const child = run.history.events.find((event): event is Event & { kind: "note" } => event.kind === "note");
    assertEquals(child?.values, [child?.pid]);
    assert(child?.pid !== run.history.ends[0]?.pid);
  }));

Deno.test("runScenario() numbers events so that before means before, across processes", () =>
  expectNothingLeft(async () => {
    await using lab = new Lab(`import { close, pipe, fork, read, waitpid, write } from "ipc";
export function chain(length: number, note: (n: number) => void): void {
  const pipes = Array.from({ length: length + 1 }, () => pipe());
  const children = Array.from({ length }, (_, at) => fork(() => {
    read(pipes[at]![0], new Uint8Array(1));
    note(at);
    write(pipes[at + 1]![1], new Uint8Array(1));
  }));
  write(pipes[0]![1], new Uint8Array(1));
  read(pipes[length]![0], new Uint8Array(1));
  note(length);
  for (const child of children) waitpid(child);
  for (const ends of pipes) for (const fd of ends) close(fd);
}
`);
    const run = await lab.run({ roles: [role("chain", ["chain", 20, note("n")])] });
    const notes = run.history.events.filter((event): event is Event & { kind: "note" } => event.kind === "note");
    assertEquals(notes.map(({ values }) => values[0]), Array.from({ length: 21 }, (_, n) => n));
    const orders = run.history.events.map(({ order }) => order);
    assertEquals(new Set(orders).size, orders.length);
    assertEquals(orders, [...orders].sort((a, b) => a - b));
  }));

Deno.test("runScenario() keeps what roles print, each for itself, whole characters, and not more than fits", () =>
  expectNothingLeft(async () => {
    await using lab = new Lab(`import { fork, waitpid, write } from "ipc";
export function print(text: string): void { console.log(text); waitpid(fork(() => void console.log("child"))); }
export function umlauts(): void {
  const bytes = new TextEncoder().encode("ü".repeat(300));
  for (const byte of bytes) write(1, Uint8Array.of(byte));
}
export function much(): void { for (let i = 0; i < 1000; i++) console.log("x".repeat(1000)); }
`);
    const run = await lab.run({
      roles: [
        role("one", ["print", "hello"]),
        role("two", ["umlauts"]),
        role("three", ["much"]),
        role("four", ["umlauts"]),
      ],
    });
    assert(run.complete, JSON.stringify(told(run)));
    const { output } = run.history;
    assertEquals(output["one"], "hello\nchild\n");
    assertEquals(output["two"], "ü".repeat(300));
    assertEquals(output["four"], "ü".repeat(300));
    assertEquals(output["three"]?.length, 16384);
  }));

Deno.test("runScenario() tells where each process was that stayed: in which call, on what, at which line", () =>
  expectNothingLeft(async () => {
    await using lab = new Lab(
      `import { fork, mq_open, mq_receive, mq_unlink, O_CREAT, O_RDONLY, pipe, read, waitpid } from "ipc";
export function pipes(): void {
  const [end] = pipe();
  read(end, new Uint8Array(1));
}
export function child(): void {
  const [end] = pipe();
  waitpid(fork(() => {
    read(end, new Uint8Array(1));
  }));
}
export function queue(name: string): void {
  const mqd = mq_open(name, O_CREAT | O_RDONLY, 0o600);
  mq_unlink(name);
  mq_receive(mqd, new Uint8Array(8192));
}
export function spin(): void {
  for (;;);
}
`,
    );
    const name = `/ipclab.test.${Deno.pid}.where`;
    const run = await lab.run({ roles: [role("a", ["pipes"]), role("b", ["child"]), role("c", ["queue", name])] });
    const [stage] = run.stages;
    assertEquals([stage?.end, stage?.exact, run.complete], ["idle", true, false]);
    const [a, b, c] = run.history.ends;
    assertEquals([a?.how, a?.blocked?.call, a?.blocked?.line], ["stuck", "read", 4]);
    assertMatch(a?.blocked?.object ?? "", /^read end of a pipe, descriptor \d+$/);
    assertEquals([b?.blocked?.call, b?.blocked?.line], ["waitpid", 8]);
    assertEquals(b?.children?.map(({ call, line }) => [call, line]), [["read", 9]]);
    assertEquals([c?.blocked?.call, c?.blocked?.line], ["mq_receive", 15]);
    assertMatch(c?.blocked?.object ?? "", new RegExp(`${name.slice(1)}`));
    const spun = await lab.run({ roles: [role("d", ["spin"])] });
    assertEquals([spun.stages[0]?.exact, spun.history.ends[0]?.how], [false, "killed"]);
    assertEquals([spun.history.ends[0]?.blocked?.call, spun.history.ends[0]?.blocked?.line], ["computing", 18]);
  }));

Deno.test("runScenario() declares nobody stuck who wakes by himself: an alarm, a sleep, a time-out", () =>
  expectNothingLeft(async () => {
    await using lab = new Lab(`import * as ipc from "ipc";
function eintr(call: () => void): string {
  try { call(); return "returned"; } catch (error) { return (error as ipc.SystemError).code; }
}
export function alarmed(): string {
  ipc.sigaction(ipc.SIGALRM, { handler: () => {} });
  ipc.alarm(1);
  return eintr(() => ipc.pause());
}
export function slept(): string { return eintr(() => ipc.nanosleep({ sec: 0, nsec: 300_000_000 })); }
export function polled(): string {
  const [end] = ipc.pipe();
  return eintr(() => ipc.poll([{ fd: end, events: ipc.POLLIN }], 300));
}
`);
    for (const name of ["alarmed", "slept", "polled"]) {
      const run = await lab.run({
        roles: [role("one", [name]), { ...role("never", ["slept"]), start: { kind: "ended", role: "one" } }],
        end: "stuck",
      });
      assertEquals(run.stages[0]?.end, "ended", name);
      at(run, "one returned returned");
    }
  }));

Deno.test("runScenario() names the maker of what was left, and removes it", () =>
  expectNothingLeft(async () => {
    await using lab = new Lab(
      `import { fork, IPC_CREAT, IPC_PRIVATE, mkfifo, mq_open, O_CREAT, O_RDWR, sem_open, shm_open, shmget, waitpid } from "ipc";
export function leave(name: string): void {
  mq_open(name, O_CREAT | O_RDWR, 0o600);
  sem_open(name, O_CREAT, 0o600, 1);
}
export function viaChild(name: string): void {
  waitpid(fork(() => { shm_open(name, O_CREAT | O_RDWR, 0o600); }));
  shmget(IPC_PRIVATE, 100, IPC_CREAT | 0o600);
}
export function many(): void { for (let i = 0; i < 120; i++) shmget(IPC_PRIVATE, 1, IPC_CREAT | 0o600); }
export function relative(): void { mkfifo("a\\tfifo", 0o600); }
`,
    );
    const name = `/ipclab.test.${Deno.pid}.left`;
    const run = await lab.run({ roles: [role("a", ["leave", name])] }, { roles: [role("b", ["viaChild", name])] });
    assertEquals(run.left.map(({ kind, role }) => [kind, role]).sort(), [
      ["posix_mq", "a"],
      ["posix_sem", "a"],
      ["posix_shm", "b"],
      ["sysv_shm", "b"],
    ]);
    assertEquals(run.leftCount, 4);
    const next = await lab.run({ roles: [role("c", ["many"])] });
    assertEquals([next.left.length, next.leftCount], [50, 120]);
    const fifo = await lab.run({ roles: [role("d", ["relative"])] });
    assertEquals(fifo.left.map(({ kind, role }) => [kind, role]), [["fifo", "d"]]);
    assertEquals((await lab.run({ roles: [role("c", ["relative"])] })).left.length, 1);
  }));

Deno.test("runScenario() gives each stage its own allowance of forks", () =>
  expectNothingLeft(async () => {
    await using lab = new Lab(`import { fork, waitpid } from "ipc";
export function family(size: number): number {
  const children = Array.from({ length: size }, () => fork(() => {}));
  for (const child of children) waitpid(child);
  return size;
}
`);
    const forty: Stage = { roles: [role("a", ["family", 40])] };
    const run = await lab.run(forty, forty);
    assert(run.complete, JSON.stringify(told(run)));
    assert(!(await lab.run({ roles: [role("a", ["family", 40]), role("b", ["family", 40])] })).complete);
  }));
