/**
 * Which kernel object a call is about: the same object has the same three numbers in every process. What they are is asked of
 * the kernel, for a number that a process remembers may be unknown to the one that it handed a descriptor to.
 *
 * @module
 */
import { cString } from "../../../lib/abi/c_string.ts";
import { decodeAddress, ROOM, type SocketAddress } from "../../../lib/abi/sockaddr.ts";
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  SO_TYPE,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
} from "../../../lib/abi/socket_constants.ts";
import { S_IFIFO, S_IFMT, S_IFREG, S_IFSOCK } from "../../../lib/abi/stat_constants.ts";
import { Memory } from "../../../lib/memory/memory.ts";
import { locate as locateLock, Mutex, PthreadObject, RwLock } from "../../../lib/memory/pthread.ts";
import { Barrier } from "../../../lib/memory/pthread.ts";
import { locate, Semaphore } from "../../../lib/memory/semaphore.ts";
import { c as files } from "../../../lib/raw/descriptor.ts";
import { linkInProc } from "../../../lib/raw/runtime.ts";
import { c as sockets } from "../../../lib/raw/socket.ts";
import { isDescriptor } from "./calls/nonblocking.ts";
import type { ObjectKindName, Turnstile } from "../../explore/turnstile.ts";

/** There is no object, or none that others share. */
export const NOTHING = -1;

/** What a descriptor or a path is, as far as waiting goes. */
export type FileType = "pipe" | "regular" | "socket" | "event" | "queue" | "other";

/** A memory that processes share, mapped here: its object, and which byte of it comes first. */
export interface SharedMemory {
  readonly object: number;
  readonly offset: number;
}

// `struct statx`: where the parts are that say which file it is. See statx(2).
const AT = { mode: 28, inode: 32, deviceMajor: 136, deviceMinor: 140, end: 256 } as const;
const STATX_BASIC = 0x1 | 0x2 | 0x100;
const AT_EMPTY_PATH = 0x1000;
const AT_FDCWD = -100;
const NO_PATH = new Uint8Array(1);
/** High halves of objects that no file system has. */
const HIGH = {
  segments: 0x53485300,
  semaphoreSets: 0x53454d00,
  queues: 0x4d534700,
  keys: 0x4b455900,
  unnamed: 0x554e0000,
} as const;

/** The objects of one process in one schedule. */
export class Objects {
  readonly #turnstile: Turnstile;
  readonly #state = new DataView(new ArrayBuffer(AT.end));
  /** By inode: an object that was looked up before. Cleared for each schedule. */
  readonly #files = new Map<number, { readonly device: number; readonly index: number }>();
  readonly #named = new WeakMap<Semaphore, number>();
  readonly #memories = new Map<Memory, SharedMemory>();
  /** Inodes of the role's own input and output: not the program's objects. */
  readonly #outside = new Set<number>();
  #anonymous = 0;
  /** The file system that message queues are in, once one was opened. */
  #queueDevice = -1;

