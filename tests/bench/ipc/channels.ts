/**
 * The mechanisms of `../c/kernel_channels.c` and `../c/memory_channels.c` once more, call by call, through the library.
 *
 * @module
 */
import {
  AF_UNIX,
  close,
  F_SETFL,
  fcntl,
  futex_wait,
  futex_wake,
  IPC_PRIVATE,
  IPC_RMID,
  isSystemError,
  MAP_ANONYMOUS,
  MAP_SHARED,
  mkfifo,
  mmap,
  mq_close,
  mq_open,
  mq_receive,
  mq_send,
  mq_unlink,
  msgctl,
  msgget,
  msgrcv,
  msgsnd,
  O_CREAT,
  O_EXCL,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
  open,
  pipe,
  PROT_READ,
  PROT_WRITE,
  read,
  recv,
  sem_init,
  sem_post,
  sem_wait,
  type Semaphore,
  send,
  SIG_BLOCK,
  sigprocmask,
  sigqueue,
  SigSet,
  SIGUSR2,
  sigwaitinfo,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  socketpair,
  unlink,
  write,
} from "ipc";

/** The parent's messages, or the child's. */
export type Direction = 0 | 1;
export const TO_CHILD = 0;
export const TO_PARENT = 1;

/** A mechanism that carries messages both ways between a parent and its child; made before the fork. */
export interface Channel {
  /** Sends one message, all of it. */
  send(direction: Direction, data: Uint8Array): void;
  /** Receives one message, which is as long as the buffer. */
  receive(direction: Direction, buffer: Uint8Array): void;
  /** Removes it, after the child has ended. */
  unmake(): void;
}

type Pair<T> = [T, T];

/** Bytes over descriptors: for each direction the one that is written, and the one that is read. */
function descriptors(reading: Pair<number>, writing: Pair<number>): Channel {
  return {
    send(direction, data): void {
      let done = write(writing[direction], data);
      while (done < data.length) done += write(writing[direction], data.subarray(done));
    },
    receive(direction, buffer): void {
      let done = read(reading[direction], buffer);
      while (done < buffer.length) done += read(reading[direction], buffer.subarray(done));
    },
    unmake: () => [...reading, ...writing].forEach(close),
  };
}

function pipes(): Channel {
  const [[childReads, parentWrites], [parentReads, childWrites]] = [pipe(), pipe()];
  return descriptors([childReads, parentReads], [parentWrites, childWrites]);
}

function fifo(direction: Direction): { reading: number; writing: number } {
  const path = `/tmp/ipclab.bench.${Deno.pid}.${direction}`;
  mkfifo(path, 0o600);
  const reading = open(path, O_RDONLY | O_NONBLOCK);
  const writing = open(path, O_WRONLY);
  fcntl(reading, F_SETFL, O_RDONLY);
  unlink(path);
  return { reading, writing };
}

function fifos(): Channel {
  const [down, up] = [fifo(TO_CHILD), fifo(TO_PARENT)];
  return descriptors([down.reading, up.reading], [down.writing, up.writing]);
}

function sockets(type: number): Channel {
  const [parent, child] = socketpair(AF_UNIX, type, 0);
  const [senders, receivers] = [[parent, child], [child, parent]] as const;
  return {
    send(direction, data): void {
      let done = send(senders[direction], data);
      while (done < data.length) done += send(senders[direction], data.subarray(done));
    },
    receive(direction, buffer): void {
      let done = recv(receivers[direction], buffer);
      while (done < buffer.length) done += recv(receivers[direction], buffer.subarray(done));
    },
    unmake: () => senders.forEach(close),
  };
}

function posixQueues(size: number): Channel {
  const queues = [TO_CHILD, TO_PARENT].map((direction) => {
    const name = `/ipclab.bench.${Deno.pid}.${direction}`;
    const queue = mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0o600, { maxmsg: 10, msgsize: size });
    mq_unlink(name);
    return queue;
  }) as Pair<number>;
  return {
    send: (direction, data) => mq_send(queues[direction], data),
    receive: (direction, buffer) => void mq_receive(queues[direction], buffer),
    unmake: () => queues.forEach(mq_close),
  };
}

function sysvQueues(): Channel {
  const ids: Pair<number> = [msgget(IPC_PRIVATE, 0o600), msgget(IPC_PRIVATE, 0o600)];
  return {
    send: (direction, data) => msgsnd(ids[direction], 1, data),
    receive: (direction, buffer) => void msgrcv(ids[direction], buffer, 0),
    unmake: () => ids.forEach((id) => msgctl(id, IPC_RMID)),
  };
}

