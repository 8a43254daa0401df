/**
 * Exercise 11: processes that do not name one another, but a mailbox.
 *
 * @module
 */
import { defineExercise } from "../../lab/course/definition.ts";
import { CHECKS } from "./checks.ts";

export default defineExercise({
  number: 11,
  name: "mailbox",
  title: "Mailbox",
  topic: "indirect communication by a POSIX message queue: who gets the letter, and when",
  file: "mailbox.ts",
  functions: ["create", "send", "close", "receive", "trySend", "tryReceive", "destroy"],
  mechanisms: {
    must: [["mq_open"], ["mq_unlink"]],
    mustNot: ["pipe", "pipe2", "mkfifo", "shmget", "shm_open", "mmap", "sem_open", "nanosleep", "alarm"],
  },
  hints: [
    "The kernel does most of it: a message queue has a capacity, keeps messages by priority, lets `mq_send` wait while it is full and " +
    "`mq_receive` while it is empty, and gives each message to one receiver. What is left to you is the end: how does " +
    "*every* receiver learn that no more letters come, and none of them too early?",
    "Open, do it, close: `mq_open(name, O_WRONLY)` and `mq_open(name, O_RDONLY)` need no more arguments once the queue exists; " +
    "`create` uses `O_CREAT | O_EXCL`, the permissions, and `{ maxmsg: capacity, msgsize: 200 }`.\n\n" +
    "A letter is never empty, but a message may be: an empty message can say that it is over. One receiver takes it out of the " +
    "queue, so the others need one each. And with which priority does it come out behind all letters?\n\n" +
    "The buffer for `mq_receive` must have the queue's `msgsize`, however short the message is.",
    "```ts\n" +
    "export function receive(name: string, got: (text: string, priority: number) => void): number {\n" +
    "  const queue = mq_open(name, O_RDONLY);\n" +
    "  const buffer = new Uint8Array(200);\n" +
    "  let count = 0;\n" +
    "  for (;;) {\n" +
    "    const { length, priority } = mq_receive(queue, buffer);\n" +
    "    if (length === 0) break;\n" +
    "    got(new TextDecoder().decode(buffer.subarray(0, length)), priority);\n" +
    "    count++;\n" +
    "  }\n" +
    "  mq_close(queue);\n" +
    "  return count;\n" +
    "}\n" +
    "```\n" +
    "For `trySend` and `tryReceive` open the queue with `O_NONBLOCK` as well: where the other two would wait, they fail with `EAGAIN`. " +
    "That error, and no other, means false or null.",
  ],
  checks: CHECKS,
});
