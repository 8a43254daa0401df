/**
 * Runs rows: each in a forked child of this process, in a session of its own, several at a time, with a deadline; and clears away
 * what it left. This process has to be started with `--v8-flags=--single-threaded`.
 *
 * @module
 */
import * as ipc from "ipc";
import { resetSignals } from "../../lib/gate/dispositions.ts";
import { openAll } from "../../lib/raw/library.ts";
import { NAME_PREFIX, sysvKey } from "../support/names.ts";
import { obstacle } from "./calls/table.ts";
import { isCall, type Json, type Row, stepsOf } from "./rows.ts";
import { carryOut, outcomeOf } from "./steps.ts";
import type { Outcome } from "./verdict.ts";
import { type Names, World } from "./world.ts";

/** How many rows are under way at a time: most of them sleep. */
const ROWS_AT_A_TIME = 6;
/** How often a row is run that depends on the clock, and came out different. */
const ATTEMPTS = 3;
/** A row's child reports by a descriptor that is out of the row's way. */
const REPORT_FD = 900;

const AS_EXPECTED: Outcome = { verdict: "as expected", reason: "" };
const root = Deno.uid() === 0;

/** Runs the rows, each for `deadlineMs` at most. The outcomes are in the order of the rows. */
export function runRows(rows: readonly Row[], deadlineMs: number): Outcome[] {
  openAll();
  const outcomes = rows.map((row) => obstacle(row) ?? (needsRoot(row) && !root ? NEEDS_ROOT : null));
  const waiting = rows.map((_, i) => i).filter((i) => outcomes[i] === null);
  const running = new Map<number, Running>();
  let count = 0;
  while (waiting.length > 0 || running.size > 0) {
    while (waiting.length > 0 && running.size < ROWS_AT_A_TIME) {
      const i = waiting.shift() as number;
      running.set(i, new Running(rows[i] as Row, count++, deadlineMs, [...running.values()]));
    }
    ipc.poll([...running.values()].map(({ reading }) => ({ fd: reading, events: ipc.POLLIN })), 5);
    for (const [i, row] of running) {
      const outcome = row.poll();
      if (outcome === null) continue;
      running.delete(i);
      outcomes[i] = outcome;
    }
  }
  // On a busy machine a row may lose its race with the clock: alone, it gets another chance.
  rows.forEach((row, i) => {
    for (let attempt = 1; attempt < ATTEMPTS; attempt++) {
      if (outcomes[i]?.verdict === "different" && dependsOnClock(row)) outcomes[i] = runAlone(row, count++, deadlineMs);
    }
  });
  return outcomes as Outcome[];
}

const NEEDS_ROOT: Outcome = { verdict: "needs root", reason: "another user, or an owner who is root" };

function runAlone(row: Row, number: number, deadlineMs: number): Outcome {
  const running = new Running(row, number, deadlineMs, []);
  for (;;) {
    ipc.poll([{ fd: running.reading, events: ipc.POLLIN }], 5);
    const outcome = running.poll();
    if (outcome !== null) return outcome;
  }
}

/** Rows that change the user, or whose facts were taken as root. */
function needsRoot(row: Row): boolean {
  return row.id === "mq_open-mode-0-owner-root" || [...stepsOf(row)].some((step) => {
    if (!isCall(step)) return "seteuid" in step || "setresuid" in step;
    const owned = Object.entries(step.expect?.vars ?? {}).some(([path, value]) =>
      /\.[ug]id$/.test(path) && value === 0
    );
    return owned || step.call === "fchown";
  });
}

function dependsOnClock(row: Row): boolean {
  return /"(sleep_ms|interrupt_ms|elapsed_ms|now_plus_ms)"/.test(JSON.stringify(row));
}

/** A row under way. */
class Running {
  /** The end of the pipe that the child reports by. */
  readonly reading: number;
  readonly #row: Row;
  readonly #names: Names;
  readonly #pid: number;
  readonly #deadline: number;
  #said = "";

