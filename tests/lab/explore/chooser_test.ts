import { assert, assertEquals, assertThrows } from "@std/assert";
import { arm, choose, NOBODY, nobodyBecause, record, wake } from "../../../lab/explore/chooser.ts";
import type { Continuation, Plan } from "../../../lab/explore/model.ts";
import {
  ANY_OBJECT,
  AT,
  END,
  FLAG,
  FLUSH,
  MAX_PARTIES,
  MODE,
  REGION_BYTES,
  regionWords,
  STATE,
} from "../../../lab/explore/region.ts";
import { stepsOf } from "../../../lab/explore/steps.ts";

const PLAN: Plan = { blocks: [], then: { kind: "stay" }, faults: [], buffered: false };

/** A region with so many roles that are ready. */
function region(roles: number, plan: Partial<Plan> = {}): Int32Array {
  const words = regionWords(new ArrayBuffer(REGION_BYTES));
  words[AT.stepLimit] = 1000;
  arm(words, { ...PLAN, ...plan });
  words.fill(-1, AT.pendingObject, AT.pendingObject + MAX_PARTIES);
  for (let party = 1; party <= roles; party++) words[AT.state + party] = STATE.ready;
  return words;
}

/** The parties of so many steps. */
function run(words: Int32Array, steps: number): number[] {
  return Array.from({ length: steps }, () => {
    const party = choose(words);
    if (party !== NOBODY) record(words, party, 0, 0);
    return party;
  });
}

function pend(words: Int32Array, party: number, object: number, mode: number): void {
  words[AT.pendingObject + party] = object;
  words[AT.pendingMode + party] = mode;
}

Deno.test("choose() stays with the same party, and goes to the lowest when it cannot go on", () => {
  const words = region(3);
  assertEquals(run(words, 2), [1, 1]);
  words[AT.state + 1] = STATE.parked;
  assertEquals(run(words, 2), [2, 2]);
  words[AT.state + 1] = STATE.ready;
  assertEquals(run(words, 1), [2]);
  words[AT.state + 2] = STATE.ended;
  assertEquals(run(words, 1), [1]);
});

Deno.test("choose() follows the blocks, skips those of parties that cannot go on, and then continues", () => {
  const words = region(3, { blocks: [{ party: 2, steps: 2 }, { party: 5, steps: 9 }, { party: 3, steps: 1 }] });
  assertEquals(run(words, 5), [2, 2, 3, 3, 3]);
});

Deno.test("choose() leaves a block whose party is parked in the middle of it", () => {
  const words = region(2, { blocks: [{ party: 2, steps: 3 }, { party: 1, steps: 1 }, { party: 2, steps: 1 }] });
  assertEquals(run(words, 1), [2]);
  words[AT.state + 2] = STATE.parked;
  assertEquals(run(words, 1), [1]);
  words[AT.state + 2] = STATE.ready;
  assertEquals(run(words, 2), [2, 2]);
});

Deno.test("choose() lets a party that offers its turn go last, and those who all do take turns", () => {
  const words = region(3);
  run(words, 1);
  words[AT.yields] = 1 << 1;
  assertEquals(run(words, 1), [2]);
  words[AT.yields] = 0b1110;
  assertEquals(run(words, 4), [3, 1, 2, 3]);
  words[AT.state + 1] = STATE.ended;
  words[AT.state + 2] = STATE.ended;
  assertEquals(run(words, 1), [3]);
});

Deno.test("choose() records who could have gone on, and who was stopped or had offered its turn", () => {
  const words = region(2, { blocks: [{ party: 1, steps: 1 }, { party: 2, steps: 1 }, { party: 1, steps: 1 }] });
  const steps = stepsOf(words);
  run(words, 2);
  words[AT.yields] = 1 << 2;
  run(words, 1);
  assertEquals([0, 1, 2].map((at) => steps.party(at)), [1, 2, 1]);
  assertEquals([0, 1, 2].map((at) => steps.flags(at)), [0, FLAG.preempted, FLAG.offered]);
  assertEquals([0, 1, 2].map((at) => steps.enabled(at)), [0b110, 0b110, 0b110]);
  assertEquals(words[AT.decisions], 3);
});

