/**
 * What the bench of the mechanisms measures: the rows of its table, as data.
 *
 * @module
 */

/** What is timed: a message there and one back; one message of many in one direction; one call; or a whole program. */
export type Kind = "round_trip" | "throughput" | "call" | "start";

/** One line of the table, without its numbers. */
export interface Row {
  readonly kind: Kind;
  /** A mechanism or a call, by the name that the programs know. */
  readonly name: string;
  /** Bytes of a message; 0 where there is none. */
  readonly bytes: number;
  /** How often in a round. */
  readonly count: number;
  /** How many processors both sides share: with one, a round trip is two switches of process and no more. */
  readonly processors: 1 | 2 | "all";
  /** What a reader must know of the row to make the right thing of it. */
  readonly note?: string;
}

/** The sizes of messages. */
export const SIZES = [64, 1024, 4096, 65536] as const;

const CARRIERS = ["pipe", "fifo", "posix_mq", "sysv_msg", "unix_stream", "unix_dgram", "unix_seqpacket"] as const;
const RINGS = ["shm_sem", "shm_futex", "shm_spin"] as const;

/** Who spins never gives its processor away. */
const needsTwo = (name: string): boolean => name === "shm_spin";

/**
 * Whoever sleeps at a ring, on a processor of its own, is either always too late or never: which of the two is chance, and makes a
 * difference of three times. On one processor each sleeps after a whole ring.
 */
const sleepsAtRing = (name: string): boolean => name === "shm_sem" || name === "shm_futex";

const THREADED =
  "30 ns of them the kernel and glibc take of any process with threads, for each call on a descriptor: C's has none, the runtime has";
const HEAVY =
  "a fork copies the page tables of the whole process: of tens of megabytes for the runtime, and of half of one for C's program";

/** Every row there is. */
export const ROWS: readonly Row[] = [
  ...[...CARRIERS, ...RINGS].flatMap((name) =>
    SIZES.map((bytes): Row => ({ kind: "round_trip", name, bytes, count: 300, processors: needsTwo(name) ? 2 : 1 }))
  ),
  { kind: "round_trip", name: "signal", bytes: 0, count: 300, processors: 1 },
  ...[...CARRIERS, ...RINGS].flatMap((name) =>
    SIZES.map((bytes): Row => ({
      kind: "throughput",
      name,
      bytes,
      count: bytes > 4096 ? 300 : 2000,
      processors: sleepsAtRing(name) ? 1 : 2,
    }))
  ),
  ...["getppid", "read", "write"].map((name): Row => ({
    kind: "call",
    name,
    bytes: name === "getppid" ? 0 : 64,
    count: 10_000,
    processors: 1,
    ...(name === "getppid" ? {} : { note: THREADED }),
  })),
  { kind: "call", name: "fork_wait", bytes: 0, count: 20, processors: 1, note: HEAVY },
  { kind: "start", name: "empty", bytes: 0, count: 1, processors: "all" },
  { kind: "start", name: "import", bytes: 0, count: 1, processors: "all" },
];

/** Why this system cannot carry messages of that size by that mechanism; null if it can. */
export function impossible({ name, bytes }: Row): string | null {
  const limit = LIMITS[name];
  if (limit === undefined) return null;
  const most = Number(Deno.readTextFileSync(limit));
  return bytes > most ? `longer than ${limit} allows: ${most}` : null;
}

const LIMITS: Readonly<Record<string, string>> = {
  posix_mq: "/proc/sys/fs/mqueue/msgsize_max",
  sysv_msg: "/proc/sys/kernel/msgmax",
};
