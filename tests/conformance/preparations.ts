/**
 * The steps of a row that are not calls: what it prepares, and what it looks at.
 *
 * @module
 */
import * as ipc from "ipc";
import type { Memory } from "ipc";
import { latin1 } from "./cells.ts";
import type { Json } from "./rows.ts";
import * as system from "./system.ts";
import { different, notExpressible, refused } from "./verdict.ts";
import type { World } from "./world.ts";

/** Does one kind of step: its content, and the whole step for what stands beside it. */
type Preparation = (world: World, content: Json, step: { readonly [key: string]: Json }) => void;

const { writeTextFileSync, symlinkSync, chmodSync } = Deno;

/** By kind. */
export const PREPARATIONS: Readonly<{ [kind: string]: Preparation }> = {
  sleep_ms: (_, ms) => sleep(ms as number),
  let: (world, expression, { as }) => world.bind(as as string, world.number(expression)),
  assert_eq: (world, pair) => {
    const [left, right] = (pair as readonly Json[]).map((each) => world.number(each));
    if (left !== right) different(`${JSON.stringify(pair)}: ${left} is not ${right}`);
  },

  // Signals.
  handler: (world, signal, { flags, mask }) => {
    const bits = world.number(flags ?? 0);
    ipc.sigaction(world.number(signal), {
      handler: world.recorder.handler(bits),
      mask: world.set(mask ?? []),
      flags: bits,
    });
  },
  interrupt_ms: (world, ms, { flags }) => {
    const bits = world.number(flags ?? 0);
    ipc.sigaction(ipc.SIGALRM, { handler: world.recorder.handler(bits), flags: bits });
    system.alarmAfter(ms as number);
  },
  rec: (world, expected) => deliveries(world, expected as { readonly [field: string]: Json }),
  rec_raise: (world, signal) => world.recorder.raises = world.number(signal),
  rec_sem: (world, name) => world.recorder.posts = world.semaphore(world.variable(name as string)),
  notify_val: () => notExpressible("a function on a thread of its own"),

  // Users and limits.
  seteuid: (_, uid, { egid }) => system.seteuid(uid as number, egid as number | undefined),
  setresuid: (_, uid) => system.setresuid(uid as number),
  umask: (_, mask) => void ipc.umask(mask as number),
  rlimit: (world, name, { soft, keep_hard: keepHard }) => {
    const resource = world.number(name);
    const { hard } = ipc.prlimit(0, resource);
    ipc.prlimit(0, resource, { soft: soft as number, hard: keepHard === false ? soft as number : hard });
  },
  fill_fds: () => expectFailure("EMFILE", () => ipc.dup(0)),
  fill_pipe: (world, path, { nonblock }) => {
    const fd = world.read(path as string) as number;
    const flags = ipc.fcntl(fd, ipc.F_GETFL, 0);
    ipc.fcntl(fd, ipc.F_SETFL, flags | ipc.O_NONBLOCK);
    let filled = 0;
    expectFailure("EAGAIN", () => filled += ipc.write(fd, new Uint8Array(4096)));
    if (nonblock !== true) ipc.fcntl(fd, ipc.F_SETFL, flags);
    world.bind("filled", filled);
  },

  // Files.
  mkfile: (world, path) => writeTextFileSync(world.text(path as string), ""),
  symlink: (world, path, { to }) => symlinkSync(world.text(to as string), world.text(path as string)),
  chmod: (world, path, { mode }) => chmodSync(world.text(path as string), mode as number),
  exec_check_fd: (world, path, { closed }) => {
    const fd = world.read(path as string);
    const child = ipc.fork(() => {
      ipc.execve("/bin/sh", ["sh", "-c", `[ ! -e /proc/self/fd/${fd} ]`], []);
    });
    const status = ipc.waitpid(child);
    const isClosed = status.kind === "exited" && status.status === 0;
    if (isClosed !== closed) different(`after execve the descriptor is ${isClosed ? "closed" : "open"}`);
  },

  // Memory.
  mem: (world, name, { write }) => memory(world, name).bytes.set(latin1(write as string)),
  peek: (world, name, { equals }) => {
    const wanted = equals as string;
    const found = String.fromCharCode(...memory(world, name).bytes.slice(0, wanted.length));
    if (found !== wanted) different(`the memory holds ${JSON.stringify(found)}, expected ${JSON.stringify(wanted)}`);
  },
  touch_segv: (world, name) => {
    const touched = memory(world, name);
    if (!touched.released) touched.bytes[0] = 1;
    else refused("memory that was given back is a TypeError, and not a fault", () => touched.bytes);
  },
};

function memory(world: World, name: Json): Memory {
  return world.variable(name as string) as Memory;
}

/** Sleeps the whole time; the handlers of signals run meanwhile. */
function sleep(ms: number): void {
  let left = ipc.timespecOf(ms);
  for (;;) {
    try {
      return ipc.nanosleep(left);
    } catch (error) {
      if (!(error instanceof ipc.SleepInterrupted)) throw error;
      left = error.remaining;
    }
  }
}

/** Repeats `act` until it fails, which has to be with this errno. */
function expectFailure(code: ipc.ErrnoName, act: () => unknown): void {
  try {
    for (;;) act();
  } catch (error) {
    if (!ipc.isSystemError(error, code)) throw error;
  }
}

/** Compares the deliveries so far. */
function deliveries(world: World, expected: { readonly [field: string]: Json }): void {
  ipc.getpid(); // a safe point: what has arrived is delivered here at the latest
  const found = world.recorder.deliveries;
  const list = (field: string): readonly Json[] => (expected[field] ?? []) as readonly Json[];
  if (expected["count"] !== undefined && found.length !== expected["count"]) {
    different(`the handler ran ${found.length} times, expected ${expected["count"]}`);
  }
  for (const field of ["signo", "code", "pid", "value", "depth", "siginfo"] as const) {
    const wanted = list(field).map((each) => world.number(each));
    const got = found.slice(0, wanted.length).map((delivery) => delivery[field]);
    if (got.length !== wanted.length || got.some((value, i) => value !== wanted[i])) {
      different(`the handler was told ${field} ${JSON.stringify(got)}, expected ${JSON.stringify(wanted)}`);
    }
  }
  for (const [field, has] of [["mask_has", true], ["mask_lacks", false]] as const) {
    for (const signal of list(field)) {
      const signo = world.number(signal);
      if (found[0]?.mask.has(signo) !== has) {
        different(`in the handler ${ipc.signalName(signo)} is ${has ? "not " : ""}blocked`);
      }
    }
  }
}
