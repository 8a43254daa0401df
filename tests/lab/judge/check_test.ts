/** How a check comes to its verdict: on real processes, with an arena that may be killed in the middle. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import type { Check, Prepared } from "../../../lab/course/definition.ts";
import { Marker, type Scenario } from "../../../lab/course/scenario.ts";
import type { History } from "../../../lab/course/history.ts";
import type { Finding } from "../../../lab/judge/finding.ts";
import { expectNothingLeft } from "../../support/kernel_objects.ts";
import { judged, role } from "./lab.ts";

const WORK = "export function work(item: number): number {\n  return item + 1;\n}\n";
const WAITS = `import { pipe, read } from "ipc";
export function work(): void {
  const [end] = pipe();
  read(end, new Uint8Array(1));
}
`;
const ONE: Scenario = { stages: [{ roles: [role("worker", ["work", 1])] }] };

function check(more: Partial<Check & Prepared> = {}): Check {
  const { scenario = ONE, judge = () => null, explain, ...rest } = more;
  return {
    name: "it works",
    points: 10,
    runs: 3,
    prepare: () => ({ scenario, judge, ...(explain === undefined ? {} : { explain }) }),
    ...rest,
  };
}

/** Process ids of the arenas of this process. */
function arenas(): number[] {
  return [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter((pid) => {
    try {
      const [, rest = ""] = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ");
      return Number(rest.split(" ")[1]) === Deno.pid &&
        Deno.readTextFileSync(`/proc/${pid}/cmdline`).includes("lab/arena/main.ts");
    } catch {
      return false;
    }
  });
}

function killArenas(): void {
  for (const pid of arenas()) Deno.kill(pid, "SIGKILL");
}

Deno.test("judge() gives a check its points when every run has passed, each with a scenario of its own", () =>
  expectNothingLeft(async () => {
    const seen: number[] = [];
    const progress: string[] = [];
    const counting = check({
      prepare(random): Prepared {
        const [item] = random.tokens(1) as [number];
        return {
          scenario: { stages: [{ roles: [role("worker", ["work", item])] }] },
          judge(history: History): null {
            seen.push(item);
            assertEquals(history.events.find((event) => event.kind === "return")?.value, item + 1);
            return null;
          },
        };
      },
    });
    const report = await judged(WORK, [counting, check({ name: "again", points: 5, runs: 1 })], {
      onProgress: ({ done, total, check }) => progress.push(`${done}/${total} ${check}`),
      onCheck: ({ name, status }) => progress.push(`${name} ${status}`),
    });
    assertEquals([report.verdict, report.points, report.maxPoints], ["passed", 15, 15]);
    assertEquals(new Set(seen).size, 3);
    assertEquals(report.checks.map(({ schedules }) => schedules), [3, 1]);
    assertEquals(progress, [
      ...["1/4 it works", "2/4 it works", "3/4 it works", "it works passed", "4/4 again", "again passed"],
    ]);
  }));

Deno.test("judge() lets the first run that fails decide, and goes on with the next check", () =>
  expectNothingLeft(async () => {
    let runs = 0;
    const wrong: Finding = { kind: "wrong-result", message: "no", line: 2 };
    const report = await judged(WORK, [check({ judge: () => ++runs === 2 ? wrong : null }), check({ name: "other" })]);
    assertEquals([report.verdict, report.points, report.maxPoints], ["failed", 10, 20]);
    assertEquals(report.checks.map(({ status, schedules }) => [status, schedules]), [["failed", 2], ["passed", 3]]);
    assertEquals(report.checks[0]?.finding, { ...wrong, file: "work.ts" });
    const first = await judged(WORK, [check({ judge: () => wrong }), check()], { firstOnly: true });
    assertEquals(first.checks.length, 1);
  }));

Deno.test("judge() asks explain() of a run that got stuck, and not judge()", () =>
  expectNothingLeft(async () => {
    const asked: string[] = [];
    const finding: Finding = { kind: "lost-wake-up", message: "nobody woke it" };
    const judge = (): null => (asked.push("judge"), null);
    const explained = await judged(WAITS, [
      check({ judge, explain: ({ ends }) => (asked.push(`${ends[0]?.how} ${ends[0]?.blocked?.call}`), finding) }),
    ]);
    assertEquals(explained.checks[0]?.finding, finding);
    const unexplained = await judged(WAITS, [check({ judge, explain: () => null })]);
    assertEquals(unexplained.checks[0]?.finding?.kind, "deadlock");
    assertEquals(unexplained.checks[0]?.finding?.line, 4);
    assertEquals(asked, ["stuck read"]);
  }));

Deno.test("judge() finds wrong results before leaks, and leaks before the means", () =>
  expectNothingLeft(async () => {
    const leaks = `import { IPC_CREAT, IPC_PRIVATE, shmget } from "ipc";
export function work(): void { shmget(IPC_PRIVATE, 100, IPC_CREAT | 0o600); }
`;
    const mechanisms = { must: [["pipe"]] } as const;
    const wrong: Finding = { kind: "wrong-result", message: "no" };
    const kind = async (source: string, finding: Finding | null): Promise<string | undefined> =>
      (await judged(source, [check({ judge: () => finding })], { mechanisms })).checks[0]?.finding?.kind;
    assertEquals(await kind(leaks, wrong), "wrong-result");
    assertEquals(await kind(leaks, null), "leak");
    assertEquals(await kind(WORK, null), "missing-mechanism");
    const forbidden = await judged(leaks.replace("work(): void {", "work(): void { return;"), [check()], {
      mechanisms: { mustNot: ["shmget"] },
    });
    assertEquals(forbidden.verdict, "passed"); // imported, never called: the record of calls counts
  }));

Deno.test("judge() calls a machine unsupported that lacks a call", () =>
  expectNothingLeft(async () => {
    const source = `import { SystemError } from "ipc";
export function work(): void { throw new SystemError("mq_open", 38); }
`;
    const report = await judged(source, [check()]);
    assertEquals([report.verdict, report.points], ["unsupported", 0]);
    assertMatch(report.reason ?? "", /kernel has no mq_open\(\)/);
  }));

Deno.test("judge() starts the arena again when it is killed once, and the verdict is the same", () =>
  expectNothingLeft(async () => {
    let kills = 0;
    const report = await judged(WORK, [check({ runs: 6 })], {
      onProgress: ({ done }) => {
        if (done === 2 || done === 4) {
          kills++;
          killArenas();
        }
      },
    });
    assertEquals([report.verdict, kills], ["passed", 2], JSON.stringify(report));
  }));

Deno.test("judge() fails a file whose runs bring the arena down each time, and sweeps what that left", () =>
  expectNothingLeft(async () => {
    // A program of its own is not bound by the gate: it kills the process that starts roles.
    const source = `import { execve, fork, getppid, pipe, read } from "ipc";
export function work(): void {
  const template = getppid();
  const [end] = pipe();
  fork(() => { read(end, new Uint8Array(1)); });
  execve("/bin/sh", ["sh", "-c", \`sleep 1000 & kill -9 \${template}; sleep 1000\`], []);
}
`;
    const report = await judged(source, [check()]);
    assertEquals(report.verdict, "failed", JSON.stringify(report));
    assertEquals(report.checks[0]?.finding?.kind, "crash");
    assertMatch(report.checks[0]?.finding?.message ?? "", /brought down the process that had started them, twice/);
  }));

Deno.test("judge() is broken, not failed, when the arena stands still", () =>
  expectNothingLeft(async () => {
    const source = `import { execve, getppid } from "ipc";
export function work(): void {
  execve("/bin/sh", ["sh", "-c", \`kill -STOP \${getppid()}\`], []);
}
`;
    const report = await judged(source, [check()]);
    assertEquals([report.verdict, report.points], ["broken", 0], JSON.stringify(report));
    assertMatch(report.reason ?? "", /the arena/);
  }));

Deno.test("judge() rejects when it is aborted, and leaves nothing", () =>
  expectNothingLeft(async () => {
    for (const source of [WORK, WAITS, WORK.replace("return", "for (;;); return")]) {
      const controller = new AbortController();
      const reason = new Error("enough");
      const endless = check({
        runs: 100_000,
        prepare: () => {
          setTimeout(() => controller.abort(reason), 50);
          return { scenario: ONE, judge: () => null, explain: () => null };
        },
      });
      const error = await assertRejects(() => judged(source, [endless], { signal: controller.signal }));
      assertEquals(error, reason);
    }
    const done = AbortSignal.abort(new Error("before"));
    await assertRejects(() => judged(WORK, [check()], { signal: done }), Error, "before");
  }));

Deno.test("judge() is not misled by a file that changes what the lab's own code is made of", () =>
  expectNothingLeft(async () => {
    for (
      const [what, kinds] of [
        ["Object.defineProperty(Object.prototype, 'toJSON', { value: () => null });", ["ended-early", "wrong-result"]],
        ["JSON.stringify = () => 'nonsense';", ["ended-early", "wrong-result"]],
        ['JSON.stringify = () => \'{"k":"return","o":1,"p":1,"c":7,"v":2}\';', ["ended-early", "wrong-result"]],
        ["TextEncoder.prototype.encode = () => { throw null; };", ["ended-early", "wrong-result", "uncaught-error"]],
        ["Array.from = () => { throw new Error('mine'); };", ["passed", "uncaught-error", "ended-early"]],
      ] as const
    ) {
      const source = `${what}\n${WORK}`;
      const report = await judged(source, [
        check({
          judge: ({ events }) =>
            events.some((event) => event.kind === "return" && event.value === 2)
              ? null
              : { kind: "wrong-result", message: "no" },
        }),
      ]);
      const got = report.checks[0]?.finding?.kind ?? report.verdict;
      assert((kinds as readonly string[]).includes(got), `${what}: ${JSON.stringify(report.checks[0])}`);
    }
  }));

Deno.test("judge() carries a late result of a callback that is called after the function has returned", () =>
  expectNothingLeft(async () => {
    const source = `import { fork } from "ipc";
export function work(note: (n: number) => void): void { fork(() => { for (;;) note(1); }); }
`;
    const scenario: Scenario = { stages: [{ roles: [role("worker", ["work", Marker.callback("n")])] }] };
    const report = await judged(source, [check({ scenario })]);
    assertEquals(report.verdict, "passed");
  }));
