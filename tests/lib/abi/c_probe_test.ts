/** Every layout and constant of lib/abi, compared with what the C compiler says. */
import { assertEquals } from "@std/assert";
import * as clockConstants from "../../../lib/abi/clock_constants.ts";
import * as epollConstants from "../../../lib/abi/epoll_constants.ts";
import * as eventfdConstants from "../../../lib/abi/eventfd_constants.ts";
import * as fcntlConstants from "../../../lib/abi/fcntl_constants.ts";
import * as fdSetConstants from "../../../lib/abi/fd_set.ts";
import * as futexConstants from "../../../lib/abi/futex_constants.ts";
import * as inetConstants from "../../../lib/abi/inet_constants.ts";
import * as ipcConstants from "../../../lib/abi/ipc_constants.ts";
import * as itimerConstants from "../../../lib/abi/itimer_constants.ts";
import { type FieldType, type Layout, on } from "../../../lib/abi/layout.ts";
import { LAYOUTS } from "../../../lib/abi/layouts.ts";
import * as mmanConstants from "../../../lib/abi/mman_constants.ts";
import * as pollConstants from "../../../lib/abi/poll_constants.ts";
import * as pthreadConstants from "../../../lib/abi/pthread_constants.ts";
import * as rlimitConstants from "../../../lib/abi/rlimit_constants.ts";
import * as sigactionConstants from "../../../lib/abi/sigaction.ts";
import * as sigeventConstants from "../../../lib/abi/sigevent.ts";
import * as siginfoConstants from "../../../lib/abi/siginfo.ts";
import * as signalNumbers from "../../../lib/abi/signal_numbers.ts";
import * as socketConstants from "../../../lib/abi/socket_constants.ts";
import * as spliceConstants from "../../../lib/abi/splice_constants.ts";
import * as statConstants from "../../../lib/abi/stat_constants.ts";
import * as waitConstants from "../../../lib/abi/wait_status.ts";
import { ERRNO_TABLE } from "../../../lib/errors/errno_table.ts";
import { MACHINE, type Machine } from "../../../lib/raw/machine.ts";

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
  { headers: ["sys/wait.h"], values: waitConstants },
  { headers: ["errno.h"], values: Object.fromEntries(ERRNO_TABLE.map(([number, name]) => [name, number])) },
];

const WIDTH: Readonly<Record<FieldType, number>> = {
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
type Claim = readonly [expression: string, value: number];

function* layoutClaims(machine: Machine): Generator<Claim> {
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

function* constantClaims(): Generator<Claim> {
  for (const { values } of CONSTANTS) {
    for (const [name, value] of Object.entries(values)) {
      if (typeof value === "number") yield [name, value];
    }
  }
}

function includes(headers: Iterable<string>): string {
  return ["#define _GNU_SOURCE", ...[...new Set(headers)].map((header) => `#include <${header}>`), ""].join("\n");
}

const HEADERS = [
  "stddef.h",
  "stdio.h",
  ...LAYOUTS.flatMap((layout: Layout) => layout.headers),
  ...CONSTANTS.flatMap(({ headers }) => headers),
];

/** Compiles `source` and returns the program's path, in a folder that the caller removes. */
async function compile(compiler: string, source: string, folder: string, ...options: string[]): Promise<string> {
  Deno.writeTextFileSync(`${folder}/probe.c`, source);
  const { success, stderr } = await new Deno.Command(compiler, {
    args: ["-w", ...options, "-o", `${folder}/probe`, `${folder}/probe.c`],
    stderr: "piped",
  }).output();
  if (!success) throw new Error(`${compiler} refused:\n${new TextDecoder().decode(stderr)}`);
  return `${folder}/probe`;
}

async function has(compiler: string): Promise<boolean> {
  try {
    return (await new Deno.Command(compiler, { args: ["--version"], stdout: "null", stderr: "null" }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

const native = await has("gcc");
const cross = await has("aarch64-linux-gnu-gcc");

Deno.test({
  name: `each layout and constant is what gcc says on ${MACHINE}${native ? "" : " (skipped: there is no gcc)"}`,
  ignore: !native,
  async fn(): Promise<void> {
    const claims = [...layoutClaims(MACHINE), ...constantClaims()];
    const lines = claims.map(([expression]) => `printf("%lld\\n", (long long)(${expression}));`);
    const folder = Deno.makeTempDirSync();
    try {
      const probe = await compile("gcc", `${includes(HEADERS)}int main(void) {\n${lines.join("\n")}\n}\n`, folder);
      const { stdout } = await new Deno.Command(probe).output();
      const answers = new TextDecoder().decode(stdout).trimEnd().split("\n").map(Number);
      assertEquals(
        claims.map(([expression], i) => `${expression} = ${answers[i]}`),
        claims.map(([e, v]) => `${e} = ${v}`),
      );
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: `each layout is what gcc says on aarch64${cross ? "" : " (skipped: there is no aarch64-linux-gnu-gcc)"}`,
  ignore: !cross,
  async fn(): Promise<void> {
    const asserts = [...layoutClaims("aarch64")].map(([expression, value]) =>
      `_Static_assert((long long)(${expression}) == ${value}, "${expression} = ${value}");`
    );
    const folder = Deno.makeTempDirSync();
    try {
      await compile("aarch64-linux-gnu-gcc", includes(HEADERS) + asserts.join("\n"), folder, "-c");
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
});

Deno.test("each layout has room for its fields, on both machines, and no name twice", () => {
  for (const machine of ["x86_64", "aarch64"] as const) {
    for (const { c, size, fields } of LAYOUTS) {
      for (const [name, field] of Object.entries(fields)) {
        const end = on(field.offset, machine) + WIDTH[field.type];
        assertEquals(end <= on(size, machine), true, `${c}.${name} ends at ${end}, behind the structure`);
      }
    }
  }
  assertEquals(new Set(LAYOUTS.map(({ c }) => c)).size, LAYOUTS.length);
});
