/**
 * Makes a failing schedule small: fewest faults, then preemptions, then switches, then steps. What is left can be told.
 *
 * A shrinking gives plans to run, and is told of each whether it failed in the same way:
 *
 *     const shrinking = shrink(plan, outcome);
 *     let trial = shrinking.next();
 *     while (trial.done !== true) trial = shrinking.next({ same: …, outcome: run(trial.value) });
 *     trial.value;                       // the smallest plan that was found
 *
 * @module
 */
import type { Block, Fault, Outcome, Plan } from "./model.ts";
import { blocksOf, partiesOf, preemptionsOf } from "./steps.ts";

/** What came of a plan that a shrinking gave. */
export interface Trial {
  /** Whether it failed in the same way. */
  readonly same: boolean;
  readonly outcome: Outcome;
}

/** Most schedules that are run to make one small: twelve is usual. */
const TRIALS = 400;

/** Steps of a party that goes on for as long as it can. */
const WITHOUT_END = 1_000_000;

/** What is small: compared from the left. */
type Size = readonly number[];

/** A failing schedule, as it went. */
interface Failing {
  readonly blocks: readonly Block[];
  readonly faults: readonly Fault[];
  readonly size: Size;
}

/**
 * Shrinks a schedule.
 *
 * @param plan what was run
 * @param outcome what came of it; read before the first plan is given
 * @returns the smallest that was found: blocks, and behind them `stay` (or `fair`, where the plan had that)
 */
export function* shrink(plan: Plan, outcome: Outcome): Generator<Plan, Plan, Trial> {
  const then = plan.then.kind === "fair" ? plan.then : { kind: "stay" } as const;
  const planOf = ({ blocks, faults }: Pick<Failing, "blocks" | "faults">): Plan => ({ ...plan, blocks, faults, then });
  let best = failing(outcome, plan.faults, outcome.steps.length);
  let trials = 0;

  /** Runs a candidate, and keeps it where it fails too and is smaller. */
  function* smaller(blocks: readonly Block[], faults: readonly Fault[]): Generator<Plan, boolean, Trial> {
    trials++;
    const trial = yield planOf({ blocks, faults });
    if (!trial.same) return false;
    const found = failing(trial.outcome, faults, lengthOf(blocks));
    if (!isLess(found.size, best.size)) return false;
    best = found;
    return true;
  }

  // How much of it has to be prescribed at all.
  let fails = lengthOf(best.blocks);
  for (let passes = -1; fails - passes > 1 && trials < TRIALS;) {
    const middle = passes === -1 ? 0 : Math.floor((passes + fails) / 2);
    if (yield* smaller(prefixOf(best.blocks, middle), best.faults)) fails = Math.min(middle, lengthOf(best.blocks));
    else passes = middle;
  }
  for (let progress = true; progress && trials < TRIALS;) {
    progress = false;
    for (const [blocks, faults] of candidates(best)) {
      if (trials >= TRIALS) break;
      if (!(yield* smaller(blocks, faults))) continue;
      // What remains of the candidates was made of what is no longer the best.
      progress = true;
      break;
    }
  }
  return planOf(best);
}

/** Everything that could make it smaller in one go. */
function* candidates({ blocks, faults }: Failing): Generator<readonly [readonly Block[], readonly Fault[]]> {
  for (const fault of faults) yield [blocks, faults.filter((other) => other !== fault)];
  for (let at = blocks.length - 1; at >= 0; at--) yield [[...blocks.slice(0, at), ...blocks.slice(at + 1)], faults];
  for (let at = 0; at + 1 < blocks.length; at++) {
    const [one, other] = blocks.slice(at, at + 2) as [Block, Block];
    const before = blocks.slice(0, at);
    // The next of this party first: the two then are one.
    const third = blocks[at + 2];
    if (third?.party === one.party) {
      yield [merged([...before, one, third, other, ...blocks.slice(at + 3)]), faults];
    }
    yield [merged([...before, other, one, ...blocks.slice(at + 2)]), faults];
    if (one.steps > 1) {
      const shorter = { ...one, steps: one.steps - 1 };
      yield [[...before, shorter, ...blocks.slice(at + 1)], faults];
    }
  }
  // Larger changes, for what is left over: a party goes on for as long as it can, or does at once what it did much later.
  for (let at = 0; at < blocks.length; at++) {
    const one = blocks[at] as Block;
    const before = blocks.slice(0, at);
    yield [[...before, { ...one, steps: WITHOUT_END }, ...blocks.slice(at + 1)], faults];
    for (let later = at + 3; later < blocks.length; later++) {
      const other = blocks[later] as Block;
      if (other.party !== one.party) continue;
      yield [merged([...before, one, other, ...blocks.slice(at + 1, later), ...blocks.slice(later + 1)]), faults];
    }
  }
}

function failing({ steps }: Outcome, faults: readonly Fault[], prescribed: number): Failing {
  const parties = partiesOf(steps);
  const blocks = blocksOf(parties.subarray(0, prescribed));
  const switches = blocksOf(parties).length;
  return { blocks, faults, size: [faults.length, preemptionsOf(steps), switches, parties.length, lengthOf(blocks)] };
}

function isLess(one: Size, other: Size): boolean {
  const at = one.findIndex((value, i) => value !== other[i]);
  return at !== -1 && (one[at] as number) < (other[at] as number);
}

function lengthOf(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { steps }) => sum + steps, 0);
}

function prefixOf(blocks: readonly Block[], length: number): Block[] {
  const prefix: Block[] = [];
  let left = length;
  for (const { party, steps } of blocks) {
    if (left <= 0) break;
    prefix.push({ party, steps: Math.min(steps, left) });
    left -= steps;
  }
  return prefix;
}

function merged(blocks: readonly Block[]): Block[] {
  const whole: Block[] = [];
  for (const block of blocks) {
    const last = whole.at(-1);
    if (last?.party === block.party) whole.splice(-1, 1, { ...last, steps: last.steps + block.steps });
    else whole.push(block);
  }
  return whole;
}
