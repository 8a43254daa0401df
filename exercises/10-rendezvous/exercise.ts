/**
 * Exercise 10: two processes meet and exchange a value; nobody leaves before the other has come.
 *
 * @module
 */
import { defineExercise } from "../../lab/course/definition.ts";
import { CHECKS } from "./checks.ts";

export default defineExercise({
  number: 10,
  name: "rendezvous",
  title: "Rendezvous",
  topic: "a link of capacity zero: each side waits for the other, and they exchange a value",
  file: "rendezvous.ts",
  functions: ["create", "open", "exchange", "close", "destroy"],
  mechanisms: {
    must: [["shm_open", "shmget", "mq_open", "msgget", "mkfifo", "bind"]],
    mustNot: ["nanosleep", "alarm"],
  },
  hints: [
    "Two signs are needed, one in each direction: *left is here* and *right is here*. Each side first gives its own sign " +
    "and then waits for the other's. In the other order both wait and nobody ever gives. With one sign for both " +
    "directions, a side may take back the sign it has just given.\n\n" +
    "Each side also needs a place of its own for its value, filled before its sign is given.",
    "That is right for one meeting. For the next one, think of a slow right side: it has been told that left is there, but " +
    "has not read left's value yet, while left has already gone, come back, and stored its next value in the same place. " +
    "So nobody may leave before the other one has *read*: give and await two more signs, *I have read*.\n\n" +
    "Several processes at one side? Let only one of them in at a time: a door, which is a mutex that is held for the " +
    "whole meeting.",
    "```ts\n" +
    "export function exchange({ cells, left, right }: Rendezvous, side: Side, value: number): number {\n" +
    '  const [mine, other] = side === "left" ? [left, right] : [right, left];\n' +
    "  sem_wait(mine.door);                // 1 at first: one process of this side at a time\n" +
    "  cells[mine.cell] = value;           // cells: two words of shared memory\n" +
    "  sem_post(mine.here);                // 0 at first\n" +
    "  sem_wait(other.here);\n" +
    "  const received = cells[other.cell] as number;\n" +
    "  sem_post(other.read);               // 0 at first: what the other side gave has been read\n" +
    "  sem_wait(mine.read);\n" +
    "  sem_post(mine.door);\n" +
    "  return received;\n" +
    "}\n" +
    "```\n" +
    "Two cells and six semaphores. Give each semaphore a name made from `name` (`` `${name}.left.door` `` and so on), or put " +
    "all of them into the shared memory with the cells, by `sem_init` with `pshared` 1: then there is one name to unlink.",
  ],
  checks: CHECKS,
});
