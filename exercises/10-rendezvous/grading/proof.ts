/**
 * What this exercise is proven with.
 *
 * @module
 */
import type { Proof } from "../../../lab/course/definition.ts";

const proof: Proof = {
  solutions: [
    "unnamed_semaphores",
    "two_cells_in_turn",
    "second_comer_serves",
    "messages",
    "fifos",
    "system_v_messages",
    "system_v_semaphores",
    "peterson",
    "file_locks_and_futexes",
    "connections",
  ],
  mutants: [
    // Signs.
    { name: "both-wait-first", finding: "deadlock", mistake: "each waits before it gives its sign", explored: true },
    { name: "one-sign", finding: "order", mistake: "takes back its own sign", explored: true },
    {
      name: "only-left-waits",
      finding: ["order", "wrong-result"],
      mistake: "a sign in one direction only",
      explored: true,
    },
    {
      name: "here-starts-at-one",
      finding: ["wrong-result", "data-race"],
      mistake: "a sign is there from the beginning",
      explored: true,
    },
    {
      name: "reading-never-told",
      finding: "deadlock",
      mistake: "a sign that is awaited is never given",
      explored: true,
    },
    {
      name: "one-turnstile",
      finding: ["order", "wrong-result"],
      mistake: "a fast process goes through twice",
      explored: true,
    },
    {
      name: "never-cleared",
      finding: "order",
      mistake: "what the first meeting left lets the next ones through",
      explored: true,
    },
    { name: "gives-up", finding: "order", mistake: "leaves alone after a while" },
    { name: "open-clears-signs", finding: "deadlock", mistake: "who opens late takes away a sign", explored: true },
    // Values.
    {
      name: "sign-before-value",
      finding: ["wrong-result", "data-race"],
      mistake: "the sign is given before the value is stored",
      explored: true,
    },
    {
      name: "value-after-waiting",
      finding: ["wrong-result", "data-race"],
      mistake: "the value is stored too late",
      explored: true,
    },
    {
      name: "cell-used-again",
      finding: ["wrong-result", "data-race"],
      mistake: "a value is overwritten before it is read",
      explored: true,
    },
    {
      name: "one-cell",
      finding: ["wrong-result", "data-race"],
      mistake: "both sides use the same cell",
      explored: true,
    },
    { name: "returns-its-own", finding: "wrong-result", mistake: "returns its own value" },
    { name: "short-values", finding: "wrong-result", mistake: "cells of 16 bits" },
    { name: "one-queue", finding: "order", mistake: "receives its own message", explored: true },
    // What is shared.
    { name: "no-door", finding: ["wrong-result", "data-race"], mistake: "three in one meeting", explored: true },
    {
      name: "turn-in-the-process",
      finding: "wrong-result",
      mistake: "each process counts the meetings for itself",
      explored: true,
    },
    { name: "private-mapping", finding: "wrong-result", mistake: "the memory is mapped private" },
    { name: "fixed-names", finding: "order", mistake: "all rendezvous share the semaphores" },
    { name: "door-kept", finding: "deadlock", mistake: "the door is not released", explored: true },
    // What is left.
    { name: "semaphores-left", finding: "leak", mistake: "semaphores are not unlinked" },
    { name: "memory-left", finding: "leak", mistake: "shared memory is not unlinked" },
    { name: "descriptor-kept", finding: "leak", mistake: "each open() keeps a descriptor" },
    { name: "exits-on-close", finding: "ended-early", mistake: "_exit() in the middle" },
    // Other means.
    { name: "spins", finding: "busy-waiting", mistake: "waits in a loop" },
    { name: "sleeps", finding: "forbidden-mechanism", mistake: "waits by sleeping" },
    { name: "in-a-file", finding: "missing-mechanism", mistake: "the values go through a file" },
  ],
};

export default proof;
