/**
 * System V shared memory: shmget, shmat, shmdt, shmctl, ftok. See sysvipc(7).
 *
 * @module
 */
import { cString } from "../abi/c_string.ts";
import { IPC_CREAT, IPC_PRIVATE, IPC_RMID, IPC_SET, IPC_STAT, SHM_RDONLY } from "../abi/ipc_constants.ts";
import { allocate, decode, type Decoded, encode, get } from "../abi/layout.ts";
import { SHMID_DS } from "../abi/shmid_ds.ts";
import { int, kind, size as wholeSize, text } from "../errors/arguments.ts";
import { ipcKey, type Ownership, ownership } from "../errors/sysv_argument.ts";
import { errnoOf } from "../errors/system_error.ts";
import { callNumber } from "../gate/calls.ts";
import { enter, failed, gate, leave } from "../gate/gate.ts";
import { Memory, OWNER, release } from "../memory/memory.ts";
import { errno } from "../raw/errno.ts";
import { c } from "../raw/shared_memory.ts";

const SHMGET = callNumber("shmget");
const SHMAT = callNumber("shmat");
const SHMDT = callNumber("shmdt");
const SHMCTL = callNumber("shmctl");
const FTOK = callNumber("ftok");
const EINVAL = errnoOf("EINVAL");

/** An attached segment. Made by {@linkcode shmat}; detached at the end of a `using` block, or by {@linkcode shmdt}. */
export class Segment extends Memory {
  #id: number;

  /** Only for `shmat`. */
  constructor(owner: typeof OWNER, id: number, address: bigint, length: number, writable: boolean) {
    super(owner, address, length, { readable: true, writable });
    this.#id = id;
  }

  /** The identifier that the segment was attached by. */
  get id(): number {
    return this.#id;
  }

  /** As {@linkcode shmdt}; a second time does nothing. */
  [Symbol.dispose](): void {
    if (!this.released) shmdt(this);
  }
}

/** What the kernel knows about a segment: C's `struct shmid_ds`. */
export interface ShmidDs {
  /** The key it was made with; 0 when it has none, or is about to be destroyed. */
  key: number;
  /** Owner. */
  uid: number;
  /** Owner's group. */
  gid: number;
  /** Creator. */
  cuid: number;
  /** Creator's group. */
  cgid: number;
  /** Permissions, with SHM_DEST once it is marked for destruction. */
  mode: number;
  /** Size in bytes, as asked for. */
  segsz: number;
  /** When it was last attached, in seconds since 1970; 0 if never. */
  atime: number;
  /** When it was last detached, in seconds since 1970; 0 if never. */
  dtime: number;
  /** When it was made or changed by IPC_SET, in seconds since 1970. */
  ctime: number;
  /** Pid of the creator. */
  cpid: number;
  /** Pid of the last process to attach or detach it; 0 if none has. */
  lpid: number;
  /** How many times it is attached now, over all processes. */
  nattch: number;
}

/**
 * `int shmget(key_t key, size_t size, int shmflg)`: finds the segment of a key, or makes one. It does not block.
 *
 * A new segment reads as zero. It stays, with or without processes, until somebody removes it: `shmctl(id, IPC_RMID)`.
 *
 * @param key a number that the processes agree on (see {@linkcode ftok}), or IPC_PRIVATE: a new segment, whose identifier is
 * handed on by fork
 * @param size bytes wanted; for a segment that exists at most its size, and 0 will do
 * @param flags IPC_CREAT, IPC_EXCL, and the permissions, such as `IPC_CREAT | 0o600`
 * @returns the segment's identifier, the same in all processes
 * @throws {SystemError} EACCES, EEXIST (IPC_CREAT with IPC_EXCL), EINVAL (size 0, too large, or larger than the segment),
 * ENOENT (no segment of this key, and no IPC_CREAT), ENOMEM, ENOSPC
 * @see {@link https://man7.org/linux/man-pages/man2/shmget.2.html | shmget(2)}, sysvipc(7)
 *
 * @example Making a segment and removing it
 * ```ts
 * import { IPC_CREAT, IPC_PRIVATE, IPC_RMID, shmat, shmctl, shmget } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0o600);
 * {
 *   using segment = shmat(id);
 *   assertEquals(segment.length, 4096);
 * }
 * shmctl(id, IPC_RMID);
 * ```
 */