function signals(_size: number, peer: () => number): Channel {
  const set = new SigSet([SIGUSR2]);
  sigprocmask(SIG_BLOCK, set);
  return {
    send: (_, data) => sigqueue(peer(), SIGUSR2, data.length),
    receive: () => void sigwaitinfo(set),
    unmake: () => {},
  };
}

const SLOTS = 16;
/** Where the parts of a ring lie: each on a cache line of its own. */
const RING = { filled: 0, emptied: 64, full: 128, room: 192, slots: 256 } as const;

/** A ring of slots in shared memory, as in C. Its words count the slots filled and emptied so far. */
class Ring {
  readonly memory: ReturnType<typeof mmap>;
  readonly filled: Int32Array;
  readonly emptied: Int32Array;
  readonly full: Semaphore;
  readonly room: Semaphore;
  readonly #slots: Uint8Array[];

  constructor(size: number) {
    this.memory = mmap(RING.slots + SLOTS * size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
    this.filled = this.memory.view(Int32Array, RING.filled, 1);
    this.emptied = this.memory.view(Int32Array, RING.emptied, 1);
    this.full = sem_init(this.memory, RING.full, 1, 0);
    this.room = sem_init(this.memory, RING.room, 1, SLOTS);
    this.#slots = Array.from(
      { length: SLOTS },
      (_, i) => this.memory.view(Uint8Array, RING.slots + i * size, size),
    );
  }

  put(data: Uint8Array): void {
    const at = this.filled[0] as number;
    (this.#slots[at & (SLOTS - 1)] as Uint8Array).set(data);
    Atomics.store(this.filled, 0, at + 1);
  }

  take(buffer: Uint8Array): void {
    const at = this.emptied[0] as number;
    buffer.set(this.#slots[at & (SLOTS - 1)] as Uint8Array);
    Atomics.store(this.emptied, 0, at + 1);
  }
}

type Wait = (ring: Ring) => void;

/** A channel of two rings, and how to wait for a slot and tell of one. */
function rings(
  size: number,
  waits: { readonly room: Wait; readonly filled: Wait; readonly full: Wait; readonly emptied: Wait },
): Channel {
  const both: Pair<Ring> = [new Ring(size), new Ring(size)];
  return {
    send(direction, data): void {
      const ring = both[direction];
      waits.room(ring);
      ring.put(data);
      waits.filled(ring);
    },
    receive(direction, buffer): void {
      const ring = both[direction];
      waits.full(ring);
      ring.take(buffer);
      waits.emptied(ring);
    },
    unmake: () => both.forEach(({ memory }) => memory[Symbol.dispose]()),
  };
}

const bySemaphores = {
  room: ({ room }: Ring) => sem_wait(room),
  filled: ({ full }: Ring) => sem_post(full),
  full: ({ full }: Ring) => sem_wait(full),
  emptied: ({ room }: Ring) => sem_post(room),
};

const nothing = (): void => {};

const bySpinning = {
  room: ({ filled, emptied }: Ring) => spinPast(emptied, (filled[0] as number) - SLOTS),
  filled: nothing,
  full: ({ filled, emptied }: Ring) => spinPast(filled, emptied[0] as number),
  emptied: nothing,
};

/** Returns once the other's word is no longer `stuck`: the value at which there is nothing to do. */
function spinPast(word: Int32Array, stuck: number): void {
  while (Atomics.load(word, 0) === stuck);
}

const byFutex = {
  room: (ring: Ring) => sleepPast(ring, RING.emptied, ring.emptied, (ring.filled[0] as number) - SLOTS),
  filled: ({ memory }: Ring) => void futex_wake(memory, RING.filled, 1),
  full: (ring: Ring) => sleepPast(ring, RING.filled, ring.filled, ring.emptied[0] as number),
  emptied: ({ memory }: Ring) => void futex_wake(memory, RING.emptied, 1),
};

function sleepPast({ memory }: Ring, offset: number, word: Int32Array, stuck: number): void {
  while (Atomics.load(word, 0) === stuck) {
    try {
      futex_wait(memory, offset, stuck);
    } catch (error) {
      if (!isSystemError(error, "EAGAIN")) throw error;
    }
  }
}

/** How to make each, for messages of `size` bytes; `peer` tells the other process, once there are two. */
export const CHANNELS: Readonly<Record<string, (size: number, peer: () => number) => Channel>> = {
  pipe: pipes,
  fifo: fifos,
  posix_mq: posixQueues,
  sysv_msg: sysvQueues,
  unix_stream: () => sockets(SOCK_STREAM),
  unix_dgram: () => sockets(SOCK_DGRAM),
  unix_seqpacket: () => sockets(SOCK_SEQPACKET),
  signal: signals,
  shm_sem: (size) => rings(size, bySemaphores),
  shm_futex: (size) => rings(size, byFutex),
  shm_spin: (size) => rings(size, bySpinning),
};
