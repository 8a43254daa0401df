/**
 * `lab:verify [N…]`: the author's proof of exercises.
 *
 * @module
 */
import {
  type Claim,
  claimsOf,
  EXPLORED_SCHEDULES,
  type ExploredClaim,
  exploredClaimsOf,
  SOLUTION_TIMES,
} from "../author/proof_plan.ts";
import { isBad, type ProofOptions, type Row, table, verify, verifyExplored } from "../author/verify.ts";
import { discover, type Entry, loadExercise, loadHiddenChecks, loadProof } from "../course/discovery.ts";
import { isPristine } from "../course/starter.ts";
import type { Arguments, CommandBody } from "./command.ts";
import { UsageError } from "./command.ts";
import { type Context, exercisesFolder, type ExitCode } from "./context.ts";
import { wholeNumber } from "./numbers.ts";
import { findEntry } from "./selection.ts";

const command: CommandBody = {
  description: [
    "Proves exercises: each starter fails as not implemented, each correct solution passes every time, also on a busy machine, " +
    "and each mutant fails with the finding that its author declares. Without N: all exercises.",
    "With --seeds or --schedules it is schedules alone that are proved: no luck has a part in what comes out.",
  ],
  options: [
    {
      name: "times",
      value: "K",
      summary: `judge each correct solution so often: ${SOLUTION_TIMES} times unless given`,
    },
    {
      name: "seeds",
      value: "S",
      summary: "explore alone, and each mutant whose mistake is one of order with seeds 1 to S",
    },
    {
      name: "schedules",
      value: "K",
      summary: `explore alone, each correct solution with K schedules: ${EXPLORED_SCHEDULES} unless given`,
    },
  ],
  run,
};
export default command;

const MOST_TIMES = 1000;
const MOST_SCHEDULES = 10_000_000;

async function run(context: Context, args: Arguments): Promise<ExitCode> {
  const all = await discover(exercisesFolder(context));
  const chosen = args.positionals.length === 0 ? all : args.positionals.map((typed) => findEntry(typed, all));
  const times = wholeNumber(args, "times", 1, MOST_TIMES);
  const seeds = wholeNumber(args, "seeds", 1, MOST_TIMES);
  const schedules = wholeNumber(args, "schedules", 1, MOST_SCHEDULES);
  const exploring = seeds !== undefined || schedules !== undefined;
  if (exploring && times !== undefined) {
    throw new UsageError("--times is about free runs, --seeds and --schedules about schedules: give one or the other.");
  }
  const claims: Claim[] = [];
  const exploredClaims: ExploredClaim[] = [];
  const faults: string[] = [];
  for (const entry of chosen) {
    const exercise = await loadExercise(entry);
    const proof = await loadProof(entry);
    if (proof === null) {
      throw new UsageError(`${entry.slug} has no grading/proof.ts: this copy of the lab has no proofs.`);
    }
    if (!await isPristine(entry, exercise)) faults.push(`${entry.slug}: ${exercise.file} is not its starter`);
    const claimed = claimsOf(entry, exercise, proof, times);
    faults.push(...await strayFiles(entry, claimed));
    claims.push(...claimed);
    const all = [...exercise.checks, ...await loadHiddenChecks(entry, exercise) ?? []];
    const checks = all.filter(({ explore }) => explore !== undefined).length;
    exploredClaims.push(
      ...exploredClaimsOf(entry, proof, { seeds: seeds ?? 1, schedules: schedules ?? EXPLORED_SCHEDULES, checks }),
    );
  }
  const options: ProofOptions = {
    provers: 2,
    signal: context.interrupt,
    root: context.root,
    onRow: (row, done, total) => tell(context, row, done, total),
  };
  const rows = exploring ? await verifyExplored(exploredClaims, options) : await verify(claims, options);
  return conclude(context, rows, faults);
}

/** Programs in `grading/` of which nothing is claimed, and claims without a program. */
async function strayFiles(entry: Entry, claims: readonly Claim[]): Promise<string[]> {
  const faults: string[] = [];
  for (const [kind, folder] of [["solution", "solutions"], ["mutant", "mutants"]] as const) {
    const files = new Set<string>();
    try {
      for await (const { name } of Deno.readDir(`${entry.folder}/grading/${folder}`)) {
        files.add(`${kind}:${name.replace(/\.ts$/, "")}`);
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    const named = new Set(claims.map((claim) => claim.as).filter((as) => as.startsWith(`${kind}:`)));
    for (const file of files) if (!named.has(file)) faults.push(`${entry.slug}: ${file} is not in grading/proof.ts`);
    for (const as of named) if (!files.has(as)) faults.push(`${entry.slug}: ${as} has no file`);
  }
  return faults;
}

function tell(context: Context, row: Row, done: number, total: number): void {
  // A proof takes long: what is wrong is told at once, also to a log.
  const of = `${String(done).padStart(4)} of ${total}  `;
  if (isBad(row)) context.stderr.write(`${of}${table([row])}\n`);
  else if (context.stderr.isTerminal) context.stderr.write(`${of}${row.claim.slug} ${row.claim.as}: ok\n`);
}

function conclude(context: Context, rows: readonly Row[], faults: readonly string[]): ExitCode {
  const bad = rows.filter(isBad).length + faults.length;
  context.stdout.write(`${table(rows)}\n`);
  for (const fault of faults) context.stdout.write(`WRONG: ${fault}\n`);
  context.stdout.write(`${rows.length + faults.length - bad} passed, ${bad} failed\n`);
  return bad === 0 ? 0 : 1;
}
