/**
 * What makes a forked child of the template look like a program that execve(2) has just started: descriptors, signals, limits.
 *
 * @module
 */
import * as ipc from "../../lib/mod.ts";
import { resetSignals } from "../../lib/gate/dispositions.ts";
import { armInterrogation } from "../../lib/gate/interrogation.ts";
import { internalDescriptors } from "../../lib/gate/internal.ts";
import { applyLimits } from "./limits.ts";
import * as system from "./system.ts";

/** Settles this process: standard output and error go to `output`, and of all other descriptors only `kept` stay. */
export function settle(output: number, kept: readonly number[]): void {
  const nothing = ipc.open("/dev/null", ipc.O_RDONLY);
  system.duplicateTo(nothing, 0);
  system.duplicateTo(output, 1);
  system.duplicateTo(output, 2);
  let from = 3;
  for (const fd of [...internalDescriptors, ...kept].sort((a, b) => a - b)) {
    system.closeRange(from, fd - 1);
    from = fd + 1;
  }
  system.closeRange(from, 0x7fffffff);
  resetSignals();
  armInterrogation();
  applyLimits();
  ipc.umask(0o022);
}
