/**
 * The two ends of a FIFO. Who opens one waits for the other, and counts as a reader or writer from the moment it begins to wait:
 * so whoever comes finds all that wait, at once. Here they have it open while they are parked.
 *
 * @module
 */
import { F_SETFD, FD_CLOEXEC, O_ACCMODE, O_CLOEXEC } from "../../../../lib/abi/fcntl_constants.ts";
import { O_NONBLOCK, O_PATH, O_RDONLY, O_RDWR, O_WRONLY } from "../../../../lib/abi/fcntl_constants.ts";
import { cString } from "../../../../lib/abi/c_string.ts";
import { POLLERR, POLLIN, POLLOUT } from "../../../../lib/abi/poll_constants.ts";
import { isSystemError } from "../../../../lib/errors/system_error.ts";
import { c } from "../../../../lib/raw/descriptor.ts";
import { MAX_OBJECTS } from "../../../explore/region.ts";
import { type Attempt, type Context, WOULD_BLOCK } from "./call.ts";
import { flagsOf, pollNow, setFlags } from "./nonblocking.ts";
import { sharedWords } from "./shared_words.ts";

/** How often each object was opened by readers, and behind them by writers: the kernel counts so, too. */
const opened: Int32Array = sharedWords();
const WRITERS = MAX_OBJECTS;

/** Whether opening a FIFO like this waits for somebody at its other end. */
export function waitsForPeer(flags: unknown): boolean {
  return typeof flags === "number" && (flags & (O_NONBLOCK | O_PATH)) === 0 &&
    ((flags & O_ACCMODE) === O_RDONLY || (flags & O_ACCMODE) === O_WRONLY);
}

/** A FIFO, or a pipe, was opened: those who wait for that find out even if it is closed before they look. */
export function noteOpened(object: number, flags: number): void {
  if (object < 0 || (flags & O_PATH) !== 0) return;
  const mode = flags & O_ACCMODE;
  if (mode !== O_WRONLY) (opened[object] as number)++;
  if (mode !== O_RDONLY) (opened[WRITERS + object] as number)++;
}

/** Opens a FIFO, and comes back when its other end is open, too, or has been since. */
export function rendezvous(context: Context, path: string, flags: number, mode?: number): Attempt<number> {
  const { objects, turnstile } = context;
  const reads = (flags & O_ACCMODE) === O_RDONLY;
  let fd = -1;
  let object = -1;
  let before = 0;
  const others = (): number => opened[reads ? WRITERS + object : object] as number;
  return {
    waitsFor: () => [object === -1 ? objects.place(path) : object],
    tries: () => {
      if (fd === -1) {
        fd = openEnd(context, path, flags, mode);
        if (fd === -1) return WOULD_BLOCK;
        object = objects.descriptor(fd);
        before = others();
        noteOpened(object, flags);
        turnstile.changed(object);
      }
      if (others() === before && !(reads ? hasWriter(fd) : hasReader(fd))) return WOULD_BLOCK;
      setFlags(fd, flagsOf(fd) & ~O_NONBLOCK);
      return fd;
    },
    abandon: () => {
      if (fd !== -1) c.close(fd);
      turnstile.changed(object);
      return undefined;
    },
  };
}

/** Opens one end, whether there is another or not; -1 where this program cannot have a write end without a reader yet. */
function openEnd({ original }: Context, path: string, flags: number, mode?: number): number {
  try {
    return original.open(path, flags | O_NONBLOCK, mode);
  } catch (error) {
    if ((flags & O_ACCMODE) !== O_WRONLY || !isSystemError(error, "ENXIO")) throw error;
  }
  // There is no reader, and the kernel would let this writer wait. For a moment this process is one itself.
  const both = c.open(cString(path), O_RDWR | O_NONBLOCK | O_CLOEXEC, 0);
  if (both === -1) return -1;
  const end = c.open(cString(`/proc/self/fd/${both}`), O_WRONLY | O_NONBLOCK | O_CLOEXEC, 0);
  if (end === -1) {
    c.close(both);
    return -1;
  }
  // The number is the one that the kernel would have given.
  c.dup2(end, both);
  c.close(end);
  if ((flags & O_CLOEXEC) !== 0) c.fcntl(both, F_SETFD, FD_CLOEXEC);
  return both;
}

/** Whether the reader of an empty FIFO would wait (EAGAIN): somebody can still write. Or has written. */
function hasWriter(fd: number): boolean {
  return pollNow(fd, POLLIN) !== 0 || c.read(fd, new Uint8Array(1), 1) === -1;
}

function hasReader(fd: number): boolean {
  return (pollNow(fd, POLLOUT) & POLLERR) === 0;
}
