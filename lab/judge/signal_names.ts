/**
 * Signals by name, for scenarios and messages: the numbers of Linux on x86_64 and aarch64. Source: signal(7).
 *
 * @module
 */

const NAMES = [
  "",
  "SIGHUP",
  "SIGINT",
  "SIGQUIT",
  "SIGILL",
  "SIGTRAP",
  "SIGABRT",
  "SIGBUS",
  "SIGFPE",
  "SIGKILL",
  "SIGUSR1",
  "SIGSEGV",
  "SIGUSR2",
  "SIGPIPE",
  "SIGALRM",
  "SIGTERM",
  "SIGSTKFLT",
  "SIGCHLD",
  "SIGCONT",
  "SIGSTOP",
  "SIGTSTP",
  "SIGTTIN",
  "SIGTTOU",
  "SIGURG",
  "SIGXCPU",
  "SIGXFSZ",
  "SIGVTALRM",
  "SIGPROF",
  "SIGWINCH",
  "SIGIO",
  "SIGPWR",
  "SIGSYS",
]; // deno-fmt-ignore-line

/** The first real-time signal, as glibc has it. */
const SIGRTMIN = 34;
/** The last one, 64, is the lab's own. */
const MOST_ABOVE = 29;

/** The number of "SIGTERM" or "SIGRTMIN+3". */
export function numberOfSignal(name: string): number {
  const real = /^SIGRTMIN(?:\+(\d+))?$/.exec(name);
  const above = Number(real?.[1] ?? 0);
  if (real !== null && above <= MOST_ABOVE) return SIGRTMIN + above;
  const number = NAMES.indexOf(name);
  if (number <= 0) throw new RangeError(`there is no signal "${name}"`);
  return number;
}

/** The name of a signal's number. */
export function nameOfSignal(number: number): string {
  if (number >= SIGRTMIN) return number === SIGRTMIN ? "SIGRTMIN" : `SIGRTMIN+${number - SIGRTMIN}`;
  return NAMES[number] || `signal ${number}`;
}
