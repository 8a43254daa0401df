/**
 * What this exercise is proved with.
 *
 * @module
 */
import type { Proof } from "../../../lab/course/definition.ts";

const proof: Proof = {
  solutions: ["deadline", "passed_on"],
  mutants: [
    { name: "one-end-for-all", finding: "deadlock", mistake: "one end for several receivers", explored: true },
    { name: "urgent-end", finding: "wrong-result", mistake: "an end that overtakes the letters" },
    {
      name: "empty-is-the-end",
      finding: "wrong-result",
      mistake: "takes an empty mailbox for the end",
      explored: true,
    },
    { name: "asks-again-and-again", finding: "busy-waiting", mistake: "polls an empty mailbox" },
    { name: "no-priority", finding: ["wrong-result", "order"], mistake: "everything with priority 0" },
    { name: "smaller-is-urgent", finding: ["order", "wrong-result"], mistake: "takes small numbers for urgent ones" },
    { name: "room-for-ten", finding: "capacity", mistake: "the capacity of the machine, not the one asked for" },
    { name: "room-for-one-less", finding: "capacity", mistake: "keeps one place free" },
    { name: "says-so-too-early", finding: "capacity", mistake: "sent() before the letter is in", explored: true },
    { name: "small-buffer", finding: "uncaught-error", mistake: "a buffer smaller than mq_msgsize: EMSGSIZE" },
    { name: "whole-buffer", finding: "wrong-result", mistake: "ignores how long the message is" },
    { name: "end-is-a-text", finding: ["wrong-result", "deadlock"], mistake: "marks the end by a text" },
    { name: "counts-the-end", finding: "wrong-result", mistake: "counts the end among the letters" },
    { name: "one-for-each", finding: "wrong-result", mistake: "sends each letter once for each receiver" },
    {
      name: "looks-and-takes",
      finding: "wrong-result",
      mistake: "takes an empty mailbox for the end, by mq_getattr",
      explored: true,
    },
    { name: "try-waits", finding: "deadlock", mistake: "trySend() without O_NONBLOCK", explored: true },
    {
      name: "looks-then-sends",
      finding: "deadlock",
      mistake: "looks for room before sending: waits if another one takes it in between",
      explored: true,
    },
    { name: "again-is-an-error", finding: "uncaught-error", mistake: "does not expect EAGAIN", explored: true },
    { name: "always-true", finding: "wrong-result", mistake: "true although there was no room" },
    { name: "only-closes", finding: "leak", mistake: "never unlinks" },
  ],
};

export default proof;
