/** What becomes of a run, and of what it made, when it is interrupted or killed, or the machine is in the way. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { whyNoBubblewrap } from "../../lab/sandbox/bubblewrap.ts";
import { expectNothingLeft } from "../support/kernel_objects.ts";
import { objectName } from "../support/names.ts";
import { FILE, LabProcesses, until } from "./lab.ts";

const walls = whyNoBubblewrap();
const ISOLATIONS = ["none", "bubblewrap"] as const;

/** A file that makes three objects and a child that becomes another program, and then sleeps. */
function maker(name: string): string {
  return `import { execve, fork, IPC_CREAT, IPC_PRIVATE, mq_open, nanosleep, O_CREAT, O_RDWR, shm_open, shmget } from "ipc";
export function greet(): string {
  fork(() => execve("/bin/sleep", ["sleep", "900"], []));
  shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0o600);
  shm_open("${name}", O_CREAT | O_RDWR, 0o600);
  mq_open("${name}", O_CREAT | O_RDWR, 0o600);
  for (;;) nanosleep({ sec: 1, nsec: 0 });
}
`;
}

/** The sleeper that the role has started. */
function sleepers(): string[] {
  return [...Deno.readDirSync("/proc")].map(({ name }) => name).filter((pid) => {
    try {
      return Deno.readTextFileSync(`/proc/${pid}/cmdline`) === "sleep\x00900\x00" &&
        Deno.readLinkSync(`/proc/${pid}/cwd`).includes("/ipclab.test.");
    } catch {
      return false;
    }
  });
}

for (const isolation of ISOLATIONS) {
  const options = { ignore: isolation === "bubblewrap" && walls !== null };

  Deno.test(
    `exercise answers with its status and one document, isolation ${isolation}`,
    options,
    () =>
      expectNothingLeft(async () => {
        await using lab = await LabProcesses.make();
        for (const [as, code, verdict] of [["solution", 0, "passed"], ["starter", 1, "failed"]] as const) {
          const json = await lab.run(["exercise", "1", "--as", as, "--isolation", isolation, "--json"]);
          assertEquals([json.code, json.stderr], [code, ""]);
          const report = JSON.parse(json.stdout);
          assertEquals([report.verdict, report.isolation], [verdict, isolation]);
        }
        assertEquals(lab.runs(), []);
      }),
  );

  Deno.test(
    `exercise ends with 130 at SIGINT and leaves nothing, isolation ${isolation}`,
    options,
    () =>
      expectNothingLeft(async () => {
        await using lab = await LabProcesses.make();
        await lab.world.write(FILE, maker(objectName()));
        for (const signal of ["SIGINT", "SIGTERM"] as const) {
          await using process = lab.start(["exercise", "1", "--isolation", isolation]);
          await lab.underway(3);
          process.kill(signal);
          const [{ code }, stderr] = await Promise.all([process.status, process.stderr.text(), process.stdout.text()]);
          assertEquals([code, stderr.includes("    at ")], [130, false]);
          assertEquals([lab.runs(), lab.processes(), sleepers()], [[], [], []]);
        }
      }),
  );

  Deno.test(
    `doctor removes what kill -9 of the controller left, isolation ${isolation}`,
    options,
    () =>
      expectNothingLeft(async () => {
        await using lab = await LabProcesses.make();
        await lab.world.write(FILE, maker(objectName()));
        await using process = lab.start(["exercise", "1", "--isolation", isolation]);
        await lab.underway(3);
        process.kill("SIGKILL");
        await Promise.all([process.status, process.stderr.text(), process.stdout.text()]);
        // The arena notices, cleans up and ends; behind walls the kernel does.
        await until(() => lab.processes().length === 0 && sleepers().length === 0, "processes stayed");
        const doctor = await lab.run(["doctor", "--json"]);
        assertEquals([doctor.code, doctor.stderr], [0, ""]);
        const { leftovers } = JSON.parse(doctor.stdout);
        assertEquals(leftovers.map(({ kind, removed }: { kind: string; removed: boolean }) => [kind, removed]), [[
          "folder",
          true,
        ]]);
        assertEquals(lab.runs(), []);
      }),
  );
}

Deno.test("doctor removes what kill -9 of controller and arena at once left: processes, objects, folder", () =>
  expectNothingLeft(async () => {
    await using lab = await LabProcesses.make();
    await lab.world.write(FILE, maker(objectName()));
    await using process = lab.start(["exercise", "1", "--isolation", "none"]);
    await lab.underway(3);
    await until(() => sleepers().length === 1, "the role's child did not become another program");
    const role = (await lab.underway(3)).pid(0);
    // Roles end with the arena, their children do not; stopped, the role is there in spite of that until it goes on.
    const arena = lab.processes().filter((pid) => pid !== role);
    process.kill("SIGSTOP");
    for (const pid of arena) Deno.kill(pid, "SIGKILL");
    process.kill("SIGKILL");
    await Promise.all([process.status, process.stderr.text(), process.stdout.text()]);
    const doctor = await lab.run(["doctor"]);
    assertEquals([doctor.code, doctor.stderr], [0, ""]);
    for (const what of ["process", "sysv_shm", "posix_shm", "posix_mq", "folder"]) {
      assertStringIncludes(doctor.stdout, what);
    }
    assertEquals([lab.runs(), lab.processes(), sleepers()], [[], [], []]);
    const again = await lab.run(["doctor", "--json"]);
    assertEquals([again.code, JSON.parse(again.stdout).leftovers], [0, []]);
  }));

