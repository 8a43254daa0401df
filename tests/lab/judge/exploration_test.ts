/** What the explorer finds, on real processes, through a check's own oracle. */
import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import type { Check, Explored } from "../../../lab/course/definition.ts";
import { Marker, type Stage, type Trigger } from "../../../lab/course/scenario.ts";
import type { CheckReport } from "../../../lab/report/model.ts";
import { TokenRefused } from "../../../lab/judge/judge.ts";
import type { JudgeOptions } from "../../../lab/judge/judge.ts";
import { expectNothingLeft } from "../../support/kernel_objects.ts";
import { objectName } from "../../support/names.ts";
import { judged, role } from "./lab.ts";

const STUCK: Trigger = { kind: "stuck" };
const EXPLORE = { seed: 1, seconds: 60, schedules: 400 };

type Judge = ReturnType<Explored["prepare"]>["judge"];

/** A check that is explored, and then run once. */
function check(stages: readonly Stage[], judge: Judge = () => null, more: Partial<Explored> = {}): Check {
  const prepare: Explored["prepare"] = () => ({ scenario: { stages }, judge });
  return { name: "explored", points: 1, runs: 1, prepare, explore: { prepare, ...more } };
}

/** What came of exploring `source`. */
async function explored(source: string, one: Check, options: JudgeOptions = {}): Promise<CheckReport> {
  const report = await judged(source, [one], { explore: EXPLORE, ...options });
  const [first] = report.checks;
  assert(first !== undefined, report.reason ?? "no report");
  return first;
}

/** Words of memory that several processes share, and a lock. */
const SHARED = `import {
  close, ftruncate, MAP_SHARED, mmap, munmap, nanosleep, O_CREAT, O_EXCL, O_RDWR, PROT_READ, PROT_WRITE, sem_close, sem_open,
  sem_post, sem_trywait, sem_unlink, sem_wait, shm_open, shm_unlink,
} from "ipc";
export function make(name: string, locks = 1): void {
  const fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0o600);
  ftruncate(fd, 64);
  close(fd);
  for (let at = 0; at < locks; at++) sem_close(sem_open(name + at, O_CREAT | O_EXCL, 0o600, 1));
}
export function destroy(name: string, locks = 1): number {
  const words = attach(name);
  for (let at = 0; at < locks; at++) sem_unlink(name + at);
  shm_unlink(name);
  return words[0]!;
}
export function attach(name: string): Int32Array {
  const fd = shm_open(name, O_RDWR);
  const memory = mmap(64, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
  close(fd);
  return memory.view(Int32Array);
}
`;

const NAME = objectName();
const made: Stage = { roles: [role("maker", ["make", NAME])] };
const destroyed: Stage = { roles: [role("remover", ["destroy", NAME])] };
const adders: Stage = { roles: [role("ann", ["add", NAME]), role("bob", ["add", NAME])] };

/** What the remover saw in word 0 must be this. */
const finally_ = (value: number): Judge => (history) => {
  const seen = history.events.find((event) => event.kind === "return" && event.role === "remover");
  if (seen?.kind === "return" && seen.value === value) return null;
  return { kind: "wrong-result", message: `the sum is ${seen?.kind === "return" ? seen.value : "unknown"}` };
};

Deno.test("the explorer finds an update that is lost between a load and a store, with token and story", () =>
  expectNothingLeft(async () => {
    const source = SHARED + "export function add(name: string): void { const words = attach(name); words[0]! += 1; }\n";
    const one = check([made, adders, destroyed], finally_(2));
    const found = await explored(source, one);
    assertEquals([found.status, found.finding?.kind], ["failed", "wrong-result"]);
    assertEquals(found.finding?.message, "the sum is 1");
    const token = found.finding?.replay as string;
    assertMatch(token, /^[A-Za-z0-9._-]{10,80}$/);
    const steps = found.trace?.steps.map((step) => [step.lane, step.operation, step.line, step.result]);
    assert(found.trace?.steps.some((step) => step.preempted), JSON.stringify(steps));
    for (let time = 0; time < 5; time++) {
      const again = await explored(source, one, { replay: token });
      assertEquals(again.finding?.kind, "wrong-result");
      assertEquals(again.trace?.steps.map((step) => [step.lane, step.operation, step.line, step.result]), steps);
    }
  }));

