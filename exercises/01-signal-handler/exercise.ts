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
  functions: ["serve", "poke"],
  mechanisms: { must: [["sigaction"]] },
  hints: [
    "A handler is installed with `sigaction(signal, { handler })`. Keep it tiny: it changes a variable, and the loop that " +
    "waits looks at that variable. Which handlers must be in place *before* you call `ready()`?",
    "`pause()` sleeps until a handler has run, and then it **always** throws a SystemError with the code `EINTR`. That is how " +
    "it comes back, not a failure: catch it, look at your variable, and sleep again if there is no reason to stop. " +
    "SA_RESTART changes nothing here, as signal(7) does not have `pause` on its list of calls that are restarted.",
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
    "while (end === null) {\n" +
    "  try {\n" +
    "    pause();\n" +
    "  } catch (error) {\n" +
    '    if (!isSystemError(error, "EINTR")) throw error;\n' +
    "  }\n" +
    "}\n" +
    "```\n" +
    "A handler is given the signal as `info.signo` and its sender as `info.pid`. What is left: `cleanUp()`, and the summary.",
  ],
  checks: CHECKS,
});