Deno.test("choose() does not call it a preemption when the party before had ended, nor a decision when there was no other", () => {
  const words = region(2);
  run(words, 1);
  words[AT.state + 1] = STATE.ended;
  run(words, 2);
  assertEquals(stepsOf(words).flags(1), 0);
  assertEquals(words[AT.decisions], 1);
});

Deno.test("choose() lets the outside go, and store buffers, and goes on with the role that was there before", () => {
  const words = region(2, {
    blocks: [{ party: 2, steps: 1 }, { party: 0, steps: 1 }, { party: FLUSH + 15, steps: 1 }, {
      party: FLUSH + 1,
      steps: 1,
    }],
  });
  words[AT.outside] = 1;
  words[AT.buffered + 15] = 1;
  words[AT.buffered + 1] = 2;
  assertEquals(run(words, 2), [2, 0]);
  words[AT.outside] = 0;
  assertEquals(run(words, 3), [FLUSH + 15, FLUSH + 1, 2]);
  assertEquals(words[AT.opaque], 1);
});

Deno.test("choose() says that nobody can go on, and why", () => {
  const words = region(2);
  words[AT.state + 1] = STATE.parked;
  words[AT.state + 2] = STATE.ended;
  assertEquals(choose(words), NOBODY);
  assertEquals(nobodyBecause(words), END.stuck);
  words[AT.state + 1] = STATE.ready;
  words[AT.stepLimit] = 1;
  assertEquals(run(words, 2), [1, NOBODY]);
  assertEquals(nobodyBecause(words), END.steps);
});

Deno.test("choose() lets those who spin look again twice, and counts anew when something changes", () => {
  const words = region(1);
  const spin = (): number => {
    words[AT.state + 1] = STATE.spinning;
    words[AT.parkedOn + 1] = ANY_OBJECT;
    return choose(words);
  };
  assertEquals([spin(), spin(), spin()], [1, 1, NOBODY]);
  assertEquals(nobodyBecause(words), END.spinning);
  wake(words, 7);
  assertEquals(words[AT.state + 1], STATE.ready);
  assertEquals([spin(), spin(), spin()], [1, 1, NOBODY]);
});

Deno.test("wake() lets those go on that wait for the object or for any, and no others", () => {
  const words = region(4);
  for (const [party, on] of [[1, 5], [2, 6], [3, ANY_OBJECT], [4, 5]] as const) {
    words[AT.state + party] = party === 4 ? STATE.spinning : STATE.parked;
    words[AT.parkedOn + party] = on;
  }
  wake(words, 5);
  assertEquals([...words.subarray(AT.state + 1, AT.state + 5)], [STATE.ready, STATE.parked, STATE.ready, STATE.ready]);
});

Deno.test("wake() notes an effect that the step's object does not tell", () => {
  const words = region(2);
  pend(words, 1, 5, MODE.write);
  words[AT.state + 2] = STATE.parked;
  words[AT.parkedOn + 2] = 5;
  run(words, 1);
  wake(words, 5);
  assertEquals(words[AT.opaque], 0);
  words[AT.state + 2] = STATE.parked;
  words[AT.parkedOn + 2] = 6;
  wake(words, 6);
  assertEquals(words[AT.opaque], 1);
});