Deno.test("the explorer says what it covered where nothing is wrong", () =>
  expectNothingLeft(async () => {
    const found = await explored(
      SHARED + `export function add(name: string): void {
  const lock = sem_open(name + 0, 0);
  const words = attach(name);
  sem_wait(lock);
  words[0]! += 1;
  sem_post(lock);
  sem_close(lock);
}
`,
      check([made, adders, destroyed], finally_(2)),
    );
    assertEquals([found.status, found.finding], ["passed", null]);
    assertMatch(
      found.coverage ?? "",
      /every order of steps that can matter passes, \d+ schedules; \d+ schedules in all/,
    );
  }));

Deno.test("the explorer tells a data race where every order gives the right result", () =>
  expectNothingLeft(async () => {
    const found = await explored(
      SHARED + `export function add(name: string): void { const words = attach(name); words[0] = 2; }\n`,
      check([made, adders, destroyed], finally_(2)),
    );
    assertEquals(found.finding?.kind, "data-race");
    assertMatch(
      found.finding?.message ?? "",
      /words\[0\] \((line 23)\), and (ann|bob) writes words\[0\] \((line 23)\)/,
    );
    // It is made small, like any other: only so much is prescribed as lets the second access come unordered.
    const trace = found.trace;
    assertEquals(trace?.steps.filter(({ preempted }) => preempted).length, 0);
    assertEquals(trace?.racing?.map((at) => trace.steps[at]?.line), [23, 23]);
    assertEquals(new Set(trace?.racing?.map((at) => trace.steps[at]?.lane)).size, 2);
    assertMatch(found.finding?.replay ?? "", /^.{1,40}$/);
    const atomic = await explored(
      SHARED + `export function add(name: string): void { const words = attach(name); Atomics.store(words, 0, 2); }\n`,
      check([made, adders, destroyed], finally_(2)),
    );
    assertEquals(atomic.finding, null);
  }));

const TWO_LOCKS = SHARED + `
export function add(name: string, first: number, second: number): void {
  const locks = [sem_open(name + 0, 0), sem_open(name + 1, 0)];
  sem_wait(locks[first]!);
  sem_wait(locks[second]!);
  sem_post(locks[second]!);
  sem_post(locks[first]!);
  for (const lock of locks) sem_close(lock);
}
`;

function twoLocks(first: readonly [number, number], second: readonly [number, number]): Stage[] {
  return [
    { roles: [role("maker", ["make", NAME, 2])] },
    { roles: [role("ann", ["add", NAME, ...first]), role("bob", ["add", NAME, ...second])] },
    { roles: [role("remover", ["destroy", NAME, 2])] },
  ];
}

Deno.test("the explorer finds a deadlock exactly, and who waits for what", () =>
  expectNothingLeft(async () => {
    const found = await explored(TWO_LOCKS, check(twoLocks([0, 1], [1, 0])));
    assertEquals(found.finding?.kind, "deadlock");
    assertMatch(found.finding?.message ?? "", /ann waits in sem_wait\(\).*line 27.*bob waits in sem_wait\(\).*line 27/);
    assertMatch(
      found.trace?.end.cycle ?? "",
      /ann waits for semaphore .*1, which only bob could give; bob waits for .*0/,
    );
    assertEquals((await explored(TWO_LOCKS, check(twoLocks([0, 1], [0, 1])))).finding, null);
  }));

Deno.test("the explorer ends a loop that never ends, and names its line", () =>
  expectNothingLeft(async () => {
    const found = await explored(
      SHARED + "export function add(): void {\n  for (;;);\n}\n",
      check([{ roles: [role("ann", ["add"])] }]),
    );
    assertEquals([found.finding?.kind, found.finding?.line], ["no-progress", 24]);
  }));

Deno.test("the explorer takes looking again and again for what it is", () =>
  expectNothingLeft(async () => {
    const source = SHARED + `
export function add(name: string): void { const words = attach(name); while (Atomics.load(words, 1) === 0); }
export function tell(name: string): void { Atomics.store(attach(name), 1, 1); }
`;
    const told: Stage = { roles: [role("ann", ["add", NAME]), role("bob", ["tell", NAME])] };
    assertEquals((await explored(source, check([made, told, destroyed]))).finding, null);
    const alone = await explored(source, check([made, { roles: [role("ann", ["add", NAME])] }, destroyed]));
    assertEquals([alone.finding?.kind, alone.finding?.line], ["no-progress", 24]);
  }));

