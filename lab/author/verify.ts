/**
 * The author's proof: every claim of the chosen exercises is tried, as often as it says, and the outcome told as rows.
 *
 * Two provers work side by side, so both cores are busy all the time; and the second half of the trials of correct solutions
 * is made while other processes compute as hard as they can, since a student's machine may be busy, too.
 *
 * @module
 */
import type { FindingKind } from "../judge/finding.ts";
import { type Claim, type Effort, type ExploredClaim, holds, type Trial } from "./proof_plan.ts";
import type { Task } from "./prover.ts";

/** What became of one claim. */
export interface Row {
  readonly claim: Claim;
  readonly trials: readonly Trial[];
  /** Trials that came out as claimed. */
  readonly held: number;
}

/** A claim that did not hold at some time. */
export function isBad(row: Row): boolean {
  return row.held < row.trials.length;
}

/** What `--json` and the table are made from. */
export interface ProofOptions {
  /** Provers that work at the same time. */
  readonly provers: number;
  readonly signal: AbortSignal;
  /** Called when a claim is decided, in no order. */
  readonly onRow: (row: Row, done: number, total: number) => void;
  /** Root of the project, where it is not this one. */
  readonly root?: string;
}

/** Tries all claims. */
export async function verify(claims: readonly Claim[], options: ProofOptions): Promise<Row[]> {
  const rows = new Rows(claims, options);
  const calm = claims.flatMap((claim) =>
    Array<Claim>(isSolution(claim) ? Math.ceil(claim.times / 2) : claim.times).fill(claim)
  );
  const busy = claims.flatMap((claim) => Array<Claim>(isSolution(claim) ? Math.floor(claim.times / 2) : 0).fill(claim));
  const made = new Map<Claim, number>();
  const effort = (claim: Claim): Effort => {
    const time = made.get(claim) ?? 0;
    made.set(claim, time + 1);
    // Types do not change from one trial to the next, nor does what a seed explores; luck does. So what schedules must find each
    // time is explored with another seed, and all else with one.
    const first = time === 0;
    return {
      typeCheck: isSolution(claim) && first,
      seed: time + 1,
      schedules: !first && !claim.explored ? 0 : isSolution(claim) ? SOLUTION_SCHEDULES : null,
      runs: first ? Infinity : RUNS_AGAIN,
    };
  };
  await work(calm, effort, options, rows);
  await using _load = busy.length > 0 ? new Load(navigator.hardwareConcurrency) : null;
  await work(busy, effort, options, rows);
  return rows.inOrder;
}

/** Tries claims about schedules alone: no luck has a part in it. */
export async function verifyExplored(claims: readonly ExploredClaim[], options: ProofOptions): Promise<Row[]> {
  const rows = new Rows(claims, options);
  const made = new Map<Claim, number>();
  const effort = (claim: ExploredClaim): Effort => {
    const time = made.get(claim) ?? 0;
    made.set(claim, time + 1);
    return claim.effort(time);
  };
  await work(claims.flatMap((claim) => Array<ExploredClaim>(claim.times).fill(claim)), effort, options, rows);
  return rows.inOrder;
}

/** The rows of a proof that goes on. */
class Rows {
  readonly #claims: readonly Claim[];
  readonly #onRow: ProofOptions["onRow"];
  readonly #trials: ReadonlyMap<Claim, Trial[]>;
  readonly #rows: Row[] = [];

  constructor(claims: readonly Claim[], { onRow }: ProofOptions) {
    this.#claims = claims;
    this.#onRow = onRow;
    this.#trials = new Map(claims.map((claim) => [claim, []]));
  }

  /** All that are decided, in the order of their claims. */
  get inOrder(): Row[] {
    return this.#claims.flatMap((claim) => this.#rows.filter((row) => row.claim === claim));
  }

  /** A trial was made. */
  take(claim: Claim, trial: Trial): void {
    const made = this.#trials.get(claim) as Trial[];
    made.push(trial);
    if (made.length < claim.times) return;
    const row = rowOf(claim, made);
    this.#rows.push(row);
    this.#onRow(row, this.#rows.length, this.#claims.length);
  }
}

function isSolution(claim: Claim): boolean {
  return claim.findings.length === 0;
}

function rowOf(claim: Claim, trials: readonly Trial[]): Row {
  const held = trials.filter((trial) => holds(claim, trial)).length;
  return { claim, trials, held };
}

/** Schedules of each check of a solution; of a mutant as many as a student's judgement tries at most. */
const SOLUTION_SCHEDULES = 300;
/** Uncontrolled runs of each check in all trials but the first. */
const RUNS_AGAIN = 2;

