/**
 * The machine this process runs on, read once.
 *
 * @module
 */

/** A machine whose C layouts and constants this library knows. */
export type Machine = "x86_64" | "aarch64";

/** This machine. (The command line refuses any other before a call is made.) */
export const MACHINE: Machine = Deno.build.arch;
