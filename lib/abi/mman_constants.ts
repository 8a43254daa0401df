/**
 * Constants of mmap(2) and msync(2).
 *
 * @module
 */

/** The memory cannot be touched at all. */
export const PROT_NONE = 0;
/** The memory can be read. */
export const PROT_READ = 1;
/** The memory can be written. */
export const PROT_WRITE = 2;
/** The memory can be executed. */
export const PROT_EXEC = 4;

/** Stores are seen by every process that maps the object, and reach the file. */
export const MAP_SHARED = 1;
/** Stores are seen by this process alone: a page is copied when it is first written. */
export const MAP_PRIVATE = 2;
/** No file: zeroed memory. With MAP_SHARED it is shared with the children of later forks. */
export const MAP_ANONYMOUS = 0x20;
/** Do not set swap space aside. */
export const MAP_NORESERVE = 0x4000;

/** Start writing the pages to the file, and return. */
export const MS_ASYNC = 1;
/** Make other mappings of the file see what was written. */
export const MS_INVALIDATE = 2;
/** Write the pages to the file, and wait for it. */
export const MS_SYNC = 4;

/** memfd_create: the descriptor is closed by execve(2). */
export const MFD_CLOEXEC = 1;
/** memfd_create: F_ADD_SEALS is allowed. */
export const MFD_ALLOW_SEALING = 2;
