/**
 * The resources that prlimit(2) limits: the same numbers on x86_64 and aarch64.
 *
 * @module
 */

/** Processor time, in seconds; at the soft limit comes SIGXCPU. */
export const RLIMIT_CPU = 0;
/** The longest file that may be written, in bytes; beyond it comes SIGXFSZ, or EFBIG. */
export const RLIMIT_FSIZE = 1;
/** Size of the data segment, in bytes. */
export const RLIMIT_DATA = 2;
/** Size of the stack, in bytes. */
export const RLIMIT_STACK = 3;
/** Size of a core file, in bytes. */
export const RLIMIT_CORE = 4;
/** Resident memory; without effect on Linux. */
export const RLIMIT_RSS = 5;
/** Number of processes and threads of the user. */
export const RLIMIT_NPROC = 6;
/** One more than the highest descriptor that may be opened. */
export const RLIMIT_NOFILE = 7;
/** Locked memory, in bytes. */
export const RLIMIT_MEMLOCK = 8;
/** Address space, in bytes. */
export const RLIMIT_AS = 9;
/** Number of file locks; without effect on Linux. */
export const RLIMIT_LOCKS = 10;
/** Number of queued signals of the user. */
export const RLIMIT_SIGPENDING = 11;
/** Bytes in the user's POSIX message queues. */
export const RLIMIT_MSGQUEUE = 12;
/** The ceiling of the nice value. */
export const RLIMIT_NICE = 13;
/** The ceiling of the real-time priority. */
export const RLIMIT_RTPRIO = 14;
/** Processor time without a blocking call under real-time scheduling, in microseconds. */
export const RLIMIT_RTTIME = 15;
