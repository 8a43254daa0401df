/** A runner that passes everything proves nothing: rows that are wrong must come out different. */
import { assert, assertEquals } from "@std/assert";
import { testFolder } from "../support/names.ts";
import type { CallStep, Expectation, Row, Step } from "./rows.ts";
import { runApart } from "./support.ts";
import type { Outcome } from "./verdict.ts";

/** Rows made for a test run, by name. */
type Cases = Readonly<{ [name: string]: Partial<Row> }>;

async function run(cases: Cases, deadlineMs = 10_000): Promise<Map<string, Outcome>> {
  using folder = testFolder();
  const rows = Object.entries(cases).map(([id, row]) => ({
    ...{ id: `test-${id}`, source: "a test", tier: "A", setup: [], call: "getpid", args: [], expect: {}, needs: [] },
    ...row,
  }));
  Deno.writeTextFileSync(folder.file("rows"), rows.map((row) => JSON.stringify(row)).join("\n"));
  const outcomes = await runApart(["--rows", folder.file("rows"), "--deadline", String(deadlineMs)]);
  return new Map(outcomes.map(({ id, ...outcome }) => [id.slice("test-".length), outcome]));
}

const PIPE: Step = { call: "pipe", args: [{ ints: [0, 0], as: "p" }] };
const HANDLER: Step = { handler: "SIGUSR1", flags: "SA_SIGINFO" };
const RAISE: CallStep = { call: "raise", args: ["=SIGUSR1"] };
const WRITE: CallStep = { call: "write", args: ["$p.1", { buf: "hello" }, 5] };

function reading(expect: Expectation): Partial<Row> {
  return { setup: [PIPE, WRITE], call: "read", args: ["$p.0", { out: 9, as: "r" }, 9], expect };
}

function raised(expected: Step): Partial<Row> {
  return { setup: [HANDLER], ...RAISE, args: ["=SIGUSR1"], expect: { ret: 0, then: [expected] } };
}

/** Each is right; next to it what makes it wrong. */
const RIGHT: Cases = {
  result: reading({ ret: 5 }),
  alternatives: reading({ ret: [4, 5] }),
  bytes: reading({ ret: 5, vars: { "r@str:0:5": "hello" } }),
  errno: { call: "read", args: [-1, { out: 1 }, 1], expect: { ret: -1, errno: ["EINTR", "EBADF"] } },
  signal: raised({ rec: { count: 1, signo: ["SIGUSR1"], code: ["SI_TKILL"], siginfo: [1], mask_has: ["SIGUSR1"] } }),
  mask: {
    setup: [{ call: "sigprocmask", args: ["=SIG_BLOCK", { sigset: ["SIGUSR1"] }, null] }],
    call: "sigprocmask",
    args: ["=SIG_BLOCK", null, { sigset_out: 0, as: "m" }],
    expect: { ret: 0, vars: { m: ["SIGUSR1"] } },
  },
  killed: { ...RAISE, args: ["=SIGUSR1"], expect: { killed: "SIGUSR1" } },
  child: {
    setup: [{ fork: [{ call: "kill", args: ["$self", "=SIGTERM"] }] }],
    expect: { then: [{ wait: "pid", expect: { signaled: "SIGTERM" } }] },
  },
  childs_call: { setup: [{ fork: [{ call: "getpid", expect: { ret: "=$self" } }] }, { wait: "pid" }] },
  elapsed: {
    setup: [PIPE],
    call: "poll",
    args: [{ pollfd: { fd: "$p.0", events: "POLLIN" } }, 1, 60],
    expect: {
      ret: 0,
      elapsed_ms: [50, 9000],
    },
  },
  memory: {
    setup: [{ call: "mmap", args: [null, 4096, "=PROT_READ|PROT_WRITE", "=MAP_SHARED|MAP_ANONYMOUS", -1, 0], as: "m" }],
    expect: { then: [{ mem: "m", write: "abc" }, { peek: "m", equals: "abc" }] },
  },
};