/** Hands out tasks to provers until there are none left. */
async function work<C extends Claim>(
  queue: readonly C[],
  effort: (claim: C) => Effort,
  options: ProofOptions,
  rows: Rows,
): Promise<void> {
  let next = 0;
  const serveOne = async (lane: number): Promise<void> => {
    if (next >= queue.length) return;
    await using provers = new Provers(options);
    while (next < queue.length) {
      const claim = queue[next++] as C;
      rows.take(claim, await provers.judge({ exercise: claim.exercise, as: claim.as, lane, ...effort(claim) }));
      options.signal.throwIfAborted();
    }
  };
  await Promise.all(Array.from({ length: options.provers }, (_, lane) => serveOne(lane)));
}

/** One prover after another: the next one when the last has ended before its time. */
class Provers {
  readonly #options: ProofOptions;
  #prover: Prover | null = null;

  constructor(options: ProofOptions) {
    this.#options = options;
    options.signal.addEventListener("abort", this.#interrupt);
  }

  /** Judges one file. */
  async judge(task: Task): Promise<Trial> {
    this.#options.signal.throwIfAborted();
    this.#prover ??= new Prover(this.#options.root);
    const trial = await this.#prover.judge(task);
    if (trial !== null) return trial;
    await this.#end();
    return { verdict: "broken", finding: null, message: "the prover ended", check: "", schedules: 0, durationMs: 0 };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#options.signal.removeEventListener("abort", this.#interrupt);
    await this.#end();
  }

  async #end(): Promise<void> {
    await this.#prover?.end();
    this.#prover = null;
  }

  readonly #interrupt = (): void => this.#prover?.interrupt();
}

/** A prover process. */
class Prover {
  readonly #process: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #rest = "";

  constructor(root: string | undefined) {
    this.#process = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", new URL("./prover.ts", import.meta.url).pathname],
      ...(root === undefined ? {} : { env: { IPCLAB_ROOT: root } }),
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#writer = this.#process.stdin.getWriter();
    this.#reader = this.#process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Judges one file; null where the prover ends meanwhile. */
  async judge(task: Task): Promise<Trial | null> {
    try {
      await this.#writer.write(new TextEncoder().encode(`${JSON.stringify(task)}\n`));
    } catch {
      return null;
    }
    while (!this.#rest.includes("\n")) {
      const { value, done } = await this.#reader.read();
      if (done) return null;
      this.#rest += value;
    }
    const end = this.#rest.indexOf("\n");
    const trial = JSON.parse(this.#rest.slice(0, end)) as Trial;
    this.#rest = this.#rest.slice(end + 1);
    return trial;
  }

  /** Makes it stop what it does, clean up, and end. */
  interrupt(): void {
    try {
      this.#process.kill("SIGTERM");
    } catch {
      // it has ended
    }
  }

  /** Lets it end: what it does comes to its end first. */
  async end(): Promise<void> {
    await this.#writer.close().catch(() => {});
    await this.#reader.cancel().catch(() => {});
    await this.#process.status;
  }
}

/** Computes until whoever started it is gone, however that came about. */
const BURN = "while kill -0 $PPID 2>/dev/null; do n=0; while [ $n -lt 100000 ]; do n=$((n + 1)); done; done";

/** Processes that do nothing but compute. */
class Load {
  readonly #processes: Deno.ChildProcess[];

  constructor(count: number) {
    this.#processes = Array.from(
      { length: count },
      () => new Deno.Command("sh", { args: ["-c", BURN], stdin: "null", stdout: "null", stderr: "null" }).spawn(),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const process of this.#processes) process.kill("SIGKILL");
    await Promise.all(this.#processes.map((process) => process.status));
  }
}

/** The proof as a table, one row a claim, widest column first cut. */
export function table(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const { claim, trials, held } = row;
    const wanted = claim.findings.length === 0 ? "passes" : claim.findings.join(" or ");
    const outcome = isBad(row) ? `WRONG: ${describe(row)}` : `${held} of ${trials.length}${explored(trials)}`;
    return [claim.slug, claim.as, wanted, outcome];
  });
  const widths = [0, 1, 2].map((column) => Math.max(0, ...lines.map((line) => (line[column] as string).length)));
  return lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd()).join(
    "\n",
  );
}

/** How much was explored, where anything was. */
function explored(trials: readonly Trial[]): string {
  const schedules = trials.reduce((sum, trial) => sum + trial.schedules, 0);
  return schedules === 0 ? "" : `, ${schedules.toLocaleString("en")} schedules`;
}

/** What came instead, and how often. */
function describe({ claim, trials }: Row): string {
  const wrong = trials.filter((trial) => !holds(claim, trial));
  const counts = new Map<string, number>();
  for (const trial of wrong) {
    const what: FindingKind | string = trial.verdict === "failed"
      ? `${trial.finding}: ${trial.message} [${trial.check}]`
      : `${trial.verdict} ${trial.message}`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return `${wrong.length} of ${trials.length}: ` + [...counts].map(([what, count]) => `${count} × ${what}`).join("; ");
}
