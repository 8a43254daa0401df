/**
 * All commands, by what the list of them shows; a command's own file is loaded when it is called, so that a start costs little.
 *
 * @module
 */
import type { CommandBody, CommandHead } from "./command.ts";

/** A command before it is loaded. */
export interface CommandEntry extends CommandHead {
  load(): Promise<{ readonly default: CommandBody }>;
}

/** In the order of the overview. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "exercise",
    operands: "[N]",
    summary: "Judge your solution of exercise N; without N, the list and what is next",
    load: () => import("./exercise.ts"),
  },
  { name: "list", operands: "", summary: "All exercises, and how far you are", load: () => import("./list.ts") },
  { name: "hint", operands: "N", summary: "The next hint for exercise N", load: () => import("./hint.ts") },
  {
    name: "reset",
    operands: "N",
    summary: "Put the starter of exercise N back; your file is kept as a copy",
    load: () => import("./reset.ts"),
  },
  {
    name: "doctor",
    operands: "",
    summary: "What this machine can do; finds and removes left-overs of earlier runs",
    load: () => import("./doctor.ts"),
  },
  {
    name: "verify",
    task: "lab:verify",
    operands: "[N...]",
    summary: "Prove exercises: starters fail, solutions pass, each mutant is found out",
    load: () => import("./verify.ts"),
  },
];
