/**
 * What this exercise is proved with.
 *
 * @module
 */
import type { Proof } from "../../../lab/course/definition.ts";

const proof: Proof = {
  solutions: ["bytewise", "batches"],
  mutants: [
    { name: "two-writes", finding: "wrong-result", mistake: "a line and its end in two writes", explored: true },
    {
      name: "one-large-write",
      finding: ["wrong-result", "short-transfer"],
      mistake: "one write larger than PIPE_BUF",
      explored: true,
    },
    {
      name: "letter-by-letter",
      finding: ["wrong-result", "short-transfer"],
      mistake: "a write for each letter",
      explored: true,
    },
    { name: "reads-and-writes", finding: "deadlock", mistake: "the reader holds a write end itself", explored: true },
    // Where the reader is just about to open it, all of it is lost before that.
    {
      name: "writer-reads-too",
      finding: ["order", "deadlock"],
      mistake: "the writer does not wait for a reader",
      explored: true,
    },
    {
      name: "reader-does-not-wait",
      finding: "order",
      mistake: "O_NONBLOCK for reading: an end of file at once",
      explored: true,
    },
    {
      name: "writer-does-not-wait",
      finding: "uncaught-error",
      mistake: "O_NONBLOCK for writing: ENXIO",
      explored: true,
    },
    {
      name: "one-read",
      finding: ["wrong-result", "short-transfer"],
      mistake: "takes one read for everything",
      explored: true,
    },
    {
      name: "until-a-short-read",
      finding: ["wrong-result", "short-transfer"],
      mistake: "takes a short read for the last one",
      explored: true,
    },
    {
      name: "lines-in-one-read",
      finding: "short-transfer",
      mistake: "expects that a read ends with a line",
      explored: true,
    },
    { name: "broken-letters", finding: "short-transfer", mistake: "decodes each read by itself" },
    { name: "empty-line-is-the-end", finding: "wrong-result", mistake: "takes an empty line for the end" },
    {
      name: "looks-first",
      finding: "wrong-result",
      mistake: "removes what is there and makes it anew",
      explored: true,
    },
    { name: "there-is-an-error", finding: "uncaught-error", mistake: "does not expect EEXIST", explored: true },
    { name: "always-made", finding: "wrong-result", mistake: "true even when it was there", explored: true },
    { name: "stays", finding: "leak", mistake: "never unlinks" },
  ],
};

export default proof;