  constructor(row: Row, number: number, deadlineMs: number, others: readonly Running[]) {
    this.#deadline = performance.now() + deadlineMs;
    this.#row = row;
    this.#names = makeNames(number);
    const [reading, writing] = ipc.pipe2(ipc.O_CLOEXEC | ipc.O_NONBLOCK);
    this.reading = reading;
    this.#pid = ipc.fork(() => {
      for (const other of [this, ...others]) ipc.close(other.reading);
      const report = ipc.fcntl(writing, ipc.F_DUPFD_CLOEXEC, REPORT_FD);
      ipc.close(writing);
      runChild(row, this.#names, report);
    });
    ipc.close(writing);
  }

  /** What came of the row, once it has ended. */
  poll(): Outcome | null {
    this.#listen();
    let status = ipc.waitpid(this.#pid, ipc.WNOHANG);
    const late = status.kind === "running" && performance.now() > this.#deadline;
    if (status.kind === "running" && !late) return null;
    killGroup(this.#pid);
    if (late) status = ipc.waitpid(this.#pid);
    this.#listen();
    ipc.close(this.reading);
    clearAway(this.#row, this.#names);
    return late ? { verdict: "different", reason: "it never ended" } : this.#outcome(status);
  }

  #outcome(status: ipc.WaitStatus): Outcome {
    const said = this.#said.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as Outcome);
    const failure = said.find(({ verdict }) => verdict !== "as expected");
    if (failure !== undefined) return failure;
    const { killed } = this.#row.expect;
    const end = status.kind === "signaled" ? ipc.signalName(status.signal) : null;
    if (killed !== undefined && end !== killed) {
      return { verdict: "different", reason: `the process ended by ${end ?? "itself"}, expected ${killed}` };
    }
    if (killed === undefined && said.length === 0) {
      return { verdict: "different", reason: `the process ended as ${JSON.stringify(status)}, and said nothing` };
    }
    return AS_EXPECTED;
  }

  #listen(): void {
    const buffer = new Uint8Array(65536);
    for (;;) {
      try {
        const length = ipc.read(this.reading, buffer);
        if (length === 0) return;
        this.#said += new TextDecoder().decode(buffer.subarray(0, length));
      } catch (error) {
        if (ipc.isSystemError(error, "EAGAIN")) return;
        throw error;
      }
    }
  }
}

/** In the child: becomes what execve would have left, runs the row and reports. */
function runChild(row: Row, names: Names, fd: number): void {
  const report = (outcome: Outcome): void => {
    ipc.write(fd, new TextEncoder().encode(`${JSON.stringify(outcome)}\n`));
  };
  try {
    ipc.setsid();
    ipc.umask(0o22);
    resetSignals();
    carryOut(row, new World(names), report);
    report(AS_EXPECTED);
  } catch (error) {
    report(outcomeOf(error));
  }
}

function makeNames(number: number): Names {
  const base = `${NAME_PREFIX}${Deno.pid}.${number}`;
  const dir = Deno.makeTempDirSync({ prefix: NAME_PREFIX });
  Deno.chmodSync(dir, 0o755);
  return {
    n1: `/${base}.a`,
    n2: `/${base}.b`,
    base1: `${base}.a`,
    rel: `${base}.r`,
    dir,
    f1: `${dir}/f1`,
    f2: `${dir}/f2`,
    key: sysvKey(),
  };
}

function killGroup(pid: number): void {
  ignoring(() => ipc.kill(-pid, ipc.SIGKILL));
}

/** Removes what a row has left of all that it may have made. */
function clearAway(row: Row, { n1, n2, rel, dir, key }: Names): void {
  for (const name of [n1, n2, rel, ...generatedNames(row)]) {
    for (const remove of [ipc.mq_unlink, ipc.shm_unlink, ipc.sem_unlink]) ignoring(() => remove(name));
  }
  ignoring(() => ipc.shmctl(ipc.shmget(key, 0, 0), ipc.IPC_RMID));
  ignoring(() => ipc.msgctl(ipc.msgget(key, 0), ipc.IPC_RMID));
  ignoring(() => ipc.semctl(ipc.semget(key, 0, 0), 0, ipc.IPC_RMID));
  Deno.removeSync(dir, { recursive: true });
}

/** Names of a given length, which are the same in every run. */
function generatedNames(row: Row): string[] {
  const world = new World({} as Names);
  return [...stepsOf(row)].flatMap((step) => isCall(step) ? step.args ?? [] : [])
    .filter((argument): argument is { readonly name: Json } => {
      return typeof argument === "object" && argument !== null && "name" in argument;
    })
    .map((argument) => world.value(argument) as string);
}

function ignoring(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof ipc.SystemError)) throw error;
  }
}
