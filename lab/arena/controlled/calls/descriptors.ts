/**
 * Descriptors: open and close, read and write, duplicates, pipes and FIFOs.
 *
 * @module
 */
import {
  F_DUPFD,
  F_DUPFD_CLOEXEC,
  F_GETFL,
  F_OFD_SETLKW,
  F_SETLKW,
  O_CREAT,
} from "../../../../lib/abi/fcntl_constants.ts";
import { POLLIN, POLLOUT } from "../../../../lib/abi/poll_constants.ts";
import { SystemError } from "../../../../lib/errors/system_error.ts";
import { MODE } from "../../../explore/region.ts";
import { type Attempt, type Call, type Calls, type Context, ERRNO, unless, WOULD_BLOCK } from "./call.ts";
import { attemptOn, hasFlag, isNonblocking, pollNow, withFlag, withoutBlocking } from "./nonblocking.ts";
import { noteOpened, rendezvous, waitsForPeer } from "./fifos.ts";
import { tellBytes } from "./story.ts";

/** The calls on descriptors of any kind. */
export function descriptors(context: Context): Calls {
  const { original, objects, belongings, turnstile } = context;
  const { PIPE_BUF } = original;

  const on = (fd: number): readonly number[] => [objects.descriptor(fd)];
  const opened = (): void => belongings.touched("descriptors");
  const duplicates: Call = { note: opened };

  return {
    open: {
      objects: (path) => [objects.place(path)],
      mode: (path, flags) => (flags & O_CREAT) !== 0 || objects.isFifo(path) ? MODE.write : MODE.read,
      begin: (path, flags, mode) =>
        waitsForPeer(flags) && objects.isFifo(path)
          ? rendezvous(context, path, flags, mode)
          : { tries: () => original.open(path, flags, mode) },
      changes: (fd) => objects.typeOf(fd) === "pipe" ? [objects.descriptor(fd)] : [],
      note: (fd, _path, flags) => {
        opened();
        const waited = waitsForPeer(flags);
        if (!waited && objects.typeOf(fd) === "pipe") noteOpened(objects.descriptor(fd), flags);
      },
    },
    close: {
      objects: on,
      mode: (fd) => objects.descriptor(fd) === -1 ? MODE.none : MODE.write,
    },
    read: {
      objects: on,
      mode: MODE.write,
      fills: (_, buffer) => buffer,
      attempt: (fd, buffer) => attemptOn(fd, POLLIN, () => original.read(fd, buffer)),
      faults: {
        eintr: (fd) => mayBlock(fd) ? refuse("read", ERRNO.EINTR) : undefined,
        eagain: (fd) => isNonblocking(fd) ? refuse("read", ERRNO.EAGAIN) : undefined,
        short: (fd, buffer) =>
          isStream(fd) && buffer.length > 1 && pollNow(fd, POLLIN) !== 0
            ? original.read(fd, buffer.subarray(0, buffer.length >> 1))
            : undefined,
      },
      told: (n, _fd, buffer) => n === 0 ? "end of file" : tellBytes(buffer.subarray(0, n)),
    },
    write: {
      objects: on,
      mode: MODE.write,
      reads: (_, data) => data,
      begin: (fd, data) => {
        const act = (): number => original.write(fd, data);
        if (!(data instanceof Uint8Array)) return { tries: act };
        // So much goes into a pipe at once, or not at all.
        if (data.length <= PIPE_BUF && objects.typeOf(fd) === "pipe") {
          return { tries: () => attemptOn(fd, POLLOUT, act) };
        }
        if (!isStream(fd) || isNonblocking(fd)) return { tries: () => withoutBlocking(fd, act) };
        return transfer(data, (rest) => withoutBlocking(fd, () => original.write(fd, rest)), () => {
          for (const object of on(fd)) turnstile.changed(object);
        });
      },
      faults: {
        eintr: (fd) => mayBlock(fd) ? refuse("write", ERRNO.EINTR) : undefined,
        eagain: (fd) => isNonblocking(fd) ? refuse("write", ERRNO.EAGAIN) : undefined,
        full: (fd) => isNonblocking(fd) && isStream(fd) ? refuse("write", ERRNO.EAGAIN) : undefined,
        // What fits into PIPE_BUF goes into a pipe whole.
        short: (fd, data) =>
          isStream(fd) && (data.length > PIPE_BUF || (objects.typeOf(fd) === "socket" && data.length > 1)) &&
            pollNow(fd, POLLOUT) !== 0
            ? original.write(fd, data.subarray(0, data.length > PIPE_BUF ? PIPE_BUF : data.length >> 1))
            : undefined,
      },
    },
    lseek: { objects: on, mode: MODE.write },
    dup: duplicates,
    dup2: {
      // What the second number was is closed.
      objects: (_, newfd) => on(newfd),
      mode: (_, newfd) => objects.descriptor(newfd) === -1 ? MODE.none : MODE.write,
      note: opened,
    },
    pipe: duplicates,
    pipe2: duplicates,
    fcntl: {
      objects: (fd, command) => command === F_GETFL ? [] : on(fd),
      mode: (_, command) => isLock(command) ? MODE.write : MODE.none,
      attempt: (fd, command, argument) => {
        const waits = command === F_SETLKW || command === F_OFD_SETLKW;
        if (!waits) return original.fcntl(fd, command, argument);
        // F_SETLK and F_OFD_SETLK are the numbers below.
        return unless(["EAGAIN", "EACCES"], () => original.fcntl(fd, command - 1, argument));
      },
      note: (_, _fd, command) => {
        if (command === F_DUPFD || command === F_DUPFD_CLOEXEC) opened();
      },
      faults: {
        eintr: (_, command) =>
          command === F_SETLKW || command === F_OFD_SETLKW ? refuse("fcntl", ERRNO.EINTR) : undefined,
      },
    },
    flock: {
      objects: on,
      mode: MODE.write,
      attempt: (fd, operation) => {
        const { LOCK_NB } = original;
        if (hasFlag(operation, LOCK_NB)) return original.flock(fd, operation);
        return unless(["EAGAIN"], () => original.flock(fd, withFlag(operation, LOCK_NB)));
      },
      faults: {
        eintr: (_, operation) => !hasFlag(operation, original.LOCK_NB) ? refuse("flock", ERRNO.EINTR) : undefined,
      },
    },
    mkfifo: { objects: (path) => [objects.place(path)], mode: MODE.write },
    mknod: { objects: (path) => [objects.place(path)], mode: MODE.write },
    unlink: {
      objects: (path) => [objects.place(path)],
      mode: MODE.write,
      begin: (path) => {
        const type = objects.typeOfPath(path);
        return {
          tries: () => {
            original.unlink(path);
            if (type === "pipe" || type === "socket") turnstile.removed(type === "pipe" ? "fifo" : type, path);
          },
        };
      },
    },
    ftruncate: { objects: on, mode: MODE.write },
    umask: { note: () => belongings.touched("umask") },
  };

  /** Whether a read or write of it may block: one of a file or a directory does not. */
  function mayBlock(fd: number): boolean {
    const type = objects.typeOf(fd);
    return type !== null && type !== "regular" && type !== "other" && !isNonblocking(fd);
  }

  /** Whether its bytes have no boundaries. */
  function isStream(fd: number): boolean {
    const type = objects.typeOf(fd);
    return type === "pipe" || (type === "socket" && !objects.hasBoundaries(fd));
  }
}

function isLock(command: number): boolean {
  return (command >= 5 && command <= 7) || (command >= 36 && command <= 38);
}

function refuse(syscall: string, errno: number): never {
  throw new SystemError(syscall, errno);
}

/**
 * All of the bytes, part by part: what fits goes, and the rest waits for room. Interrupted, it has transferred what it has.
 *
 * @param part transfers as much as fits
 */
export function transfer(
  data: Uint8Array,
  part: (rest: Uint8Array) => number | typeof WOULD_BLOCK,
  changed: () => void,
): Attempt<number> {
  let done = 0;
  return {
    tries: () => {
      const before = done;
      for (;;) {
        let n: number | typeof WOULD_BLOCK;
        try {
          n = part(data.subarray(done));
        } catch (error) {
          if (done > 0 && error instanceof SystemError) return done;
          throw error;
        }
        if (n === WOULD_BLOCK) {
          // Two who both wait for room must not wake one another for ever: only what has moved is a change.
          if (done > before) changed();
          return WOULD_BLOCK;
        }
        done += n;
        if (done >= data.length || n === 0) return done;
      }
    },
    abandon: () => done > 0 ? done : undefined,
  };
}
