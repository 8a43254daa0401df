/** From a schedule's records to its trace: by hand, and of schedules that were run. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { CALLS } from "../../../lib/gate/calls.ts";
import type { StepDetail } from "../../../lab/arena/controlled/detail.ts";
import type { Check } from "../../../lab/course/definition.ts";
import type { Stage } from "../../../lab/course/scenario.ts";
import { FLAG, FLUSH, MODE, OPERATION } from "../../../lab/explore/region.ts";
import type { LogRecord } from "../../../lab/explore/log.ts";
import type { Trace } from "../../../lab/explore/trace.ts";
import { type FailedSchedule, MOST_TRACE_STEPS, traceOf } from "../../../lab/judge/trace_of.ts";
import { wordChanges } from "../../../lab/judge/word_changes.ts";
import { expectNothingLeft } from "../../support/kernel_objects.ts";
import { judged, role } from "./lab.ts";

const SEM_WAIT = CALLS.indexOf("sem_wait");
const SEM_POST = CALLS.indexOf("sem_post");

function step(party: number, operation: number, options: Partial<StepDetail> = {}): StepDetail {
  return {
    ...{
      party,
      operation,
      object: -1,
      offset: 0,
      length: 0,
      mode: MODE.none,
      flags: 0,
      result: 0,
      enabled: 6,
      site: 0,
    },
    ...options,
  };
}

const place = (number: number, line: number): LogRecord => ({
  kind: "place",
  party: 1,
  number,
  value: [line, "work.ts"],
});
const detail = (number: number, operation: string, given: string, result: string | null): LogRecord => ({
  ...{ kind: "detail", party: 1, number, value: [operation, given, result] },
});
const object = (number: number, kind: string, name: string): LogRecord => ({
  ...{ kind: "object", party: 1, number, value: [kind, name] },
});

/** What matters of a failure of two roles. */
function failed(
  steps: readonly StepDetail[],
  log: readonly LogRecord[],
  critical: number | null = null,
): FailedSchedule {
  const part = (party: number, name: string) => ({
    ...{ party, name, stage: 0, calls: [], daemon: false, waits: false },
  });
  return {
    finding: { kind: "wrong-result", message: "the sum is 1" },
    plan: { blocks: [], then: { kind: "stay" }, faults: [], buffered: false },
    cast: { parts: [part(1, "ann"), part(2, "bob")], scenes: [], notes: [], scratch: "/tmp/run-17/scratch" },
    schedule: {
      ...{
        number: 1,
        by: "",
        hash: 0,
        races: [],
        blocks: [],
        faults: [],
        preempted: [],
        buffered: false,
        then: "stay",
      },
      ...{ end: "ended", parties: [], log },
    } as unknown as FailedSchedule["schedule"],
    steps,
    critical,
  };
}

function told(failure: FailedSchedule): Trace {
  return traceOf(failure, {
    exercise: { number: 9, name: "small", title: "Small" },
    ...{ check: "explored", token: "A1", foundBy: "", sources: { "work.ts": "one\ntwo" } },
  });
}

Deno.test("traceOf() gives a step that went on the place and the call that began to wait", () => {
  const wait = { object: 0, mode: MODE.write };
  const trace = told(failed([
    step(1, SEM_WAIT, { ...wait, flags: FLAG.blocked }),
    step(2, SEM_POST, { object: 0, mode: MODE.post, enabled: 4 }),
    step(1, SEM_WAIT, { ...wait, flags: FLAG.blocked | FLAG.again }),
    step(1, SEM_WAIT, { ...wait, flags: FLAG.again }),
    step(2, SEM_WAIT, { ...wait, flags: FLAG.blocked }),
  ], [
    object(0, "semaphore", "/ipclab.abcdefghijkl.free"),
    place(0, 4),
    place(1, 7),
    detail(1, "sem_post", "/ipclab.abcdefghijkl.free", ""),
    detail(3, "sem_wait", "/ipclab.abcdefghijkl.free", ""),
  ]));
  assertEquals(
    trace.steps.map((
      { lane, operation, arguments: given, line, what, result },
    ) => [lane, operation, given, line, what, result]),
    [
      [0, "sem_wait", ".free", 4, "parked", null],
      [1, "sem_post", ".free", 7, "done", null],
      [0, "sem_wait", ".free", 4, "parked", null],
      [0, "sem_wait", ".free", 4, "woken", null],
      [1, "sem_wait", ".free", null, "parked", null],
    ],
  );
  assertEquals(trace.steps[1]?.woke, [0]);
  // That ann had to wait tells what was in it.
  assertEquals(trace.objects, [{ kind: "semaphore", name: ".free", initial: "0" }]);
  assertEquals(trace.steps.map(({ values }) => values?.[0]?.text), [undefined, "1", undefined, "0", undefined]);
});