Deno.test("the explorer tells the same story of a file each time, wherever the run had its folder", () =>
  expectNothingLeft(async () => {
    const source = `import { close, mkfifo, O_RDWR, open, unlink, write } from "ipc";
export function make(path: string): void { mkfifo(path, 0o600); }
export function fill(path: string): void { const fd = open(path, O_RDWR); write(fd, new Uint8Array(100_000)); close(fd); }
export function remove(path: string): void { unlink(path); }
`;
    const path = Marker.scratch("pipe");
    const full: Stage = { roles: [role("ann", ["fill", path]), role("bob", ["fill", path])] };
    const found = await explored(
      source,
      check([{ roles: [role("maker", ["make", path])] }, full, { roles: [role("remover", ["remove", path])] }]),
    );
    assertEquals(found.finding?.kind, "deadlock");
    assertMatch(found.finding?.message ?? "", /ann waits in write\(\).*; bob waits in write\(\)/);
    const entered = found.trace?.steps.filter(({ event }) => event === "entered").map((step) => step.arguments);
    assertEquals(new Set(entered), new Set(['"pipe"']));
    assertEquals(found.trace?.steps.find(({ operation }) => operation === "mkfifo")?.arguments, "pipe, 384");
  }));

Deno.test("the explorer lets a loop that looks so often, and then gives up, give up", () =>
  expectNothingLeft(async () => {
    const source = SHARED + `
export function add(name: string, times: number): void {
  const words = attach(name);
  for (let time = 0; time < times && Atomics.load(words, 1) === 0; time++);
  const lock = sem_open(name + 0, 0);
  sem_post(lock);
  sem_close(lock);
}
export function wait(name: string): void {
  const lock = sem_open(name + 0, 0);
  for (let time = 0; time < 2; time++) sem_wait(lock); // it is 1 in the beginning
  sem_close(lock);
}
`;
    const patient = (times: number): Stage => ({
      roles: [role("ann", ["add", NAME, times]), role("bob", ["wait", NAME])],
    });
    for (const times of [10, 100, 2000]) {
      assertEquals((await explored(source, check([made, patient(times), destroyed]))).finding, null, `${times} looks`);
    }
    const vain = await explored(source, check([made, patient(1e9), destroyed]));
    assertEquals([vain.finding?.kind, vain.finding?.line], ["livelock", 26]);
    const steps = vain.trace?.steps.length ?? Infinity;
    assert(steps < 100, `${steps} steps are no story`);
  }));

Deno.test("the explorer lets a signal come at every moment", () =>
  expectNothingLeft(async () => {
    const source = `import { pause, sigaction, SIGUSR1 } from "ipc";
export function wait(ready: () => void): void {
  let came = false;
  sigaction(SIGUSR1, { handler: () => { came = true; } });
  ready();
  if (!came) pause();
}
`;
    const stage: Stage = {
      roles: [role("sleeper", ["wait", Marker.callback("ready")])],
      stimuli: [{ when: { kind: "note", role: "sleeper", note: "ready" }, signal: "SIGUSR1", to: "sleeper" }],
    };
    const found = await explored(source, check([stage]));
    assertEquals([found.finding?.kind, found.finding?.line], ["lost-wake-up", 6]);
    assertMatch(
      found.finding?.message ?? "",
      /^A signal came for sleeper before sleeper had begun to wait in pause\(\) in line 6/,
    );
  }));

Deno.test("the explorer starts late comers when nobody can go on, and hands results on", () =>
  expectNothingLeft(async () => {
    const source = SHARED + `
export function add(name: string): number { const lock = sem_open(name + 0, 0); sem_wait(lock); sem_wait(lock); sem_close(lock); return 7; }
export function free(name: string, seven: number): number { const lock = sem_open(name + 0, 0); sem_post(lock); sem_close(lock); return seven; }
export function same(value: number): number { return value; }
`;
    const late: Stage = {
      roles: [role("ann", ["add", NAME]), { ...role("bob", ["free", NAME, 1]), start: STUCK }],
    };
    const after: Stage = { roles: [role("cleo", ["same", Marker.from("ann")])] };
    const found = await explored(
      source,
      check([made, late, after, destroyed], (history) => {
        const seven = history.events.find((event) => event.kind === "return" && event.role === "cleo");
        return seven?.kind === "return" && seven.value === 7 ? null : { kind: "wrong-result", message: "no 7" };
      }),
    );
    assertEquals(found.finding, null);
  }));

