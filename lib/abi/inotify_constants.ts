/**
 * Events and flags of inotify(7).
 *
 * @module
 */

/** It was read. */
export const IN_ACCESS = 1;
/** It was written. */
export const IN_MODIFY = 2;
/** Its permissions, owner, times or links changed. */
export const IN_ATTRIB = 4;
/** It was closed by who had it open for writing. */
export const IN_CLOSE_WRITE = 8;
/** It was closed by who had it open for reading. */
export const IN_CLOSE_NOWRITE = 16;
/** It was opened. */
export const IN_OPEN = 32;
/** A file was moved out of the folder. */
export const IN_MOVED_FROM = 64;
/** A file was moved into the folder. */
export const IN_MOVED_TO = 128;
/** A file was made in the folder. */
export const IN_CREATE = 256;
/** A file in the folder was removed. */
export const IN_DELETE = 512;
/** It was removed itself. */
export const IN_DELETE_SELF = 1024;
/** It was moved itself. */
export const IN_MOVE_SELF = 2048;
/** Its file system was unmounted. */
export const IN_UNMOUNT = 0x2000;
/** Events were lost, as nobody read them. */
export const IN_Q_OVERFLOW = 0x4000;
/** The watch has ended. */
export const IN_IGNORED = 0x8000;
/** It was closed. */
export const IN_CLOSE = 24;
/** A file was moved out of the folder, or into it. */
export const IN_MOVE = 192;
/** Everything that can be watched for. */
export const IN_ALL_EVENTS = 4095;
/** Only watch a folder. */
export const IN_ONLYDIR = 0x1000000;
/** Watch a symbolic link itself. */
export const IN_DONT_FOLLOW = 0x2000000;
/** Not for files that were removed from the folder. */
export const IN_EXCL_UNLINK = 0x4000000;
/** Fail with EEXIST where there is a watch. */
export const IN_MASK_CREATE = 0x10000000;
/** Add to what is watched for. */
export const IN_MASK_ADD = 0x20000000;
/** What it happened to is a folder. */
export const IN_ISDIR = 0x40000000;
/** inotify_init1: reading does not block. */
export const IN_NONBLOCK = 0o4000;
/** inotify_init1: execve closes the descriptor. */
export const IN_CLOEXEC = 0o2000000;
