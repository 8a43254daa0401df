/**
 * Exercise 1: a server that is spoken to by signals alone.
 *
 * @module
 */
import { defineExercise } from "../../lab/course/definition.ts";
import { CHECKS } from "./checks.ts";

export default defineExercise({
  number: 1,
  name: "signal-handler",
  title: "Signal handler",
  topic: "sigaction: count what you are sent, learn who sent it, and end gracefully",
  file: "signal_handler.ts",
  functions: ["serve", "poke", "supervise"],
  mechanisms: { must: [["sigaction"]] },
  hints: [
    "A handler is installed with `sigaction(signal, { handler })`. Keep it tiny: it changes a variable, and the loop that " +
    "waits looks at that variable. Which handlers must be in place *before* you call `ready()`?\n\n" +
    "In `supervise`, think about two processes: the signals come to the parent, and the child is the one who has to end.",
    "`pause()` sleeps until some handler has run. It does not say which, so look at your variable and sleep again if there is " +
    "no reason to stop.\n\n" +
    "`waitpid` is another matter: a handler that runs meanwhile makes it fail with `EINTR`, although the child has not ended. " +
    "Either catch that and wait again, or install the handlers with `flags: SA_RESTART`: signal(7) lists `waitpid` among the " +
    "calls that the kernel then makes again by itself. (`pause` is never on that list.)",
    "```ts\n" +
    "let end: SigInfo | null = null;\n" +
    "const stop = (info: SigInfo): void => {\n" +
    "  end = info;\n" +
    "};\n" +
    "sigaction(SIGINT, { handler: stop });\n" +
    "sigaction(SIGTERM, { handler: stop });\n" +
    "sigaction(SIGHUP, { handler: SIG_IGN });\n" +
    "sigaction(SIGUSR1, { handler: (info) => … });\n" +
    "ready();\n" +
    "while (end === null) pause();\n" +
    "```\n" +
    "A handler is given the signal as `info.signo` and its sender as `info.pid`. In `supervise`, fork first and install the " +
    "handlers then: a child inherits them, and its SIGTERM is to end it. The parent's SIGTERM handler is " +
    "`() => kill(child, SIGTERM)`.",
  ],
  checks: CHECKS,
});
