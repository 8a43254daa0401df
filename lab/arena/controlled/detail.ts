/**
 * All that is known of each step of a schedule that was run in detail.
 *
 * @module
 */
import { stepsOf } from "../../explore/steps.ts";
import { AT, STEP } from "../../explore/region.ts";
import type { RegionMemory } from "./region_memory.ts";

/** One step, as the controller reads it. */
export interface StepDetail {
  readonly party: number;
  readonly operation: number;
  readonly object: number;
  readonly offset: number;
  readonly length: number;
  readonly mode: number;
  readonly flags: number;
  readonly result: number;
  readonly enabled: number;
  readonly site: number;
}

/** The steps of a schedule; what was told of them besides is in its log. */
export function detailOf({ words }: RegionMemory): StepDetail[] {
  const steps = stepsOf(words);
  return Array.from({ length: steps.length }, (_, at) => ({
    party: steps.party(at),
    operation: steps.operation(at),
    object: steps.object(at),
    offset: steps.offset(at),
    length: steps.byteLength(at),
    mode: steps.mode(at),
    flags: steps.flags(at),
    result: words[AT.trace + STEP.words * at + STEP.result] as number,
    enabled: steps.enabled(at),
    site: words[AT.trace + STEP.words * at + STEP.site] as number,
  }));
}
