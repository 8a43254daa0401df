/**
 * What lib/abi says about C, as expressions that a C compiler can judge: every layout and every constant.
 *
 * @module
 */
import * as clockConstants from "../../lib/abi/clock_constants.ts";
import * as epollConstants from "../../lib/abi/epoll_constants.ts";
import * as eventfdConstants from "../../lib/abi/eventfd_constants.ts";
import * as fcntlConstants from "../../lib/abi/fcntl_constants.ts";
import * as fdSetConstants from "../../lib/abi/fd_set.ts";
import * as futexConstants from "../../lib/abi/futex_constants.ts";
import * as inetConstants from "../../lib/abi/inet_constants.ts";
import * as inotifyConstants from "../../lib/abi/inotify_constants.ts";
import * as ipcConstants from "../../lib/abi/ipc_constants.ts";
import * as itimerConstants from "../../lib/abi/itimer_constants.ts";
import { type FieldType, type Layout, on } from "../../lib/abi/layout.ts";
import { LAYOUTS } from "../../lib/abi/layouts.ts";
import * as mmanConstants from "../../lib/abi/mman_constants.ts";
import * as pollConstants from "../../lib/abi/poll_constants.ts";
import * as pthreadConstants from "../../lib/abi/pthread_constants.ts";
import * as rlimitConstants from "../../lib/abi/rlimit_constants.ts";
import * as sigactionConstants from "../../lib/abi/sigaction.ts";
import * as sigeventConstants from "../../lib/abi/sigevent.ts";
import * as siginfoConstants from "../../lib/abi/siginfo.ts";
import * as signalNumbers from "../../lib/abi/signal_numbers.ts";
import * as socketConstants from "../../lib/abi/socket_constants.ts";
import * as spawnConstants from "../../lib/abi/spawn.ts";
import * as spliceConstants from "../../lib/abi/splice_constants.ts";
import * as statConstants from "../../lib/abi/stat_constants.ts";
import * as waitConstants from "../../lib/abi/wait_status.ts";
import { ERRNO_TABLE } from "../../lib/errors/errno_table.ts";
import type { Machine } from "../../lib/raw/machine.ts";

// One signal is the library's own, and so SIGRTMAX is one less than C's.
const { RESERVED_SIGNAL: _ours, SIGRTMAX: _less, ...signals } = signalNumbers;

/** Constants by name, and where C declares them. Append a new file of constants here. */
const CONSTANTS: readonly { readonly headers: readonly string[]; readonly values: object }[] = [
  { headers: ["fcntl.h", "sys/file.h", "unistd.h"], values: fcntlConstants },
  { headers: ["sys/epoll.h"], values: epollConstants },
  { headers: ["sys/select.h"], values: fdSetConstants },
  { headers: ["time.h"], values: clockConstants },
  { headers: ["sys/eventfd.h", "sys/signalfd.h", "sys/timerfd.h"], values: eventfdConstants },
  { headers: ["linux/futex.h"], values: futexConstants },
  { headers: ["netinet/in.h", "netinet/tcp.h"], values: inetConstants },
  { headers: ["sys/ipc.h", "sys/shm.h", "sys/msg.h", "sys/sem.h"], values: ipcConstants },
  { headers: ["sys/mman.h"], values: mmanConstants },
  { headers: ["poll.h"], values: pollConstants },
  { headers: ["pthread.h"], values: pthreadConstants },
  { headers: ["sys/resource.h"], values: rlimitConstants },
  // C's flag words are int, and SA_RESETHAND is its sign bit.
  { headers: ["signal.h"], values: { ...sigactionConstants, SA_RESETHAND: 0x8000_0000 } },
  { headers: ["signal.h"], values: sigeventConstants },
  { headers: ["signal.h"], values: siginfoConstants },
  { headers: ["signal.h"], values: signals },
  { headers: ["sys/socket.h"], values: socketConstants },
  { headers: ["sys/stat.h"], values: statConstants },
  { headers: ["sys/time.h", "time.h"], values: itimerConstants },
  { headers: ["fcntl.h"], values: spliceConstants },
  { headers: ["spawn.h"], values: spawnConstants },
  { headers: ["sys/inotify.h"], values: inotifyConstants },
  { headers: ["sys/wait.h"], values: waitConstants },
  { headers: ["errno.h"], values: Object.fromEntries(ERRNO_TABLE.map(([number, name]) => [name, number])) },
];

/** Bytes of a field. */
export const WIDTH: Readonly<Record<FieldType, number>> = {
  i8: 1,
  u8: 1,
  i16: 2,
  u16: 2,
  i32: 4,
  u32: 4,
  i64: 8,
  u64: 8,
  address: 8,
};

/** A C expression, and the value that we say it has. */
export type Claim = readonly [expression: string, value: number];

/** What holds of each layout on that machine. */
export function* layoutClaims(machine: Machine): Generator<Claim> {
  for (const { c, size, fields } of LAYOUTS) {
    yield [`sizeof(${c})`, on(size, machine)];
    for (const field of Object.values(fields)) {
      yield [`offsetof(${c}, ${field.c})`, on(field.offset, machine)];
      yield [`sizeof(((${c} *)0)->${field.c})`, WIDTH[field.type]];
      yield* signClaims(c, field.c, field.type);
    }
  }
}

/** Whether C stores the field with a sign. (What we read as an address may be a pointer, which has none to ask for.) */
function* signClaims(c: string, field: string, type: FieldType): Generator<Claim> {
  if (type !== "address") yield [`((__typeof__(((${c} *)0)->${field}))-1 < 0)`, type.startsWith("i") ? 1 : 0];
}

/** What holds of each constant on this machine. */
export function* constantClaims(): Generator<Claim> {
  for (const { values } of CONSTANTS) {
    for (const [name, value] of Object.entries(values)) {
      if (typeof value === "number") yield [name, value];
    }
  }
}

/** The head of a C program that includes these. */
export function includes(headers: Iterable<string>): string {
  return ["#define _GNU_SOURCE", ...[...new Set(headers)].map((header) => `#include <${header}>`), ""].join("\n");
}

/** What all of it needs. */
export const HEADERS: readonly string[] = [
  "stddef.h",
  "stdio.h",
  ...LAYOUTS.flatMap((layout: Layout) => layout.headers),
  ...CONSTANTS.flatMap(({ headers }) => headers),
];
