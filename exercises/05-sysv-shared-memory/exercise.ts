/**
 * Exercise 5: System V shared memory, from its creation to its removal.
 *
 * @module
 */
import { defineExercise } from "../../lab/course/definition.ts";
import { CHECKS } from "./checks.ts";

export default defineExercise({
  number: 5,
  name: "sysv-shared-memory",
  title: "System V shared memory",
  topic: "shmget, shmat, shmdt, shmctl: a message that outlives the process that left it",
  file: "sysv_shared_memory.ts",
  functions: ["create", "say", "hear", "describe", "remove"],
  mechanisms: {
    must: [["shmget"], ["shmctl"]],
    mustNot: ["shm_open", "mmap", "open", "pipe", "pipe2", "mkfifo", "mq_open"],
  },
  hints: [
    "Five functions, and almost one call each: `shmget` makes a segment and gives its identifier, `shmat` attaches it to this " +
    "process, `shmdt` detaches it, `shmctl` asks about it (IPC_STAT) and removes it (IPC_RMID). Which of them must happen " +
    "in *every* process that uses the segment, and which only once, for all of them?",
    "`shmget(IPC_PRIVATE, size, IPC_CREAT | 0o600)` gives a new segment every time. `shmat(id)` gives an object whose `bytes` is a " +
    "Uint8Array of the whole segment. With `using segment = shmat(id)` it is detached at the end of the block, on every way " +
    "out of it.\n\n" +
    "A message is its bytes in UTF-8 and then a byte 0, as strings are in C. `bytes.indexOf(0)` finds where it ends.",
    "```ts\n" +
    "export function say(id: number, text: string): boolean {\n" +
    "  const message = new TextEncoder().encode(`${text}\\0`);\n" +
    "  using segment = shmat(id);\n" +
    "  if (message.length > segment.length) return false;\n" +
    "  segment.bytes.set(message);\n" +
    "  return true;\n" +
    "}\n" +
    "```\n" +
    "`hear` does the same the other way round. When the segment is gone, `shmat` throws: " +
    '`isSystemError(error, "EINVAL")`, or EIDRM when it was removed in that very moment. Any other error is not yours to hide.',
  ],
  checks: CHECKS,
});
