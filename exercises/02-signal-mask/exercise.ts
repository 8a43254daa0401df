/**
 * Exercise 2: sections of a program in which no signal may come in.
 *
 * @module
 */
import { defineExercise } from "../../lab/course/definition.ts";
import { CHECKS } from "./checks.ts";

export default defineExercise({
  number: 2,
  name: "signal-mask",
  title: "Signal mask",
  topic: "sigprocmask, sigpending, sigsuspend: hold signals back, let them in, and miss none",
  file: "signal_mask.ts",
  functions: ["listen", "hold", "waitFor", "pending", "release"],
  mechanisms: { must: [["sigaction"], ["sigprocmask", "pthread_sigmask"]] },
  hints: [
    "The mask is a set of signals that do not come in now. `sigprocmask(how, set)` changes it in one of three ways, and always " +
    "returns the mask as it was. Which `how` *adds* signals, which one *removes* them, and which one *replaces* the whole mask? " +
    "`hold` needs one of the three, `release` another one.\n\n" +
    "A signal that comes while it is in the mask is *pending*: `sigpending()` gives the set of those.",
    "`waitFor` must let one signal in and go to sleep. In two steps (unblock, then `pause`) the signal may come between the two: its " +
    "handler runs, and then the process sleeps for ever. `sigsuspend(mask)` does both as one step: it sleeps with " +
    "`mask` in place of the process's mask, and puts the old mask back before it returns.\n\n" +
    "Its argument is the set of signals that stay *out*, not the ones to wait for. Which set is that here?",
    "```ts\n" +
    "export function waitFor(signal: number): void {\n" +
    "  const mask = sigprocmask(SIG_BLOCK, new SigSet()); // adds nothing: only asks\n" +
    "  sigdelset(mask, signal);\n" +
    "  const before = seen.get(signal) ?? 0;\n" +
    "  while ((seen.get(signal) ?? 0) === before) sigsuspend(mask);\n" +
    "}\n" +
    "```\n" +
    "`seen` is a Map in which the handlers that `listen` installs count: `sigsuspend` returns after *any* handler has run. " +
    "`hold` is `sigprocmask(SIG_BLOCK, …)` and returns what that returns; `release` is `sigprocmask(SIG_SETMASK, before)`.",
  ],
  checks: CHECKS,
});
