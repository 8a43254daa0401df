/**
 * The numbers of system calls that glibc has no function for, or only a recent glibc. They are made by syscall(2).
 *
 * @module
 */
import { MACHINE } from "./machine.ts";

/** On this machine. Source: asm/unistd.h. */
export const SYS: {
  readonly futex: number;
  readonly pidfd_open: number;
  readonly pidfd_send_signal: number;
} = MACHINE === "aarch64"
  ? { futex: 98, pidfd_open: 434, pidfd_send_signal: 424 }
  : { futex: 202, pidfd_open: 434, pidfd_send_signal: 424 };
