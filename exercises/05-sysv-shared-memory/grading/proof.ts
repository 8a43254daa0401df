/**
 * What this exercise is proved with.
 *
 * @module
 */
import type { Proof } from "../../../lab/course/definition.ts";

const proof: Proof = {
  solutions: ["detach_by_hand", "views"],
  mutants: [
    { name: "no-end", finding: "wrong-result", mistake: "writes no byte 0 behind the message" },
    { name: "reads-it-all", finding: "wrong-result", mistake: "reads the whole segment" },
    { name: "characters", finding: "wrong-result", mistake: "one byte a character" },
    { name: "say-stays-attached", finding: "leak", mistake: "say() does not detach" },
    { name: "hear-stays-attached", finding: "leak", mistake: "hear() does not detach" },
    { name: "attached-when-refused", finding: "leak", mistake: "say() does not detach when it returns false" },
    { name: "only-detaches", finding: "leak", mistake: "remove() detaches, and the segment stays" },
    {
      name: "removes-at-once",
      finding: ["uncaught-error", "wrong-result"],
      mistake: "removes the segment in create()",
    },
    { name: "same-key", finding: "wrong-result", mistake: "a key that is always the same" },
    { name: "for-everybody", finding: "wrong-result", mistake: "read and write permission for everybody" },
    {
      name: "decimal-mode",
      finding: ["uncaught-error", "wrong-result"],
      mistake: "permissions in decimal digits: EACCES",
    },
    { name: "one-page", finding: "wrong-result", mistake: "at least 4096 bytes, whatever was asked for" },
    { name: "all-bits", finding: "wrong-result", mistake: "a mode with more than the permissions" },
    { name: "no-room-for-the-end", finding: "wrong-result", mistake: "no room for the byte 0" },
    { name: "cuts-it-off", finding: "wrong-result", mistake: "writes what fits and returns true" },
    {
      name: "gone-is-an-error",
      finding: "uncaught-error",
      mistake: "an error for a segment that is gone",
      explored: true,
    },
    {
      name: "looks-then-attaches",
      finding: "uncaught-error",
      mistake: "looks for the segment before attaching it: seen only if it is removed in between",
      explored: true,
    },
    { name: "own-memory", finding: "wrong-result", mistake: "a variable of the module instead of shared memory" },
  ],
};

export default proof;