export function shmget(key: number, size: number, flags: number): number {
  const wanted = ipcKey(key);
  const bytes = BigInt(wholeSize(size, "size"));
  int(flags, "flags");
  let id: number;
  for (;;) {
    enter(SHMGET);
    id = c.shmget(wanted, bytes, flags);
    if (id !== -1) break;
    failed(SHMGET, errno());
  }
  if (gate.hook !== null && (wanted === IPC_PRIVATE || (flags & IPC_CREAT) !== 0) && isOurs(id)) {
    gate.hook.created("sysv_shm", String(id));
  }
  return leave(id);
}

/**
 * `void *shmat(int shmid, const void *shmaddr, int shmflg)`: attaches a segment to this process. It does not block.
 *
 * The kernel chooses the address. Children of a fork have the segment attached too. Who attached it detaches it: hold it
 * with `using`, or call {@linkcode shmdt}.
 *
 * @param id identifier from shmget
 * @param flags SHM_RDONLY or SHM_EXEC; 0 for reading and writing
 * @throws {SystemError} EACCES, EIDRM (removed), EINVAL (no such identifier), ENOMEM
 * @see {@link https://man7.org/linux/man-pages/man2/shmat.2.html | shmat(2)}
 *
 * @example A text, by one view and another
 * ```ts
 * import { IPC_CREAT, IPC_PRIVATE, IPC_RMID, shmat, shmctl, shmget } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const id = shmget(IPC_PRIVATE, 100, IPC_CREAT | 0o600);
 * using writer = shmat(id);
 * using reader = shmat(id);
 * shmctl(id, IPC_RMID); // gone with the last detach
 * new TextEncoder().encodeInto("Hi other process!", writer.bytes);
 * assertEquals(new TextDecoder().decode(reader.bytes.slice(0, 17)), "Hi other process!");
 * assertEquals(reader.view(Int32Array, 20, 4).length, 4);
 * ```
 */
export function shmat(id: number, flags = 0): Segment {
  int(id, "id");
  int(flags, "flags");
  const state = allocate(SHMID_DS);
  let address: bigint;
  for (;;) {
    enter(SHMAT);
    address = c.shmat(id, 0n, flags);
    if (address !== -1n) break;
    failed(SHMAT, errno());
  }
  // It cannot vanish now that it is attached: this is the size of what is mapped.
  if (c.shmctl(id, IPC_STAT, state) === -1) {
    const why = errno();
    c.shmdt(address);
    failed(SHMAT, why);
  }
  const segment = new Segment(OWNER, id, address, get(state, SHMID_DS.fields.segsz), (flags & SHM_RDONLY) === 0);
  leave(0);
  return segment;
}

/**
 * `int shmdt(const void *shmaddr)`: detaches a segment from this process. It does not block.
 *
 * The segment itself stays, until it is removed with `shmctl(id, IPC_RMID)`. Its views have length 0 from now on.
 *
 * @throws {SystemError} EINVAL (detached before)
 * @see {@link https://man7.org/linux/man-pages/man2/shmdt.2.html | shmdt(2)}
 *
 * @example After shmdt the memory is out of reach
 * ```ts
 * import { IPC_CREAT, IPC_PRIVATE, IPC_RMID, shmat, shmctl, shmdt, shmget } from "ipc";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const id = shmget(IPC_PRIVATE, 64, IPC_CREAT | 0o600);
 * const segment = shmat(id);
 * const view = segment.view(Int32Array);
 * shmdt(segment);
 * shmctl(id, IPC_RMID);
 * assertEquals(view.length, 0);
 * assertThrows(() => segment.bytes, TypeError);
 * ```
 */
export function shmdt(segment: Segment): void {
  if (!(segment instanceof Segment)) throw new TypeError(`segment: expected what shmat returned, got ${kind(segment)}`);
  const again = segment.released;
  enter(SHMDT);
  // The kernel is not asked a second time: another segment may have been attached there since.
  if (again) failed(SHMDT, EINVAL, "detached before");
  if (release(segment, c.shmdt) === -1) failed(SHMDT, errno());
  leave(0);
}