Deno.test("traceOf() leaves no holes among objects, tells random names apart, and leaves the run's folder out", () => {
  const trace = told(failed([step(1, SEM_POST, { object: 3 })], [
    object(1, "semaphore", "/ipclab.abcdefghijkl.free"),
    object(2, "semaphore", "/ipclab.abxdefghijkl.free"),
    object(3, "name", "/ipclab.abxdefghijkl"),
    object(4, "FIFO", "/tmp/run-17/scratch/letters"),
  ]));
  assertEquals(trace.objects.map(({ kind, name }) => `${kind} ${name}`), [
    "object 0",
    "semaphore /abc….free",
    "semaphore /abx….free",
    "name /ipclab.abx…",
    "FIFO letters",
  ]);
});

Deno.test("traceOf() says between which lines the stop was that matters, at its place among the events", () => {
  const steps = [
    step(1, OPERATION.load, { object: 0, length: 4, mode: MODE.read }),
    step(2, OPERATION.store, { object: 0, length: 4, mode: MODE.write, flags: FLAG.preempted }),
    step(1, OPERATION.store, { object: 0, length: 4, mode: MODE.write }),
  ];
  const log: LogRecord[] = [object(0, "memory", "/m"), place(0, 12), place(1, 30), place(2, 13)];
  const critical = (lines: readonly LogRecord[], at = 1): Trace["critical"] => told(failed(steps, lines, at)).critical;
  assertEquals(critical(log), {
    step: 1,
    text: "had ann not been stopped between line 12 and line 13, this run passes",
  });
  assertEquals(critical(log.with(3, place(2, 12)))?.text, "had ann not been stopped in line 12, this run passes");
  assertEquals(critical(log.slice(0, 3))?.text, "had ann not been stopped behind line 12, this run passes");
  const returned: LogRecord = { kind: "return", party: 1, number: 0, value: 5 };
  assertEquals(critical([...log.slice(0, 2), returned, ...log.slice(2)])?.step, 2);
});

Deno.test("traceOf() tells of a very long schedule the end, and how much is left out", () => {
  const count = MOST_TRACE_STEPS + 500;
  const steps = Array.from({ length: count }, () => step(1, OPERATION.load, { object: 0, length: 4 }));
  const trace = told(failed(steps, [object(0, "memory", "/m"), place(count - 1, 9)], 3));
  assertEquals([trace.steps.length, trace.omitted, trace.steps.at(-1)?.line], [MOST_TRACE_STEPS, 500, 9]);
  assertEquals(trace.critical, undefined);
});

const WORD = { object: 0, offset: 8, length: 4 };
const store = { ...WORD, mode: MODE.write };

/** The changes of steps of party 1, as "old>new". */
function changes(
  steps: readonly (readonly [StepDetail, result: string | null, name?: string])[],
  buffered = false,
): string[][] {
  return wordChanges(
    steps.map(([detail]) => detail),
    (at) => ["", "", ""].with(0, steps[at]?.[2] ?? "").with(2, steps[at]?.[1] as string) as [string, string, string],
    buffered,
  ).map((list) => list.map((change) => `${change.old}>${change.new}`));
}

Deno.test("wordChanges() knows what Atomics and blocks wrote by the next look, if nobody wrote in between", () => {
  const atomic = step(1, OPERATION.atomic, store);
  assertEquals(
    changes([
      [step(1, OPERATION.store, store), "4"],
      [atomic, "4", "Atomics.add"],
      [atomic, "6", "Atomics.compareExchange"],
      [step(2, OPERATION.load, { ...WORD, mode: MODE.read }), "6"],
      [atomic, "6", "Atomics.sub"],
      [step(1, OPERATION.store, store), "9"],
      [atomic, "1", "Atomics.store"],
    ]),
    [["0>4"], ["4>6"], [], [], [], ["0>9"], ["9>1"]],
  );
  const block = step(1, OPERATION.bulkStore, { object: 0, offset: 0, length: 16, mode: MODE.write });
  const load = step(2, OPERATION.load, { ...WORD, mode: MODE.read });
  assertEquals(changes([[block, null], [load, "7"]]), [["0>7"], []]);
  assertEquals(changes([[block, null], [block, null], [load, "7"]]), [[], ["0>7"], []]);
});

Deno.test("wordChanges() takes a store that is on its way for none before it is seen", () => {
  const flush = step(FLUSH + 1, OPERATION.flush, store);
  const plain = step(1, OPERATION.store, store);
  assertEquals(changes([[plain, "4"], [plain, "5"], [flush, null], [flush, null]], true), [[], [], ["0>4"], ["4>5"]]);
  assertEquals(changes([[plain, "4"], [step(1, SEM_POST), ""]], true), [[], ["0>4"]]);
});

