/**
 * The signals of Linux by number: the same on x86_64 and aarch64. Source: signal(7).
 *
 * @module
 */

/** The terminal hung up, or its session's leader is gone. Default: the process ends. */
export const SIGHUP = 1;
/** Interrupt from the keyboard (Ctrl-C). Default: the process ends. */
export const SIGINT = 2;
/** Quit from the keyboard. Default: the process ends with a core file. */
export const SIGQUIT = 3;
/** Illegal instruction. Default: core file. */
export const SIGILL = 4;
/** Trace or breakpoint trap. Default: core file. */
export const SIGTRAP = 5;
/** abort(3). Default: core file. */
export const SIGABRT = 6;
/** Bus error: memory that is mapped but has nothing behind it. Default: core file. */
export const SIGBUS = 7;
/** Erroneous arithmetic. Default: core file. */
export const SIGFPE = 8;
/** Ends the process. Cannot be caught, blocked or ignored. */
export const SIGKILL = 9;
/** For the program's own use. Default: the process ends. */
export const SIGUSR1 = 10;
/** Invalid memory reference. Default: core file. */
export const SIGSEGV = 11;
/** For the program's own use. Default: the process ends. */
export const SIGUSR2 = 12;
/** Write to a pipe that nobody reads. Default: the process ends. */
export const SIGPIPE = 13;
/** The timer of alarm(2). Default: the process ends. */
export const SIGALRM = 14;
/** Request to end. Default: the process ends. */
export const SIGTERM = 15;
/** Unused. Default: the process ends. */
export const SIGSTKFLT = 16;
/** A child ended, stopped or went on. Default: ignored. */
export const SIGCHLD = 17;
/** Go on, if stopped. */
export const SIGCONT = 18;
/** Stops the process. Cannot be caught, blocked or ignored. */
export const SIGSTOP = 19;
/** Stop from the keyboard (Ctrl-Z). Default: the process stops. */
export const SIGTSTP = 20;
/** A background process reads from its terminal. Default: the process stops. */
export const SIGTTIN = 21;
/** A background process writes to its terminal. Default: the process stops. */
export const SIGTTOU = 22;
/** Urgent data on a socket. Default: ignored. */
export const SIGURG = 23;
/** The limit on processor time is exceeded. Default: core file. */
export const SIGXCPU = 24;
/** The limit on file size is exceeded. Default: core file. */
export const SIGXFSZ = 25;
/** Timer of the process's own processor time. Default: the process ends. */
export const SIGVTALRM = 26;
/** Profiling timer. Default: the process ends. */
export const SIGPROF = 27;
/** The terminal's window changed its size. Default: ignored. */
export const SIGWINCH = 28;
/** Input or output is possible now. Default: the process ends. */
export const SIGIO = 29;
/** Power failure. Default: the process ends. */
export const SIGPWR = 30;
/** Bad system call. Default: core file. */
export const SIGSYS = 31;
/** Another name of SIGIO. */
export const SIGPOLL = 29;
/** Another name of SIGABRT. */
export const SIGIOT = 6;

/**
 * The first real-time signal. Real-time signals (SIGRTMIN + n) queue: each one sent arrives, in order, with its value; of
 * several that are pending the lowest comes first. The kernel's first two, 32 and 33, are glibc's own.
 */
export const SIGRTMIN = 34;
/** The last real-time signal. The kernel's last, 64, is this library's own, as 32 and 33 are glibc's. */
export const SIGRTMAX = 63;
/** The signal that this library keeps for itself: it cannot be caught, blocked or waited for. */
export const RESERVED_SIGNAL = 64;

const NAMES: readonly string[] = [
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
];

/** The name of a signal: "SIGINT", "SIGRTMIN+3"; "signal 99" where there is none. */
export function signalName(signo: number): string {
  const name = NAMES[signo];
  if (name !== undefined && name !== "") return name;
  if (signo === SIGRTMIN) return "SIGRTMIN";
  if (signo > SIGRTMIN && signo <= SIGRTMAX) return `SIGRTMIN+${signo - SIGRTMIN}`;
  return `signal ${signo}`;
}
