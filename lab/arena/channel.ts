/**
 * A role's channel to the controller: one packet a record, written whole or not at all.
 *
 * @module
 */
import { errno } from "../../lib/raw/errno.ts";
import type { Board } from "./board.ts";
import type { RoleRecord } from "./protocol.ts";
import { exitNow, ownPid, writeOwn } from "./system.ts";

/** Longest packet. A SOCK_SEQPACKET pair takes about 200 KiB before it needs settings of the system. */
export const LONGEST_PACKET = 160 * 1024;

const EINTR = 4;
const EMSGSIZE = 90;

// Union-wise: each kind of record without what the channel adds.
type Bare<T> = T extends unknown ? Omit<T, "o" | "p"> : never;

const encoder = new TextEncoder();

/** Writes records, each stamped with its place in the order of the run and the process that wrote it. */
export class Channel {
  /** A channel over a descriptor of this process. */
  constructor(private readonly fd: number, private readonly board: Board) {}

  /** Writes a record. Where it is too long, says so by an exception that names what was too long. */
  write(record: Bare<RoleRecord>): void {
    const text = JSON.stringify({ ...record, o: this.board.nextOrder(), p: ownPid() });
    const bytes = encoder.encode(text);
    if (bytes.length > LONGEST_PACKET) {
      throw new RangeError(`a value of ${bytes.length} bytes is too large to be reported: at most ${LONGEST_PACKET}`);
    }
    while (writeOwn(this.fd, bytes) === -1) {
      const error = errno();
      if (error === EINTR) continue; // a signal, before anything was written
      if (error === EMSGSIZE) throw new RangeError(`a value of ${bytes.length} bytes is too large for this machine`);
      exitNow(1); // the controller has gone: nobody is told any more
    }
  }
}
