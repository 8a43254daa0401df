/**
 * What the small programs are made of.
 *
 * @module
 */
import type { FaultKind } from "../../../../lab/explore/model.ts";
import { MODE, OPERATION } from "../../../../lab/explore/region.ts";
import type { Word } from "../kernel_objects.ts";
import { type Doing, type Kernel, type Scenario, Wrong } from "../model_kernel.ts";

/** A program and what is known of it. */
export interface Program {
  readonly name: string;
  readonly scenario: Scenario;
  /** Ordering constraints that suffice for its failure: 0 where it is right. */
  readonly depth: number;
  /** What has to be put in, too. */
  readonly faults?: readonly FaultKind[];
}

/** What is wrong where the two are not the same. */
export const equals = (seen: unknown, wanted: unknown): string | null =>
  JSON.stringify(seen) === JSON.stringify(wanted) ? null : `${JSON.stringify(seen)}, not ${JSON.stringify(wanted)}`;

/** Not at once: others may go in between. */
export function* add(word: Word, by: number): Doing {
  yield* word.store((yield* word.load()) + by);
}

/** Two roles in one critical section, which the test sees whatever the program's own words say. */
export function* critical(inside: { count: number }, kernel: Kernel): Doing {
  yield* event(kernel);
  if (++inside.count > 1) throw new Wrong("two in the critical section");
  yield* event(kernel);
  inside.count--;
}

/** A step that is seen from outside. */
export function* event(kernel: Kernel): Doing {
  yield* kernel.enter(OPERATION.event, -1, 0, 0, MODE.none);
}
