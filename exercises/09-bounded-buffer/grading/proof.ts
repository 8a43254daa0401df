/**
 * What this exercise is proven with.
 *
 * @module
 */
import type { Proof } from "../../../lab/course/definition.ts";

const proof: Proof = {
  solutions: [
    "unnamed_semaphores",
    "monitor",
    "messages_as_locks",
    "system_v_memory",
    "system_v_semaphores",
    "slots_by_message",
    "futex_monitor",
    "record_locks",
    "flock_and_bells",
    "bakery",
    "tickets",
  ],
  mutants: [
    // Mutual exclusion.
    {
      name: "no-mutex",
      finding: ["wrong-result", "data-race"],
      mistake: "two processes choose a slot at the same time",
      explored: true,
    },
    {
      name: "mutex-posted-twice",
      finding: ["wrong-result", "data-race"],
      mistake: "the mutex lets two in",
      explored: true,
    },
    {
      name: "mutex-kept-at-the-end",
      finding: "deadlock",
      mistake: "one path does not release the mutex",
      explored: true,
    },
    {
      name: "mutex-before-free",
      finding: "deadlock",
      mistake: "waits for a free slot inside the mutex",
      explored: true,
    },
    { name: "mutex-before-filled", finding: "deadlock", mistake: "waits for an item inside the mutex", explored: true },
    // Counting.
    { name: "one-slot-too-many", finding: "capacity", mistake: "free slots start at capacity + 1", explored: true },
    { name: "keeps-a-slot-empty", finding: "capacity", mistake: "only capacity - 1 items fit" },
    { name: "filled-starts-at-one", finding: "wrong-result", mistake: "the items start at 1", explored: true },
    { name: "free-never-posted", finding: "deadlock", mistake: "a freed slot is not announced", explored: true },
    // The order of steps.
    {
      name: "posts-before-writing",
      finding: ["wrong-result", "data-race"],
      mistake: "announces an item before it is stored",
      explored: true,
    },
    {
      name: "frees-before-reading",
      finding: ["wrong-result", "data-race"],
      mistake: "frees a slot before it is read",
      explored: true,
    },
    {
      name: "if-instead-of-while",
      finding: ["capacity", "wrong-result"],
      mistake: "does not look again after waking",
      explored: true,
    },
    {
      name: "tells-only-the-first",
      finding: "deadlock",
      mistake: "wakes one waiter where several can go on",
      explored: true,
    },
    // What is shared.
    {
      name: "indices-in-the-process",
      finding: "wrong-result",
      mistake: "each process has indices of its own",
      explored: true,
    },
    {
      name: "open-starts-over",
      finding: ["wrong-result", "order", "data-race"],
      mistake: "opening resets the indices",
      explored: true,
    },
    { name: "private-mapping", finding: "wrong-result", mistake: "the memory is mapped private" },
    { name: "fixed-names", finding: "capacity", mistake: "all buffers share the semaphores" },
    // Results.
    { name: "stack", finding: "order", mistake: "last in, first out" },
    { name: "slots-overtaken", finding: "order", mistake: "at each slot, who came later may go first", explored: true },
    { name: "returns-the-slot", finding: "wrong-result", mistake: "returns the slot's number" },
    { name: "unsigned-items", finding: "wrong-result", mistake: "loses the sign" },
    // What is left.
    { name: "semaphores-left", finding: "leak", mistake: "semaphores are not unlinked" },
    { name: "memory-left", finding: "leak", mistake: "shared memory is not unlinked" },
    { name: "descriptor-kept", finding: "leak", mistake: "each open() keeps a descriptor" },
    { name: "exits-on-close", finding: "ended-early", mistake: "_exit() in the middle" },
    // Other means.
    { name: "spins", finding: "busy-waiting", mistake: "waits in a loop" },
    { name: "sleeps", finding: "forbidden-mechanism", mistake: "waits by sleeping" },
    { name: "in-a-file", finding: "missing-mechanism", mistake: "the items go through a file" },
  ],
};

export default proof;
