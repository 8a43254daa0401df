/**
 * Exercise 8: processes that meet at a name in the file system.
 *
 * @module
 */
import { defineExercise } from "../../lab/course/definition.ts";
import { CHECKS } from "./checks.ts";

export default defineExercise({
  number: 8,
  name: "fifo",
  title: "FIFO",
  topic: "mkfifo: an open that waits, writes that stay whole, and the end of file of the last writer",
  file: "fifo.ts",
  functions: ["create", "send", "receive", "destroy"],
  mechanisms: {
    must: [["mkfifo"], ["open"], ["read"], ["unlink"]],
    mustNot: ["pipe", "pipe2", "shmget", "shm_open", "mmap", "mq_open", "socketpair", "fork"],
  },
  hints: [
    "A FIFO is a pipe with a path: `mkfifo` makes the path, `open` gives a descriptor of one end, and from there on it is `read`, " +
    "`write` and `close`. To `open` for reading waits until somebody opens for writing, and the other way round. You " +
    "need no flag beyond `O_RDONLY` and `O_WRONLY`; which of the others would spoil that?",
    "Several writers: the kernel puts a `write` of at most `PIPE_BUF` (4096) bytes in as one piece. So a line *and its end* " +
    "have to go in one `write`, and never two lines together that would be longer.\n\n" +
    "One reader: a `read` may end in the middle of a line, even of a letter. Keep what is behind the last line end, " +
    "and put the next read behind it. Only a `read` of 0 bytes is the end.",
    "```ts\n" +
    "export function receive(path: string, got: (line: string) => void): void {\n" +
    "  const fd = open(path, O_RDONLY);\n" +
    "  const decoder = new TextDecoder();\n" +
    "  const buffer = new Uint8Array(8192);\n" +
    '  let text = "";\n' +
    "  for (;;) {\n" +
    "    const length = read(fd, buffer);\n" +
    "    if (length === 0) break;\n" +
    "    text += decoder.decode(buffer.subarray(0, length), { stream: true });\n" +
    "    …\n" +
    "  }\n" +
    "  close(fd);\n" +
    "}\n" +
    "```\n" +
    'At the dots: `const lines = text.split("\\n")`. All but the last are complete; the last one is the beginning of the ' +
    "next line, or empty, and is the new `text`. `create` calls `mkfifo` and turns the error EEXIST into `false`: a look " +
    "beforehand could not know what happens between the look and the call.",
  ],
  checks: CHECKS,
});
