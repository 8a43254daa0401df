/**
 * What this exercise is proved with.
 *
 * @module
 */
import type { Proof } from "../../../lab/course/definition.ts";

const proof: Proof = {
  solutions: ["no_hole", "self_pipe"],
  mutants: [
    {
      name: "ready-too-early",
      finding: "crash",
      mistake: "ready() before the handlers are in place: seen only if a signal comes in the few microseconds between",
      explored: true,
    },
    { name: "forgets-sigterm", finding: "crash", mistake: "no handler for SIGTERM" },
    { name: "forgets-sighup", finding: "crash", mistake: "SIGHUP at its default action" },
    { name: "stops-at-sighup", finding: "wrong-result", mistake: "takes SIGHUP for a reason to end" },
    { name: "exits-in-the-handler", finding: "ended-early", mistake: "_exit() in the handler" },
    { name: "sleeps-once", finding: "wrong-result", mistake: "pause() without a loop", explored: true },
    { name: "spins", finding: "busy-waiting", mistake: "asks again and again" },
    { name: "naps", finding: "busy-waiting", mistake: "sleeps for a time and looks again" },
    { name: "spins-without-a-call", finding: "no-progress", mistake: "a loop in which no handler can run" },
    { name: "once-only", finding: "crash", mistake: "SA_RESETHAND: good for one signal" },
    { name: "names-the-parent", finding: "wrong-result", mistake: "another pid than the sender's" },
    { name: "counts-for-ever", finding: "wrong-result", mistake: "the count outlives the call" },
    { name: "remembers-the-end", finding: "wrong-result", mistake: "the reason to end outlives the call" },
    { name: "cleans-up-twice", finding: "wrong-result", mistake: "tidies up in the handler, too" },
    { name: "never-cleans-up", finding: "wrong-result", mistake: "does not tidy up" },
    { name: "pokes-sigint", finding: "wrong-result", mistake: "sends another signal than SIGUSR1" },
    { name: "blocks-for-good", finding: "deadlock", mistake: "SIGTERM blocked and never unblocked" },
    { name: "no-restart", finding: "unhandled-eintr", mistake: "does not expect EINTR from waitpid()", explored: true },
    {
      name: "gives-up-waiting",
      finding: "wrong-result",
      mistake: "takes EINTR for the end of the child",
      explored: true,
    },
    {
      name: "never-waits",
      finding: "missing-mechanism",
      mistake: "does not wait for the child that it has sent SIGTERM",
    },
    { name: "keeps-sigterm", finding: "deadlock", mistake: "does not hand SIGTERM on" },
    { name: "child-inherits", finding: "deadlock", mistake: "the child inherits the handler for SIGTERM" },
  ],
};

export default proof;
