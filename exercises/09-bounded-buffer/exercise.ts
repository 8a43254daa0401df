/**
 * Exercise 9: producers and consumers share a buffer of bounded capacity.
 *
 * @module
 */
import { defineExercise } from "../../lab/course/definition.ts";
import { CHECKS } from "./checks.ts";

export default defineExercise({
  number: 9,
  name: "bounded-buffer",
  title: "Bounded buffer",
  topic: "producers and consumers over shared memory: nothing lost, nothing twice, nobody spins",
  file: "bounded_buffer.ts",
  functions: ["create", "open", "put", "get", "close", "destroy"],
  mechanisms: {
    must: [["shm_open", "shmget"], ["mmap", "shmat"]],
    mustNot: ["nanosleep", "alarm"],
  },
  hints: [
    "Three questions, three semaphores. *Is there a free slot?* is a number: how many are free. *Is there an item?* is " +
    "another number. *May I touch the slots and indices now?* is yes or no. With which value does each of the three " +
    "start, who waits for it, and who posts it?\n\n" +
    "And: everything that two processes must agree on (the indices too) lives in the shared memory. A variable of your " +
    "module exists once in every process.",
    "`put` waits for a free slot, **then** takes the mutex, writes the slot at index `in`, moves `in` one on (back to 0 " +
    "at the end), releases the mutex, and posts that there is one more item. `get` is its mirror image.\n\n" +
    "Whoever takes the mutex first and waits for a slot inside keeps everyone out who could free one. And whoever posts " +
    "before the slot is written promises something that is not there yet.",
    "```ts\n" +
    "export function put({ words, capacity, free, filled, mutex }: BoundedBuffer, item: number): void {\n" +
    "  sem_wait(free);                     // counts free slots, from `capacity`\n" +
    "  sem_wait(mutex);                    // 1: nobody is inside\n" +
    "  const slot = words[IN] as number;   // words: capacity, in, out, then the slots\n" +
    "  words[SLOTS + slot] = item;\n" +
    "  words[IN] = (slot + 1) % capacity;\n" +
    "  sem_post(mutex);\n" +
    "  sem_post(filled);                   // counts items, from 0\n" +
    "}\n" +
    "```\n" +
    "`create` makes the segment and the three semaphores under names that come from `name` (`` `${name}.free` `` and so " +
    "on) with `O_CREAT | O_EXCL`, and writes the capacity. `open` opens them without `O_CREAT`, maps the memory (its length " +
    "is `lseek(fd, 0, SEEK_END)`), takes `words` from `memory.view(Int32Array)`, and closes the descriptor. `close` is " +
    "`munmap` and three times `sem_close`; `destroy` unlinks all four names.",
  ],
  checks: CHECKS,
});
