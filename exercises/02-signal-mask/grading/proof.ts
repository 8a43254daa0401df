/**
 * What this exercise is proved with.
 *
 * @module
 */
import type { Proof } from "../../../lab/course/definition.ts";

const proof: Proof = {
  solutions: ["accepted", "differences"],
  mutants: [
    { name: "replaces-the-mask", finding: "order", mistake: "SIG_SETMASK in hold(): not the union" },
    {
      name: "takes-out-of-the-mask",
      finding: ["order", "lost-wake-up"],
      mistake: "SIG_UNBLOCK in hold()",
      explored: true,
    },
    { name: "returns-the-new-mask", finding: "wrong-result", mistake: "hold() returns the mask as it is now" },
    {
      name: "returns-the-set",
      finding: "order",
      mistake: "release() unblocks what an outer section holds",
      explored: true,
    },
    { name: "releases-everything", finding: "order", mistake: "release() empties the mask", explored: true },
    { name: "releases-by-unblock", finding: "wrong-result", mistake: "SIG_UNBLOCK of the old mask" },
    { name: "releases-by-block", finding: "wrong-result", mistake: "SIG_BLOCK of the old mask" },
    { name: "pending-is-the-mask", finding: "wrong-result", mistake: "takes what is held for what has come" },
    { name: "pending-takes-them", finding: "wrong-result", mistake: "takes the signals it only has to name" },
    { name: "unblock-then-pause", finding: "lost-wake-up", mistake: "unblock and pause in two steps", explored: true },
    {
      name: "look-then-pause",
      finding: "lost-wake-up",
      mistake: "look and pause in two steps: seen only if the signal comes in the microsecond between",
      explored: true,
    },
    { name: "suspends-on-the-set", finding: "deadlock", mistake: "the signal to wait for as the mask" },
    { name: "suspends-with-nothing-blocked", finding: "order", mistake: "sleeps with an empty mask", explored: true },
    { name: "sleeps-once", finding: "order", mistake: "takes the first signal for the right one", explored: true },
    {
      name: "leaves-it-open",
      finding: ["order", "lost-wake-up"],
      mistake: "does not hold the signal again",
      explored: true,
    },
    { name: "asks-again-and-again", finding: "busy-waiting", mistake: "asks for pending signals in a loop" },
    { name: "ignores-while-held", finding: ["wrong-result", "deadlock"], mistake: "SIG_IGN: what comes is lost" },
    {
      name: "one-handler",
      finding: ["crash", "deadlock", "wrong-result"],
      mistake: "a handler for the first signal only",
    },
  ],
};

export default proof;