const WRONG: Cases = {
  result: reading({ ret: 4 }),
  alternatives: reading({ ret: [-1, 4] }),
  failure: reading({ ret: -1, errno: "EAGAIN" }),
  bytes: reading({ ret: 5, vars: { "r@str:0:5": "hellO" } }),
  errno: { call: "read", args: [-1, { out: 1 }, 1], expect: { ret: -1, errno: ["EINTR", "EINVAL"] } },
  success: { call: "read", args: [-1, { out: 1 }, 1], expect: { ret: "fd" } },
  preparation: { setup: [{ call: "close", args: [-1] }] },
  no_signal: raised({ rec: { count: 0 } }),
  signo: raised({ rec: { signo: ["SIGUSR2"] } }),
  code: raised({ rec: { code: ["SI_USER"] } }),
  siginfo: raised({ rec: { siginfo: [0] } }),
  mask_has: raised({ rec: { mask_has: ["SIGUSR2"] } }),
  mask_lacks: raised({ rec: { mask_lacks: ["SIGUSR1"] } }),
  mask: { ...RIGHT["mask"], expect: { ret: 0, vars: { m: ["SIGUSR1", "SIGUSR2"] } } },
  empty_mask: { ...RIGHT["mask"], expect: { ret: 0, vars: { m: [] } } },
  not_killed: { expect: { killed: "SIGUSR1" } },
  killed_by_another: { ...RAISE, args: ["=SIGUSR1"], expect: { killed: "SIGUSR2" } },
  killed_without_saying: { ...RAISE, args: ["=SIGUSR1"], expect: { ret: 0 } },
  child: { ...RIGHT["child"], expect: { then: [{ wait: "pid" }] } },
  childs_call: { setup: [{ fork: [{ call: "getpid", expect: { ret: 0 } }] }, { wait: "pid" }] },
  elapsed: { ...RIGHT["elapsed"], expect: { ret: 0, elapsed_ms: [5000, 9000] } },
  memory: { ...RIGHT["memory"], expect: { then: [{ mem: "m", write: "abd" }, { peek: "m", equals: "abc" }] } },
  assertion: { setup: [{ assert_eq: [1, "1+1"] }] },
  unknown_step: { setup: [{ dance: 1 }] },
  unknown_constant: reading({ ret: "=NO_SUCH_NAME" }),
  unknown_field: { ...RIGHT["mask"], expect: { vars: { "m.size": 8 } } },
};

const UNSAID: Cases = {
  invalid: { call: "read", args: [0, { badptr: 1 }, 1], expect: { ret: -1, errno: "EFAULT" } },
  address: { call: "shmat", args: [1, 4096, 0], expect: { ret: -1 } },
  in_child: { setup: [{ fork: [{ call: "mkfifo", args: [{ badptr: 1 }, 0] }] }, { wait: "pid" }] },
  by_hand: { manual: "pull the plug" },
};

Deno.test("right rows come out as expected, wrong ones different, and unsayable ones say why", async () => {
  const named = (prefix: string, cases: Cases): Cases =>
    Object.fromEntries(Object.entries(cases).map(([name, row]) => [`${prefix} ${name}`, row]));
  const outcomes = await run({
    ...named("right", RIGHT),
    ...named("wrong", WRONG),
    ...named("unsaid", UNSAID),
    "missing call": { call: "no_such_call" },
  });
  const unexpected = [...outcomes].filter(([name, { verdict }]) => {
    const [kind] = name.split(" ");
    const expected = { right: "as expected", wrong: "different", unsaid: "not expressible", missing: "not yet in lib" };
    return verdict !== expected[kind as keyof typeof expected];
  });
  assertEquals(unexpected, []);
  assertEquals(outcomes.get("missing call")?.reason, "no_such_call");
  assertEquals(outcomes.get("unsaid by_hand")?.reason, "to be done by hand: pull the plug");
  assert([...outcomes.values()].every(({ verdict, reason }) => (verdict === "as expected") === (reason === "")));
});

Deno.test("a row that never ends is different, and is killed with all it started", async () => {
  const outcomes = await run({
    hangs: { setup: [PIPE, { fork: [{ sleep_ms: 600_000 }] }], call: "read", args: ["$p.0", { out: 1 }, 1] },
  }, 500);
  assertEquals(outcomes.get("hangs"), { verdict: "different", reason: "it never ended" });
});
