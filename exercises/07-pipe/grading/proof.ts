/**
 * What this exercise is proved with.
 *
 * @module
 */
import type { Proof } from "../../../lab/course/definition.ts";

const proof: Proof = {
  solutions: ["fork_as_in_c", "until_the_end"],
  mutants: [
    {
      name: "parent-keeps-write-end",
      finding: "deadlock",
      mistake: "the parent does not close its write end: no end of file",
      explored: true,
    },
    { name: "child-keeps-read-end", finding: "deadlock", mistake: "the child does not close its read end: no SIGPIPE" },
    { name: "parent-reads-no-more", finding: "deadlock", mistake: "waits for the child before closing the read end" },
    {
      name: "waits-first",
      finding: "deadlock",
      mistake: "waits for the child before reading: the pipe fills up",
      explored: true,
    },
    { name: "no-frames", finding: "wrong-result", mistake: "takes each read for a message" },
    { name: "short-read", finding: "short-transfer", mistake: "one read for a whole message", explored: true },
    { name: "lines", finding: "wrong-result", mistake: "marks the end of a message by a byte it may contain" },
    { name: "counts-characters", finding: "wrong-result", mistake: "a length in characters, a body in bytes" },
    { name: "empty-is-the-end", finding: "wrong-result", mistake: "takes an empty message for the end of file" },
    { name: "no-wait", finding: "missing-mechanism", mistake: "never waits for the child" },
    {
      name: "child-goes-on",
      // Two readers share a message between them: it is lost for the one, or begins in its middle for the other.
      finding: ["wrong-result", "short-transfer"],
      mistake: "the child goes on with the parent's part",
    },
    {
      name: "ignores-epipe",
      finding: "no-progress",
      mistake: "ignores SIGPIPE and EPIPE: writes for ever to nobody",
    },
    { name: "no-child", finding: ["wrong-result", "missing-mechanism"], mistake: "one process at both ends" },
    { name: "raw-status", finding: "wrong-result", mistake: "the raw status word instead of the exit status" },
    { name: "sends-sigpipe", finding: "forbidden-mechanism", mistake: "SIGPIPE by kill() instead of leaving the pipe" },
    { name: "kills-the-child", finding: "wrong-result", mistake: "SIGKILL instead of leaving the pipe" },
  ],
};

export default proof;