  /** The objects as `turnstile` numbers them. */
  constructor(turnstile: Turnstile) {
    this.#turnstile = turnstile;
    for (const fd of [0, 1, 2]) if (this.#inspect(fd)) this.#outside.add(this.#inode);
  }

  /** Before a schedule: nothing is known, nothing is mapped. */
  forget(): void {
    this.#files.clear();
    this.#memories.clear();
    this.#anonymous = 0;
  }

  /** The object behind a descriptor; NOTHING where it is not open, or is no business of others. */
  descriptor(fd: unknown): number {
    if (!this.#inspect(fd)) return NOTHING;
    const type = this.#type;
    if (type === "socket") return this.socket(fd);
    const inode = this.#inode;
    if (this.#outside.has(inode)) return NOTHING;
    const known = this.#files.get(inode);
    if (known !== undefined && known.device === this.#device) return known.index;
    return this.#file(type, linkInProc(`/proc/self/fd/${fd}`) ?? `fd ${fd}`);
  }

  /** A message queue was opened. Its descriptor looks like a file's. */
  queueOpened(mqd: number, name: string): void {
    if (!this.#inspect(mqd)) return;
    this.#queueDevice = this.#device;
    this.#file("queue", name);
  }

  /** What is behind a descriptor; null where it is not open. */
  typeOf(fd: unknown): FileType | null {
    return this.#inspect(fd) ? this.#type : null;
  }

  /** The object that a path leads to; where there is none, the path itself: somebody may put something there. */
  place(path: unknown): number {
    if (typeof path !== "string") return NOTHING;
    return this.#inspectPath(path) ? this.#file(this.#type, path) : this.name(path, told(path));
  }

  /** What a path leads to; null where there is nothing. */
  typeOfPath(path: unknown): FileType | null {
    return typeof path === "string" && this.#inspectPath(path) ? this.#type : null;
  }

  /** Whether a path leads to a FIFO. */
  isFifo(path: unknown): boolean {
    return this.typeOfPath(path) === "pipe";
  }

  /** Whether a socket keeps messages apart. */
  hasBoundaries(fd: number): boolean {
    return socketType(fd) !== SOCK_STREAM;
  }

  /** A name that processes agree upon, whether something has it or not. */
  name(name: unknown, shown?: string): number {
    if (typeof name !== "string") return NOTHING;
    return this.#turnstile.object("name", hash(name, 0x811c9dc5), hash(name, 0x1b873593), shown ?? name);
  }

  /** A System V key. IPC_PRIVATE is nobody else's. */
  key(key: unknown, family: "shm" | "sem" | "msg"): number {
    if (typeof key !== "number" || key === 0) return NOTHING;
    const high = HIGH.keys + ["shm", "sem", "msg"].indexOf(family);
    return this.#turnstile.object("name", high, key | 0, `key 0x${(key >>> 0).toString(16)}`);
  }

  /** A set of System V semaphores. */
  semaphoreSet(id: unknown): number {
    return typeof id !== "number"
      ? NOTHING
      : this.#turnstile.object("System V semaphores", HIGH.semaphoreSets, id | 0, `semaphore set ${id}`);
  }

  /** A System V queue. */
  queue(id: unknown): number {
    return typeof id !== "number"
      ? NOTHING
      : this.#turnstile.object("System V queue", HIGH.queues, id | 0, `queue ${id}`);
  }

  /** A segment as something that is there or is not: to attach it orders nobody's loads and stores. */
  segmentItself(id: unknown): number {
    return typeof id !== "number" ? NOTHING : this.#turnstile.object("name", HIGH.segments, id | 0, `segment ${id}`);
  }

  /** The bytes of a segment. */
  segment(id: unknown): number {
    return typeof id !== "number" ? NOTHING : this.#turnstile.object("memory", HIGH.segments, id | 0, `segment ${id}`);
  }

  /** The process of a party. */
  process(party: number): number {
    return party <= 0 ? NOTHING : this.#turnstile.object("process", 0, party, `process P${party}`);
  }

  /** The signals that come in for a party. */
  signalsOf(party: number): number {
    return party <= 0 ? NOTHING : this.#turnstile.object("signals of", 0, party, `P${party}`);
  }

  /** A named semaphore was opened: glibc keeps it in a file. */
  opened(semaphore: Semaphore): void {
    const name = (semaphore.name as string).replace(/^\/+/, "");
    if (!this.#inspectPath(`/dev/shm/sem.${name}`)) return; // somebody has unlinked it: nobody else can get at it
    const index = this.#turnstile.object("semaphore", this.#device, this.#inode | 0, `/${name}`);
    this.#named.set(semaphore, index);
  }

  /** A semaphore: a named one, or the one at a place in memory. */
  semaphore(semaphore: unknown): number {
    if (!(semaphore instanceof Semaphore)) return NOTHING;
    const named = this.#named.get(semaphore);
    if (named !== undefined) return named;
    let address: bigint;
    try {
      address = locate(semaphore);
    } catch {
      return NOTHING; // closed
    }
    return this.#at(address, "semaphore", "semaphore");
  }

  /** A mutex, a condition variable, a read-write lock or a barrier: the one at a place in memory. */
  lock(lock: unknown): number {
    if (!(lock instanceof PthreadObject)) return NOTHING;
    let address: bigint;
    try {
      address = locateLock(lock);
    } catch {
      return NOTHING; // destroyed, or its memory was given back
    }
    const shown = lock instanceof Mutex
      ? "mutex"
      : lock instanceof RwLock
      ? "read-write lock"
      : lock instanceof Barrier
      ? "barrier"
      : "condition";
    return this.#at(address, "lock", shown);
  }

  /** What is at an address, if that is in a memory that is shared. */
  #at(address: bigint, kind: ObjectKindName, shown: string): number {
    for (const [memory, { object, offset }] of this.#memories) {
      const within = Number(address - memory.address);
      if (within >= 0 && within < memory.length) {
        return this.#turnstile.object(kind, ~object, offset + within, `${shown} at byte ${offset + within}`);
      }
    }
    return NOTHING;
  }

  /** A futex: a word of a memory. */
  futex(memory: unknown, byteOffset: unknown): number {
    const shared = memory instanceof Memory ? this.#memories.get(memory) : undefined;
    if (shared === undefined || typeof byteOffset !== "number") return NOTHING;
    const at = shared.offset + byteOffset;
    return this.#turnstile.object("futex", shared.object, at, `the word at byte ${at}`);
  }

  /** A memory that was mapped here, if it is shared. */
  memory(memory: unknown): SharedMemory | null {
    return memory instanceof Memory ? this.#memories.get(memory) ?? null : null;
  }

  /** A segment was attached, or a file mapped. */
  mapped(memory: Memory, object: number, offset: number): SharedMemory {
    const shared = { object, offset };
    this.#memories.set(memory, shared);
    return shared;
  }

  /** The object of an anonymous mapping that children will share. */
  anonymous(): number {
    const { party } = this.#turnstile;
    const number = ++this.#anonymous;
    return this.#turnstile.object("memory", -party, number, `anonymous memory ${party}.${number}`);
  }

  /** The object of a file that is mapped. */
  mappedFile(fd: number): number {
    if (!this.#inspect(fd)) return NOTHING;
    const path = linkInProc(`/proc/self/fd/${fd}`) ?? `fd ${fd}`;
    return this.#turnstile.object("memory", this.#device, this.#inode | 0, told(path));
  }

  /** A memory was given back. */
  unmapped(memory: Memory): void {
    this.#memories.delete(memory);
  }

  get hasMemories(): boolean {
    return this.#memories.size > 0;
  }

  /** Memories that are mapped here now. */
  get memories(): readonly Memory[] {
    return [...this.#memories.keys()];
  }

  /**
   * Where a socket's bytes come from and go to. A connection is the pair of its addresses, which is the same seen from both
   * ends; a socket that waits for peers or datagrams is its own address. Sockets without any address are one object: the kernel
   * does not say which of them belong together.
   */
  socket(fd: unknown): number {
    if (!isDescriptor(fd)) return NOTHING;
    const own = addressText(sockets.getsockname, fd);
    if (own === null) return NOTHING;
    const peer = isDatagram(fd) ? "" : addressText(sockets.getpeername, fd) ?? "";
    return this.#pair(own, peer);
  }

  /** What a datagram, or a wish to connect, changes: the socket at an address; where none is given, the peer's. */
  peer(fd: unknown, address?: SocketAddress): number {
    if (!isDescriptor(fd)) return NOTHING;
    if (address !== undefined) return this.#pair(textOf(address), "");
    if (!isDatagram(fd)) return this.socket(fd);
    const peer = addressText(sockets.getpeername, fd);
    return peer === null ? NOTHING : this.#pair(peer, "");
  }

  #pair(one: string, other: string): number {
    if (one === "" && other === "") return this.#turnstile.object("socket", HIGH.unnamed, 0, "sockets without a name");
    const text = one < other ? `${one}|${other}` : `${other}|${one}`;
    return this.#turnstile.object("socket", hash(text, 0x811c9dc5), hash(text, 0x1b873593), told(one || other));
  }

  #file(type: FileType, name: string): number {
    const device = this.#device;
    const inode = this.#inode;
    if (this.#outside.has(inode)) return NOTHING;
    const isPipe = type === "pipe" && name.startsWith("pipe:");
    const kind: ObjectKindName = type === "pipe" ? isPipe ? "pipe" : "FIFO" : KINDS[type];
    const index = this.#turnstile.object(kind, device, inode | 0, isPipe ? "pipe" : told(name));
    this.#files.set(inode, { device, index });
    return index;
  }

  #inspect(fd: unknown): fd is number {
    return isDescriptor(fd) && files.statx(fd, NO_PATH, AT_EMPTY_PATH, STATX_BASIC, this.#state) === 0;
  }

  #inspectPath(path: string): boolean {
    return !path.includes("\0") && files.statx(AT_FDCWD, cString(path), 0, STATX_BASIC, this.#state) === 0;
  }

  get #inode(): number {
    return Number(this.#state.getBigUint64(AT.inode, true));
  }

  get #device(): number {
    return this.#state.getUint32(AT.deviceMajor, true) << 20 | this.#state.getUint32(AT.deviceMinor, true);
  }

  get #type(): FileType {
    const mode = this.#state.getUint16(AT.mode, true);
    switch (mode & S_IFMT) {
      case S_IFIFO:
        return "pipe";
      case S_IFSOCK:
        return "socket";
      case S_IFREG:
        return this.#device === this.#queueDevice ? "queue" : "regular";
      // What has no type of its own is an event's, a timer's, a signal's, an epoll's: they all share one inode.
      case 0:
        return "event";
      default:
        return "other";
    }
  }
}

const KINDS: Readonly<Record<Exclude<FileType, "pipe">, ObjectKindName>> = {
  regular: "file",
  socket: "socket",
  event: "event",
  queue: "message queue",
  other: "file",
};

/** A path's last part; "event" for what has no path. */
function told(path: string): string {
  if (path.startsWith("anon_inode:")) return "event";
  return path.replace(/^.*\//, "") || path;
}

/** FNV-1a, to 32 bits. */
function hash(text: string, start: number): number {
  let value = start;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 16777619);
  return value | 0;
}

const room = new Uint8Array(ROOM);
const roomLength = new Uint32Array(1);
const option = new Int32Array(1);

/** An address of a socket, "" where it has none; null where this is no socket. */
function addressText(get: typeof sockets.getsockname, fd: number): string | null {
  roomLength[0] = room.length;
  if (get(fd, room, roomLength) === -1) return null;
  const address = decodeAddress(room, roomLength[0] as number);
  return address === null ? "" : textOf(address);
}

function textOf(address: SocketAddress): string {
  if (address.family === AF_UNIX) {
    return address.path ?? (address.abstract === undefined ? "" : `@${address.abstract}`);
  }
  return address.family === AF_INET || address.family === AF_INET6 ? `port ${address.port}` : "";
}

function isDatagram(fd: number): boolean {
  return socketType(fd) === SOCK_DGRAM;
}

function socketType(fd: number): number {
  roomLength[0] = option.byteLength;
  const bytes = new Uint8Array(option.buffer);
  return sockets.getsockopt(fd, SOL_SOCKET, SO_TYPE, bytes, roomLength) === 0 ? option[0] as number : -1;
}
