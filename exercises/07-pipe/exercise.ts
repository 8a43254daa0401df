/**
 * Exercise 7: a parent, a child, and a pipe between them.
 *
 * @module
 */
import { defineExercise } from "../../lab/course/definition.ts";
import { CHECKS } from "./checks.ts";

export default defineExercise({
  number: 7,
  name: "pipe",
  title: "Pipe",
  topic: "parent and child by fork and a pipe: messages out of bytes, the end of file, and SIGPIPE",
  file: "pipe.ts",
  functions: ["transfer", "head"],
  mechanisms: {
    must: [["pipe", "pipe2"], ["fork"], ["read"], ["write"], ["waitpid"]],
    mustNot: [
      "open",
      "mkfifo",
      "mmap",
      "shmget",
      "shm_open",
      "memfd_create",
      "mq_open",
      "msgget",
      "socket",
      "socketpair",
      "kill",
      "sigqueue",
      "raise",
      "pidfd_send_signal",
    ],
  },
  hints: [
    "`fork` copies the table of descriptors: after it, *both* processes hold *both* ends. A reader sees the end of file only " +
    "when nobody holds a write end any more, not even the reader itself. So what must each of the two close, and when?\n\n" +
    "And a pipe carries bytes, no messages. What can the sender write in front of each message so that the receiver knows " +
    "where it ends?",
    "Write two small helpers and use them everywhere: `writeAll(fd, bytes)` repeats `write` until everything has gone; " +
    "`readExactly(fd, count)` repeats `read` until `count` bytes are there, and gives `null` if the end of file comes first. A " +
    "message is four bytes with its length (in bytes, not in characters), then the text in UTF-8.\n\n" +
    "Read **before** you wait for the child: a child that still has something to write waits for a reader, and a parent in " +
    "`waitpid` reads nothing.",
    "```ts\n" +
    "const [reading, writing] = pipe();\n" +
    "const child = fork(() => {\n" +
    "  close(reading);\n" +
    "  messages.forEach((message, index) => {\n" +
    "    sending(index);\n" +
    "    writeMessage(writing, message);\n" +
    "  });\n" +
    "  return messages.length; // the exit status\n" +
    "});\n" +
    "close(writing); // or the end of file never comes\n" +
    "const received: string[] = [];\n" +
    "for (let message = readMessage(reading); message !== null; message = readMessage(reading)) received.push(message);\n" +
    "close(reading);\n" +
    'const ended = waitpid(child); // { kind: "exited", status } or { kind: "signaled", signal }\n' +
    "```\n" +
    "In `head` the order of the last two lines matters: only when the parent has closed its read end does the child's " +
    "next `write` fail, by SIGPIPE.",
  ],
  checks: CHECKS,
});