/**
 * `int shmctl(int shmid, int cmd, struct shmid_ds *buf)` with IPC_STAT: what the kernel knows about a segment.
 *
 * None of the commands blocks.
 *
 * @returns the decoded `struct shmid_ds`
 * @throws {SystemError} EACCES, EIDRM, EINVAL (no such identifier), EPERM (IPC_SET and IPC_RMID: not the owner)
 * @see {@link https://man7.org/linux/man-pages/man2/shmctl.2.html | shmctl(2)}
 *
 * @example How often a segment is attached
 * ```ts
 * import { IPC_CREAT, IPC_PRIVATE, IPC_RMID, IPC_SET, IPC_STAT, shmat, shmctl, shmget } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const id = shmget(IPC_PRIVATE, 1000, IPC_CREAT | 0o600);
 * using _first = shmat(id);
 * using _second = shmat(id);
 * shmctl(id, IPC_SET, { mode: 0o640 });
 * const { nattch, segsz, mode } = shmctl(id, IPC_STAT);
 * assertEquals({ nattch, segsz, mode }, { nattch: 2, segsz: 1000, mode: 0o640 });
 * shmctl(id, IPC_RMID);
 * ```
 */
export function shmctl(id: number, command: typeof IPC_STAT): ShmidDs;
/** With IPC_SET: changes owner and permissions. */
export function shmctl(id: number, command: typeof IPC_SET, settings: Ownership): void;
/** With IPC_RMID: removes the segment. It is destroyed when the last process has detached it. */
export function shmctl(id: number, command: typeof IPC_RMID): void;
export function shmctl(id: number, command: number, settings?: Ownership): ShmidDs | void {
  int(id, "id");
  int(command, "command");
  switch (command) {
    case IPC_STAT: {
      const state = control(id, IPC_STAT, allocate(SHMID_DS));
      const result: Decoded<typeof SHMID_DS.fields> = decode(SHMID_DS, state);
      return result;
    }
    case IPC_SET: {
      const wanted = ownership(settings);
      const complete = wanted.uid !== undefined && wanted.gid !== undefined && wanted.mode !== undefined;
      // The kernel sets all three: what is not given is what it was.
      const state = complete ? allocate(SHMID_DS) : control(id, IPC_STAT, allocate(SHMID_DS));
      encode(SHMID_DS, state, wanted);
      control(id, IPC_SET, state);
      return;
    }
    case IPC_RMID:
      control(id, IPC_RMID, allocate(SHMID_DS));
      return;
    default:
      throw new RangeError(`command: expected IPC_STAT, IPC_SET or IPC_RMID, got ${command}`);
  }
}

function control(id: number, command: number, state: DataView<ArrayBuffer>): DataView<ArrayBuffer> {
  for (;;) {
    enter(SHMCTL);
    if (c.shmctl(id, command, state) !== -1) break;
    failed(SHMCTL, errno());
  }
  leave(0);
  return state;
}

/**
 * `key_t ftok(const char *pathname, int proj_id)`: makes a key from a file and a number, the same in every process. It does
 * not block.
 *
 * Different files may give the same key: it holds only some bits of the file's number. The file has to exist, and to stay the
 * same file.
 *
 * @param path path of any file
 * @param projectId a number whose lowest 8 bits are used, and are not 0
 * @throws {SystemError} EACCES, ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR
 * @see {@link https://man7.org/linux/man-pages/man3/ftok.3.html | ftok(3)}
 *
 * @example The same file and number, the same key
 * ```ts
 * import { ftok } from "ipc";
 * import { assertEquals, assertNotEquals } from "@std/assert";
 *
 * assertEquals(ftok("/tmp", 65), ftok("/tmp", 65));
 * assertNotEquals(ftok("/tmp", 65), ftok("/tmp", 66));
 * ```
 */
export function ftok(path: string, projectId: number): number {
  const name = cString(text(path, "path"));
  int(projectId, "projectId");
  for (;;) {
    enter(FTOK);
    const key = c.ftok(name, projectId);
    if (key !== -1) return leave(key);
    failed(FTOK, errno(), path);
  }
}

/** Whether this process made the segment, rather than found it. True where that cannot be known. */
function isOurs(id: number): boolean {
  const state = allocate(SHMID_DS);
  return c.shmctl(id, IPC_STAT, state) === -1 || get(state, SHMID_DS.fields.cpid) === c.getpid();
}
