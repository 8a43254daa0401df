/**
 * Bits of a file's mode: permissions, and the file's type. See inode(7).
 *
 * @module
 */

/** Owner: read, write and execute. */
export const S_IRWXU = 0o700;
/** Owner: read. */
export const S_IRUSR = 0o400;
/** Owner: write. */
export const S_IWUSR = 0o200;
/** Owner: execute. */
export const S_IXUSR = 0o100;
/** Group: read, write and execute. */
export const S_IRWXG = 0o070;
/** Group: read. */
export const S_IRGRP = 0o040;
/** Group: write. */
export const S_IWGRP = 0o020;
/** Group: execute. */
export const S_IXGRP = 0o010;
/** Others: read, write and execute. */
export const S_IRWXO = 0o007;
/** Others: read. */
export const S_IROTH = 0o004;
/** Others: write. */
export const S_IWOTH = 0o002;
/** Others: execute. */
export const S_IXOTH = 0o001;
/** Run as the file's owner. */
export const S_ISUID = 0o4000;
/** Run as the file's group. */
export const S_ISGID = 0o2000;
/** In a directory: only its owner removes a file. */
export const S_ISVTX = 0o1000;
/** The bits of a mode that hold the file's type. */
export const S_IFMT = 0o170000;
/** A socket. */
export const S_IFSOCK = 0o140000;
/** A symbolic link. */
export const S_IFLNK = 0o120000;
/** A regular file. */
export const S_IFREG = 0o100000;
/** A block device. */
export const S_IFBLK = 0o060000;
/** A directory. */
export const S_IFDIR = 0o040000;
/** A character device. */
export const S_IFCHR = 0o020000;
/** A FIFO or pipe. */
export const S_IFIFO = 0o010000;
