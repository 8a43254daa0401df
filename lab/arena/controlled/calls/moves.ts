/**
 * Data that moves between descriptors, or between processes' memory, without passing through a buffer of the program's.
 *
 * @module
 */
import { SPLICE_F_NONBLOCK } from "../../../../lib/abi/splice_constants.ts";
import { MODE } from "../../../explore/region.ts";
import { type Call, type Calls, type Context, ERRNO, fails, type WOULD_BLOCK } from "./call.ts";
import { hasFlag, isNonblocking, withFlag, withoutBlocking } from "./nonblocking.ts";
import { unless } from "./call.ts";

/** The calls that move data. */
export function moves(context: Context): Calls {
  const { original, objects, turnstile } = context;

  const both = (fdIn: unknown, fdOut: unknown): readonly number[] => [
    ...new Set([objects.descriptor(fdIn), objects.descriptor(fdOut)].filter((object) => object !== -1)),
  ];
  /** With the flag, a pipe does not wait; whatever else there is at either end does not, with O_NONBLOCK. */
  const patiently = (
    fds: readonly unknown[],
    flags: unknown,
    act: (flags: number) => number,
  ): number | typeof WOULD_BLOCK => {
    if (hasFlag(flags, SPLICE_F_NONBLOCK) || fds.some(isNonblocking)) return act(flags as number);
    const now = (): number => act(withFlag(flags as number, SPLICE_F_NONBLOCK));
    return unless(["EAGAIN"], () =>
      fds.reduceRight<() => number | typeof WOULD_BLOCK>(
        (inner, fd) => () => withoutBlocking(fd, inner),
        now,
      )() as number);
  };
  const foreign: Call = {
    // Which bytes of the other's memory these are, nobody sees: they are no loads and stores of watched memory.
    objects: (pid) => typeof pid === "number" ? [objects.process(turnstile.partyOf(pid))] : [],
  };

  return {
    splice: {
      objects: (fdIn, _offsetIn, fdOut) => both(fdIn, fdOut),
      mode: MODE.write,
      attempt: (fdIn, offsetIn, fdOut, offsetOut, length, flags) =>
        patiently([fdIn, fdOut], flags, (wanted) => original.splice(fdIn, offsetIn, fdOut, offsetOut, length, wanted)),
      faults: { eintr: fails("splice", ERRNO.EINTR) },
    },
    tee: {
      objects: both,
      mode: MODE.write,
      attempt: (fdIn, fdOut, length, flags) =>
        patiently([fdIn, fdOut], flags, (wanted) => original.tee(fdIn, fdOut, length, wanted)),
      faults: { eintr: fails("tee", ERRNO.EINTR) },
    },
    vmsplice: {
      objects: (fd) => [objects.descriptor(fd)],
      mode: MODE.write,
      attempt: (fd, buffers, flags) => patiently([fd], flags, (wanted) => original.vmsplice(fd, buffers, wanted)),
      faults: { eintr: fails("vmsplice", ERRNO.EINTR) },
    },
    process_vm_readv: { ...foreign, mode: MODE.read },
    process_vm_writev: { ...foreign, mode: MODE.write },
  };
}