for (
  const then of [
    { kind: "random", seed: 3 },
    { kind: "pct", seed: 3, depth: 3, decisions: 60 },
    { kind: "pos", seed: 3 },
    { kind: "fair" },
  ] as readonly Continuation[]
) {
  Deno.test(`choose() repeats a schedule of kind ${then.kind}, and lets everybody go in some`, () => {
    const schedule = (plan: Continuation): number[] => {
      const words = region(3, { then: plan });
      for (let party = 1; party <= 3; party++) pend(words, party, 1, MODE.write);
      return run(words, 60);
    };
    assertEquals(schedule(then), schedule(then));
    const seen = new Set<number>();
    for (let seed = 1; seed <= 10; seed++) {
      for (const party of schedule({ ...then, seed } as Continuation)) seen.add(party);
    }
    assertEquals(seen, new Set([1, 2, 3]));
  });
}

Deno.test("choose() is fair by turns, and unfair by priorities but at so many changes as the depth asks for", () => {
  assertEquals(run(region(3, { then: { kind: "fair" } }), 6), [1, 2, 3, 1, 2, 3]);
  for (let seed = 1; seed <= 20; seed++) {
    const parties = run(region(3, { then: { kind: "pct", seed, depth: 3, decisions: 50 } }), 50);
    const switches = parties.filter((party, at) => at > 0 && party !== parties[at - 1]).length;
    assert(switches <= 2, `${switches} switches with seed ${seed}`);
  }
});

Deno.test("choose() lowers who offers its turn below all others, under priorities", () => {
  const words = region(2, { then: { kind: "pct", seed: 1, depth: 1, decisions: 10 } });
  const [first] = run(words, 1) as [number];
  words[AT.yields] = 1 << first;
  assertEquals(run(words, 2), [3 - first, 3 - first]);
});

Deno.test("choose() passes over a sleep set until a step that its members depend on", () => {
  const words = region(3, { blocks: [{ party: 2, steps: 1 }], then: { kind: "stay", asleep: 1 << 1 | 1 << 3 } });
  pend(words, 1, 5, MODE.write);
  pend(words, 3, 6, MODE.write);
  pend(words, 2, 6, MODE.write); // wakes 3, not 1
  assertEquals(run(words, 1), [2]);
  pend(words, 2, 7, MODE.write);
  words[AT.state + 2] = STATE.parked;
  assertEquals(run(words, 1), [3]);
  words[AT.state + 3] = STATE.ended;
  // Only who sleeps is left: what follows was seen before, but the schedule comes to its end.
  assertEquals(run(words, 1), [1]);
});

Deno.test("arm() refuses a plan that the region has no place for", () => {
  const words = region(1);
  const fault = { party: 1, call: 0, kind: "eintr" } as const;
  assertThrows(() => arm(words, { ...PLAN, faults: Array(9).fill(fault) }), RangeError, "9 faults");
  const block = { party: 1, steps: 1 };
  assertThrows(() => arm(words, { ...PLAN, blocks: Array(20_001).fill(block) }), RangeError, "20001 blocks");
});

Deno.test("choose() reaches, with two changes of priority, orders that go back and orders that do not", () => {
  const patterns = new Set<string>();
  for (let seed = 1; seed <= 60; seed++) {
    const parties = run(region(2, { then: { kind: "pct", seed, depth: 3, decisions: 20 } }), 20);
    patterns.add(parties.filter((party, at) => party !== parties[at - 1]).join(""));
  }
  assertEquals(["12", "121", "21", "212"].filter((pattern) => !patterns.has(pattern)), []);
});

Deno.test("choose() draws again, under partial order sampling, for steps that depended on the last one, and no others", () => {
  const words = region(3, { blocks: [{ party: 1, steps: 1 }], then: { kind: "pos", seed: 1 } });
  pend(words, 1, 5, MODE.write);
  pend(words, 2, 5, MODE.read);
  pend(words, 3, 6, MODE.write);
  const priorities = (): number[] => [...words.subarray(AT.priority + 1, AT.priority + 4)];
  const before = priorities();
  run(words, 1);
  assertEquals(priorities(), before);
  choose(words);
  assertEquals(priorities().map((priority, i) => priority === before[i]), [false, false, true]);
});