Deno.test("doctor does not touch a run that goes on", () =>
  expectNothingLeft(async () => {
    await using lab = await LabProcesses.make();
    await lab.world.write(FILE, maker(objectName()));
    await using process = lab.start(["exercise", "1", "--isolation", "none"]);
    await lab.underway(3);
    process.kill("SIGSTOP"); // it stays as it is until the doctor has gone
    const before = lab.processes();
    const doctor = await lab.run(["doctor", "--json"]);
    assertEquals(JSON.parse(doctor.stdout).leftovers, []);
    // By number: one that was about to execute another program has done so by now.
    assertEquals([lab.runs().length > 0, before.every(isAlive)], [true, true]);
    process.kill("SIGINT");
    process.kill("SIGCONT");
    const [{ code }] = await Promise.all([process.status, process.stderr.text(), process.stdout.text()]);
    assertEquals([code, lab.runs(), lab.processes()], [130, [], []]);
  }));

Deno.test("exercise works with standard input closed", () =>
  expectNothingLeft(async () => {
    await using lab = await LabProcesses.make();
    const { code, stderr } = await lab.run(["exercise", "1", "--as", "solution"], ["sh", "-c", 'exec "$0" "$@" <&-']);
    assertEquals([code, stderr], [0, ""]);
  }));

Deno.test("exercise says with status 3 that it can make no folder for its runs", () =>
  expectNothingLeft(async () => {
    await using lab = await LabProcesses.make();
    const { code, stdout, stderr } = await lab.run(["exercise", "1"], [], { TMPDIR: `${lab.tmp}/not/there` });
    assertEquals([code, stderr], [3, ""]);
    assertMatch(
      stdout.replaceAll(/\s+/g, " "),
      /The lab cannot make a folder for its runs in .*not\/there.*\(TMPDIR\)/,
    );
  }));

Deno.test({
  name: "exercise says with status 3 that the disk is full",
  ignore: walls !== null,
  fn: () =>
    expectNothingLeft(async () => {
      await using lab = await LabProcesses.make();
      const full = ["bwrap", "--dev-bind", "/", "/", "--size", "65536", "--tmpfs", lab.tmp];
      const { code, stdout } = await lab.run(["exercise", "1", "--isolation", "none"], full);
      assertEquals(code, 3);
      assertMatch(stdout.replaceAll(/\s+/g, " "), /The lab cannot make a folder .* No space left on device/);
    }),
});

Deno.test({
  name: "exercise judges in a project that cannot be written to",
  ignore: walls !== null,
  fn: () =>
    expectNothingLeft(async () => {
      await using lab = await LabProcesses.make();
      const readOnly = ["bwrap", "--dev-bind", "/", "/", "--ro-bind", lab.world.root, lab.world.root];
      const { code, stdout } = await lab.run(["exercise", "1", "--as", "solution", "--isolation", "none"], readOnly);
      assertEquals(code, 0);
      assertStringIncludes(stdout, "Passed: 9 of 9 points.");
      const own = await lab.run(["exercise", "1", "--isolation", "none"], readOnly);
      assertEquals(own.code, 1); // the starter: the verdict counts, whether it can be remembered or not
    }),
});

Deno.test("verify proves the course's first exercise, and counts what is stray or edited", () =>
  expectNothingLeft(async () => {
    await using lab = await LabProcesses.make();
    await lab.world.write("exercises/01-greet/grading/mutants/forgotten.ts", "");
    await lab.world.write(FILE, "// my own work");
    const { code, stdout, stderr } = await lab.run(["verify", "1"]);
    assertEquals([code, stderr], [1, ""]);
    assertMatch(stdout, /^01-greet {2}starter +not-implemented +1 of 1$/m);
    assertMatch(stdout, /^01-greet {2}solution +passes +20 of 20$/m);
    assertMatch(stdout, /^01-greet {2}solution:joined +passes +20 of 20$/m);
    assertMatch(stdout, /^01-greet {2}mutant:silent +wrong-result +3 of 3$/m);
    assertStringIncludes(stdout, "WRONG: 01-greet: greet.ts is not its starter\n");
    assertStringIncludes(stdout, "WRONG: 01-greet: mutant:forgotten is not in grading/proof.ts\n");
    assertMatch(stdout, /^4 passed, 2 failed$/m);
    const short = await lab.run(["verify", "1", "--times", "2"]);
    assertMatch(short.stdout, /^01-greet {2}solution +passes +2 of 2$/m);
    assert(lab.runs().length === 0);
  }));

function isAlive(pid: number): boolean {
  try {
    return Deno.statSync(`/proc/${pid}`).isDirectory;
  } catch {
    return false;
  }
}