const PROGRAM =
  `import { close, ftruncate, MAP_SHARED, mmap, munmap, O_CREAT, O_RDWR, pipe, PROT_READ, PROT_WRITE, read, shm_open,
  shm_unlink, write } from "ipc";
export function make(name: string): void {
  const fd = shm_open(name, O_RDWR | O_CREAT, 0o600);
  ftruncate(fd, 16);
  close(fd);
}
export function add(name: string): number {
  const fd = shm_open(name, O_RDWR);
  const memory = mmap(16, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
  close(fd);
  const words = memory.view(Int32Array);
  Atomics.add(words, 1, 1);
  const seen = words[0]!;
  words[0] = seen + 1;
  const sum = Atomics.load(words, 0);
  munmap(memory);
  return sum;
}
export function pass(): void {
  const [to, from] = pipe();
  write(from, new Uint8Array(5));
  read(to, new Uint8Array(2));
  close(to);
  close(from);
}
export function destroy(name: string): void { shm_unlink(name); }
`;

Deno.test("a schedule that was run is told with the stop that matters, with values and without random names", () =>
  expectNothingLeft(async () => {
    const name = "/ipclab.abcdefghijkl";
    const stages: Stage[] = [
      { roles: [role("maker", ["make", name])] },
      { roles: [role("ann", ["add", name]), role("bob", ["add", name])] },
      { roles: [role("passer", ["pass"])] },
      { roles: [role("remover", ["destroy", name])] },
    ];
    const prepare: Check["prepare"] = () => ({
      scenario: { stages },
      judge: ({ events }) =>
        events.some((event) => event.kind === "return" && event.value === 2)
          ? null
          : { kind: "wrong-result", message: "an addition is lost" },
    });
    const one: Check = { name: "lost", points: 1, runs: 1, prepare, explore: { prepare } };
    const explore = { seed: 1, seconds: 60, schedules: 400 };
    const report = await judged(PROGRAM, [one], { explore });
    const trace = report.checks[0]?.trace;
    assert(trace !== undefined, JSON.stringify(report.checks));
    assertMatch(
      trace.critical?.text ?? "",
      /^had (ann|bob) not been stopped between line 14 and line 15, this run passes$/,
    );
    assert(trace.steps[trace.critical?.step ?? 0]?.preempted);
    assert(!JSON.stringify(trace).includes("abcdefghijkl"), JSON.stringify(trace.objects));
    const changed = trace.steps.flatMap(({ operation, changes }) =>
      changes.map(({ offset, old, new: now }) => `${operation} +${offset} ${old}>${now}`)
    );
    assertEquals(changed.filter((text) => text.startsWith("Atomics")), ["Atomics.add +4 0>1"]);
    assertEquals(changed.filter((text) => text.startsWith("store")), ["store +0 0>1"]);
    const bytes = trace.steps.flatMap(({ operation, values }) =>
      values?.map(({ text }) => `${operation} ${text}`) ?? []
    );
    assertEquals(bytes, ["write 5 bytes", "read 3 bytes"]);
    for (let time = 0; time < 3; time++) {
      const again = await judged(PROGRAM, [one], { explore, replay: trace.token });
      assertEquals(again.checks[0]?.trace?.steps, trace.steps);
    }
  }));

Deno.test("what is not written yet is told without a schedule", () =>
  expectNothingLeft(async () => {
    const stages: Stage[] = [{ roles: [role("ann", ["add"]), role("bob", ["add"])] }];
    const prepare: Check["prepare"] = () => ({ scenario: { stages }, judge: () => null });
    const source = 'export function add(): void { throw new Error("not implemented: add()"); }\n';
    const explore = { seed: 1, seconds: 60, schedules: 20 };
    const report = await judged(source, [{ name: "it adds", points: 1, prepare, explore: { prepare } }], { explore });
    const [check] = report.checks;
    assertEquals([check?.finding?.kind, check?.finding?.replay, check?.trace], [
      "not-implemented",
      undefined,
      undefined,
    ]);
  }));

Deno.test("where a file may use shared memory unseen is in the report, where something is explored", () =>
  expectNothingLeft(async () => {
    const stages: Stage[] = [{ roles: [role("ann", ["add"])] }];
    const prepare: Check["prepare"] = () => ({ scenario: { stages }, judge: () => null });
    const source = "export function add(): void {\n  const words = new Int32Array(1);\n  new Proxy(words, {});\n}\n";
    const plain = { name: "it adds", points: 1, runs: 1, prepare };
    const explore = { seed: 1, seconds: 60, schedules: 5 };
    const report = await judged(source, [{ ...plain, explore: { prepare } }], { explore });
    assertEquals(report.notes?.map(({ file, line }) => `${file}:${line}`), ["work.ts:3"]);
    assertEquals((await judged(source, [plain], { explore })).notes, undefined);
  }));
