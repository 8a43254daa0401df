/**
 * Constants of open(2), fcntl(2) and lseek(2).
 *
 * @module
 */
import { on } from "./layout.ts";

/** Open for reading only. */
export const O_RDONLY = 0;
/** Open for writing only. */
export const O_WRONLY = 1;
/** Open for reading and writing. */
export const O_RDWR = 2;
/** The bits of a flag word that hold one of O_RDONLY, O_WRONLY and O_RDWR. */
export const O_ACCMODE = 3;
/** Create the file if it does not exist; `open` then needs a mode. */
export const O_CREAT = 0o100;
/** With O_CREAT: fail with EEXIST if the file exists. */
export const O_EXCL = 0o200;
/** A terminal does not become the controlling terminal. */
export const O_NOCTTY = 0o400;
/** Cut a regular file to length 0. */
export const O_TRUNC = 0o1000;
/** Each write goes to the end of the file, in one step with finding that end. */
export const O_APPEND = 0o2000;
/** Calls that would block fail with EAGAIN; opening a FIFO does not wait for the other end. */
export const O_NONBLOCK = 0o4000;
/** Each write waits until the data has reached the device. */
export const O_DSYNC = 0o10000;
/** SIGIO when input or output becomes possible. */
export const O_ASYNC = 0o20000;
/** For a pipe: packets instead of a byte stream. For a file: past the page cache. */
export const O_DIRECT: number = on({ x86_64: 0o40000, aarch64: 0o200000 });
/** Fail with ENOTDIR if the path is not a directory. */
export const O_DIRECTORY: number = on({ x86_64: 0o200000, aarch64: 0o40000 });
/** Fail with ELOOP if the last part of the path is a symbolic link. */
export const O_NOFOLLOW: number = on({ x86_64: 0o400000, aarch64: 0o100000 });
/** Reading does not touch the file's time of access. */
export const O_NOATIME = 0o1000000;
/** The descriptor is closed by execve(2). */
export const O_CLOEXEC = 0o2000000;
/** Each write waits until the data and what is known about the file have reached the device. */
export const O_SYNC = 0o4010000;
/** Only a place in the tree: nothing can be read or written. */
export const O_PATH = 0o10000000;
/** A file without a name in the directory at the path; `open` then needs a mode. */
export const O_TMPFILE: number = 0o20000000 | O_DIRECTORY;

/** fcntl: the lock that is in the way of this one, if any. */
export const F_GETLK = 5;
/** fcntl: set or remove a lock of this process; EAGAIN if another's is in the way. */
export const F_SETLK = 6;
/** fcntl: set or remove a lock of this process, and wait while another's is in the way. */
export const F_SETLKW = 7;
/** fcntl: as F_GETLK, for a lock of this open file. */
export const F_OFD_GETLK = 36;
/** fcntl: as F_SETLK, for a lock of this open file. */
export const F_OFD_SETLK = 37;
/** fcntl: as F_SETLKW, for a lock of this open file. */
export const F_OFD_SETLKW = 38;
/** Kind of a lock: shared. The descriptor has to be open for reading. */
export const F_RDLCK = 0;
/** Kind of a lock: exclusive. The descriptor has to be open for writing. */
export const F_WRLCK = 1;
/** Kind of a lock: none. */
export const F_UNLCK = 2;

/** flock: a shared lock. */
export const LOCK_SH = 1;
/** flock: an exclusive lock. */
export const LOCK_EX = 2;
/** flock: fail with EAGAIN instead of waiting. */
export const LOCK_NB = 4;
/** flock: no lock. */
export const LOCK_UN = 8;

/** fcntl: the lowest free descriptor from the argument on, as a copy of this one. */
export const F_DUPFD = 0;
/** fcntl: the descriptor's flags (FD_CLOEXEC). */
export const F_GETFD = 1;
/** fcntl: set the descriptor's flags. */
export const F_SETFD = 2;
/** fcntl: the open file's access mode and status flags. */
export const F_GETFL = 3;
/** fcntl: set the status flags (O_APPEND, O_ASYNC, O_DIRECT, O_NOATIME, O_NONBLOCK; others are ignored). */
export const F_SETFL = 4;
/** fcntl: as F_DUPFD, and the copy has FD_CLOEXEC. */
export const F_DUPFD_CLOEXEC = 1030;
/** fcntl: set the capacity of a pipe; the kernel rounds it up and returns what it set, in bytes. */
export const F_SETPIPE_SZ = 1031;
/** fcntl: the capacity of a pipe, in bytes. */
export const F_GETPIPE_SZ = 1032;
/** fcntl: forbid changes of a memfd for good: the F_SEAL_ flags. */
export const F_ADD_SEALS = 1033;
/** fcntl: the seals of a memfd. */
export const F_GET_SEALS = 1034;
/** The descriptor is closed by execve(2). */
export const FD_CLOEXEC = 1;
/** Seal: no more seals. */
export const F_SEAL_SEAL = 1;
/** Seal: it cannot become shorter. */
export const F_SEAL_SHRINK = 2;
/** Seal: it cannot become longer. */
export const F_SEAL_GROW = 4;
/** Seal: nothing can be written. EBUSY while it is mapped for that. */
export const F_SEAL_WRITE = 8;
/** Seal: nothing can be written, except through mappings that there are already. */
export const F_SEAL_FUTURE_WRITE = 16;

/** lseek: from the start of the file. */
export const SEEK_SET = 0;
/** lseek: from the present position. */
export const SEEK_CUR = 1;
/** lseek: from the end of the file. */
export const SEEK_END = 2;
/** lseek: the next place at or after the offset that has data. */
export const SEEK_DATA = 3;
/** lseek: the next hole at or after the offset. */
export const SEEK_HOLE = 4;