Deno.test("the explorer sees a process die while it has the turn, of itself or of another", () =>
  expectNothingLeft(async () => {
    const source = `import { _exit, getpid, kill, SIGKILL } from "ipc";
export function leave(): void { _exit(3); }
export function die(): void { kill(getpid(), SIGKILL); }
export function murder(pid: number): void { kill(pid, SIGKILL); }
export function live(): void { getpid(); getpid(); }
`;
    assertEquals((await explored(source, check([{ roles: [role("ann", ["leave"])] }]))).finding?.kind, "ended-early");
    assertEquals((await explored(source, check([{ roles: [role("ann", ["die"])] }]))).finding?.kind, "crash");
    const murder: Stage = { roles: [role("ann", ["murder", Marker.pid("bob")]), role("bob", ["live"])] };
    const found = await explored(source, check([murder]));
    assertEquals([found.finding?.kind, found.finding?.role], ["crash", "bob"]);
  }));

Deno.test("the explorer follows children that a role forks", () =>
  expectNothingLeft(async () => {
    const source = `import { close, fork, pipe, read, waitpid, write } from "ipc";
export function parent(waits: boolean): number {
  const [from, to] = pipe();
  const child = fork(() => { write(to, new Uint8Array([5])); return 0; });
  close(to);
  const byte = new Uint8Array(1);
  const length = read(from, byte);
  close(from);
  if (waits) waitpid(child);
  return length === 1 ? byte[0]! : -1;
}
`;
    const judge: Judge = (history) =>
      history.events.some((event) => event.kind === "return" && event.value === 5)
        ? null
        : { kind: "wrong-result", message: "no 5" };
    assertEquals((await explored(source, check([{ roles: [role("ann", ["parent", true])] }], judge))).finding, null);
  }));

Deno.test("the explorer fails nobody for waiting by the clock, nor for many children or objects", () =>
  expectNothingLeft(async () => {
    const source = `import { close, fork, pipe, waitpid } from "ipc";
// Less than a free run bears without anything coming of it.
export function waits(): number {
  const end = Date.now() + 1200;
  const late = performance.now() + 500;
  while (Date.now() < end || performance.now() < late);
  return 1;
}
export function forks(): number {
  for (let child = 0; child < 20; child++) waitpid(fork(() => 0));
  return 1;
}
export function pipes(): number {
  for (let turn = 0; turn < 300; turn++) for (const fd of pipe()) close(fd);
  return 1;
}
`;
    for (const name of ["waits", "forks", "pipes"]) {
      const one = check([{ roles: [role("ann", [name]), role("bob", [name])] }]);
      const { finding, status } = await explored(source, one, { explore: { ...EXPLORE, schedules: 5 } });
      assertEquals([status, finding], ["passed", null], name);
    }
  }));

Deno.test("the explorer gets rid of a process that catches everything and tries again", () =>
  expectNothingLeft(async () => {
    const source = SHARED + `
export function add(name: string): void {
  const lock = sem_open(name + 0, 0);
  for (let turn = 0; turn < 2;) {
    try {
      sem_wait(lock);
      turn++;
    } catch {
      continue;
    }
  }
}
`;
    const stuck: Stage = { roles: [role("ann", ["add", NAME]), role("bob", ["add", NAME])], end: "stuck" };
    const found = await explored(source, check([made, stuck, destroyed]));
    assertEquals(found.finding, null);
    assertMatch(found.coverage ?? "", /every order of steps that can matter passes/);
  }));

Deno.test("the explorer names what a schedule leaves behind", () =>
  expectNothingLeft(async () => {
    const source = SHARED + "export function add(): void {}\n";
    const found = await explored(source, check([made]));
    assertEquals(found.finding?.kind, "leak");
    assertMatch(found.finding?.message ?? "", /made by maker/);
  }));

Deno.test("the explorer blames a process that does not do the same in the same schedule", () =>
  expectNothingLeft(async () => {
    const source = `let turns = 0;
export function count(): number {
  const all = globalThis as { turns?: number };
  all.turns = (all.turns ?? 0) + 1;
  turns++;
  return all.turns + turns;
}
`;
    const judge: Judge = (history) =>
      history.events.some((event) => event.kind === "return" && (event.value as number) > 3)
        ? { kind: "wrong-result", message: "too many" }
        : null;
    const found = await explored(source, check([{ roles: [role("ann", ["count"]), role("bob", ["count"])] }], judge));
    assertEquals(found.finding?.kind, "not-deterministic");
  }));

