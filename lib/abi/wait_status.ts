/**
 * What waitpid(2) tells of a child: the status word, decoded as the macros WIFEXITED, WEXITSTATUS and their kin do.
 *
 * @module
 */

/** What became of a child. */
export type WaitStatus =
  /** It ended by itself: WEXITSTATUS is `status`, from 0 to 255. */
  | { readonly pid: number; readonly kind: "exited"; readonly status: number }
  /** A signal ended it: WTERMSIG is `signal`. */
  | { readonly pid: number; readonly kind: "signaled"; readonly signal: number; readonly coreDumped: boolean }
  /** A signal stopped it (WUNTRACED): WSTOPSIG is `signal`. */
  | { readonly pid: number; readonly kind: "stopped"; readonly signal: number }
  /** SIGCONT set it going again (WCONTINUED). */
  | { readonly pid: number; readonly kind: "continued" }
  /** WNOHANG, and nothing to tell yet: C's result 0. */
  | { readonly pid: 0; readonly kind: "running" };

const CONTINUED = 0xffff;

/** What the status word `status` says of `pid`. */
export function decodeWaitStatus(pid: number, status: number): WaitStatus {
  const signal = status & 0x7f;
  if (status === CONTINUED) return { pid, kind: "continued" };
  if (signal === 0) return { pid, kind: "exited", status: (status >> 8) & 0xff };
  if (signal === 0x7f) return { pid, kind: "stopped", signal: (status >> 8) & 0xff };
  return { pid, kind: "signaled", signal, coreDumped: (status & 0x80) !== 0 };
}

/** For waitpid: return at once if no child has changed. */
export const WNOHANG = 1;
/** For waitpid: also tell of children that a signal stopped. */
export const WUNTRACED = 2;
/** For waitpid: also tell of stopped children that SIGCONT set going again. */
export const WCONTINUED = 8;
