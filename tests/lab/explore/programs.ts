/**
 * Small programs, right and wrong, over the model of a kernel: the classic mistakes, each with what it takes to see it.
 *
 * @module
 */
import * as buffers from "./programs/buffers.ts";
import * as exclusion from "./programs/exclusion.ts";
import * as meetings from "./programs/meetings.ts";
import type { Program } from "./programs/program.ts";
import * as sharing from "./programs/sharing.ts";

export { BACK_OFF } from "./programs/exclusion.ts";
export type { Program } from "./programs/program.ts";

/** The right ones: no strategy may find anything, nor the race detector. */
export const RIGHT: readonly Program[] = [buffers, meetings, exclusion, sharing].flatMap((chapter) => chapter.RIGHT);

/** Right one step at a time, and full of data races. */
export const RACY: readonly Program[] = [...exclusion.RACY, ...sharing.RACY];

/** The wrong ones. */
export const WRONG: readonly Program[] = [buffers, meetings, exclusion, sharing].flatMap((chapter) => chapter.WRONG);