Deno.test("the explorer says when nothing ever overlaps, though it may", () =>
  expectNothingLeft(async () => {
    const body = (inside: string): string =>
      SHARED + `export function add(name: string, note: (what: string) => void): void {
  const lock = sem_open(name + 0, 0);
  ${inside}
  sem_close(lock);
}
`;
    const notes = Marker.callback("at");
    const stage: Stage = { roles: [role("ann", ["add", NAME, notes]), role("bob", ["add", NAME, notes])] };
    const overlap = {
      what: "two processes at their meal",
      seen: (history: Parameters<Judge>[0]): boolean => {
        let inside = 0;
        let most = 0;
        for (const event of history.events) {
          if (event.kind !== "note") continue;
          inside += event.values[0] === "in" ? 1 : -1;
          most = Math.max(most, inside);
        }
        return most > 1;
      },
    };
    const one = check([made, stage, destroyed], () => null, { overlap });
    const alone = body('sem_wait(lock); note("in"); sem_post(lock); sem_wait(lock); note("out"); sem_post(lock);');
    assertEquals((await explored(alone, one)).finding, null);
    const locked = await explored(body('sem_wait(lock); note("in"); note("out"); sem_post(lock);'), one);
    assertEquals(locked.finding?.kind, "over-synchronised");
    assertMatch(locked.finding?.message ?? "", /two processes at their meal/);
  }));

Deno.test("a token is refused where it is mistyped, of another file, or of a check that is not explored", async () => {
  const source = SHARED + "export function add(name: string): void { const words = attach(name); words[0]! += 1; }\n";
  const one = check([made, adders, destroyed], finally_(2));
  const token = (await explored(source, one)).finding?.replay as string;
  const refusal = async (text: string, given: string): Promise<string> => {
    try {
      await explored(text, one, { replay: given });
      return "";
    } catch (error) {
      assert(error instanceof TokenRefused);
      return error.message;
    }
  };
  assertMatch(await refusal(source, token.replace(/.$/, (last) => last === "a" ? "b" : "a")), /character is wrong/);
  assertMatch(await refusal(source + "// more", token), /the file has changed/);
  assertMatch(await refusal(source, "token"), /no token/);
});

Deno.test("another seed gives other inputs and other schedules", () =>
  expectNothingLeft(async () => {
    const drawn: number[] = [];
    const source = "export function same(value: number): number { return value; }\n";
    const one = check([{ roles: [role("ann", ["same", 1])] }]);
    const watched: Check = {
      ...one,
      explore: {
        prepare: (random) => {
          drawn.push(random.integer(1_000_000));
          return one.prepare(random);
        },
      },
    };
    for (const seed of [1, 1, 2]) await explored(source, watched, { explore: { ...EXPLORE, seed } });
    assertEquals(drawn[0], drawn[1]);
    assertNotEquals(drawn[0], drawn[2]);
  }));

/** Each says that it wants to go in, and tries again for as long as the other does: counting, so that memory goes on changing. */
const BOTH_INSIST = SHARED + `export function add(name: string, me: number): void {
  const words = attach(name);
  Atomics.store(words, me, 1);
  while (Atomics.load(words, 3 - me) === 1) Atomics.add(words, 4 + me, 1);
  Atomics.store(words, me, 0);
}
`;

Deno.test("the explorer tells a livelock in which memory goes on changing, with a short token", () =>
  expectNothingLeft(async () => {
    const both: Stage = { roles: [role("ann", ["add", NAME, 1]), role("bob", ["add", NAME, 2])] };
    const found = await explored(BOTH_INSIST, check([made, both, destroyed]));
    assertEquals(found.finding?.kind, "livelock");
    assertMatch(found.finding?.message ?? "", /ann tries again and again.*bob tries again and again/);
    assertMatch(found.finding?.replay ?? "", /^.{1,60}$/);
  }));

Deno.test("the explorer does not take for a livelock what ends once everybody has a turn, nor a long way for an endless one", () =>
  expectNothingLeft(async () => {
    const waits = SHARED + `export function add(name: string, me: number): void {
  const words = attach(name);
  if (me === 1) Atomics.store(words, 1, 1);
  else while (Atomics.load(words, 1) === 0) Atomics.add(words, 5, 1);
}
`;
    const both: Stage = { roles: [role("ann", ["add", NAME, 1]), role("bob", ["add", NAME, 2])] };
    assertEquals((await explored(waits, check([made, both, destroyed]))).finding, null);
    const long = SHARED + `export function add(name: string, me: number): void {
  const words = attach(name);
  for (let turn = 0; turn < 12_000; turn++) Atomics.add(words, 1, 1);
}
`;
    assertEquals((await explored(long, check([made, both, destroyed]))).finding, null);
  }));
