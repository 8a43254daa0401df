/**
 * What a row runs in: its names and paths, its variables, its recorder; and how its arguments become values.
 *
 * @module
 */
import { AF_UNIX, getpid, MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE, Semaphore, SigSet } from "ipc";
import { Memory } from "../../lib/memory/memory.ts";
import { type Cell, fieldOf, intCell, isCell, latin1, peek, type Plain, plain, type Value } from "./cells.ts";
import { evaluate } from "./constants.ts";
import { Recorder } from "./recorder.ts";
import type { Argument, Json, TypedMemory } from "./rows.ts";
import { notExpressible } from "./verdict.ts";

/** What a row's names stand for: made before the row runs, and cleared away after it. */
export interface Names {
  /** Names of POSIX objects. */
  readonly n1: string;
  readonly n2: string;
  /** The first without its slash, and one that has none. */
  readonly base1: string;
  readonly rel: string;
  /** A folder, and paths in it where nothing is. */
  readonly dir: string;
  readonly f1: string;
  readonly f2: string;
  /** A System V key. */
  readonly key: number;
}

/** One run of a row, in one process. */
export class World {
  readonly recorder: Recorder = new Recorder();
  readonly #variables: Map<string, Value>;
  /** Memory that stands for a cell which the library wants in shared memory: semaphores. */
  readonly #memory = new Map<Cell, Memory>();
  readonly #semaphores = new Map<Memory, Semaphore>();

  constructor(names: Names) {
    this.#variables = new Map(Object.entries(names));
    this.bind("self", getpid());
  }

  /** Gives a variable its value. */
  bind(name: string, value: Value): void {
    this.#variables.set(name, value);
  }

  /** The value of a variable. */
  variable(name: string): Value {
    const value = this.#variables.get(name);
    if (value === undefined) throw new Error(`no variable: ${name}`);
    return value;
  }

  /** What a path reads: `v`, `v.field`, `v@type:offset`. */
  read(path: string): Plain {
    const [, name, , place, field] = /^(\w+)(@([\w:]+)|\.(\w+))?$/.exec(path) ?? [];
    const value = this.variable(name as string);
    if (place !== undefined) {
      if (isCell(value, "bytes")) return peek(value, place);
      throw new Error(`no bytes: ${path}`);
    }
    return field === undefined ? plain(value) : fieldOf(value, field);
  }

  /** The number that an expression, or a number, is. */
  number(value: Json | undefined): number {
    if (typeof value === "number") return value;
    if (typeof value !== "string") throw new Error(`no expression: ${JSON.stringify(value)}`);
    return evaluate(value, (path) => {
      if (this.#variables.get(path) instanceof Memory) notExpressible("an address of the caller's choosing");
      return this.read(path) as number;
    });
  }

  /** A text with its names filled in. */
  text(template: string): string {
    return template.replaceAll(/\$\{(\w+)\}/g, (_, name) => String(this.variable(name)));
  }

  /** The value of an argument. */
  value(argument: Argument): Value {
    if (argument === null || typeof argument === "number") return argument;
    if (typeof argument === "object") return this.#typed(argument);
    if (argument.startsWith("=")) return this.number(argument.slice(1));
    if (!argument.startsWith("$") || argument.startsWith("${")) return this.text(argument);
    return /[@.]/.test(argument) ? this.read(argument.slice(1)) as number : this.variable(argument.slice(1));
  }

  /** The memory that a semaphore shall live in: the value itself, or some that stands for a cell. */
  memoryOf(value: Value): Memory {
    if (value instanceof Memory) return value;
    if (!isCell(value, "bytes")) return notExpressible("an invalid pointer");
    const known = this.#memory.get(value);
    if (known !== undefined) return known;
    const memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
    this.#memory.set(value, memory);
    return memory;
  }

  /** A semaphore was made in this memory. */
  keep(memory: Memory, semaphore: Semaphore): void {
    this.#semaphores.set(memory, semaphore);
  }

  /** The semaphore that a value points at. */
  semaphore(value: Value): Semaphore {
    if (value instanceof Semaphore) return value;
    const memory = this.memoryOf(value);
    return this.#semaphores.get(memory) ?? Semaphore.at(memory, 0);
  }

  /** A set of signals, of their names. */
  set(names: Json | undefined): SigSet {
    return new SigSet(((names ?? []) as readonly Json[]).map((name) => this.number(name)));
  }

  #typed(memory: TypedMemory): Value {
    const kind = Object.keys(memory).find((key) => !["as", "len", "repeat"].includes(key)) as string;
    const make = MAKERS[kind];
    if (make === undefined) throw new Error(`no type of memory: ${kind}`);
    const value = make(this, memory[kind] as Json, memory);
    if (memory.as !== undefined) this.bind(memory.as, value);
    return value;
  }
}

type Record = Readonly<{ [key: string]: Json }>;

/** What each type of memory becomes. */
const MAKERS: Readonly<{ [kind: string]: (world: World, content: Json, whole: TypedMemory) => Value }> = {
  name: (world, pattern, { len }) => {
    const length = world.number(len);
    return (pattern as string).repeat(Math.ceil(length / (pattern as string).length)).slice(0, length);
  },
  sigval: (world, value) => world.number(value),
  badptr: () => ({ kind: "invalid" }),
  buf: (world, text, { repeat }) => ({
    kind: "bytes",
    bytes: latin1(world.text(text as string).repeat(world.number(repeat ?? 1))),
  }),
  out: (world, size) => ({ kind: "bytes", bytes: new Uint8Array(world.number(size)) }),
  zeros: (world, size) => ({ kind: "bytes", bytes: new Uint8Array(world.number(size)) }),
  hex: (_, digits) => ({ kind: "bytes", bytes: Uint8Array.fromHex(digits as string) }),
  u64: (world, value) => ({
    kind: "bytes",
    bytes: new Uint8Array(new BigUint64Array([BigInt(world.number(value))]).buffer),
  }),
  u32: (world, value) => intCell(world.number(value)),
  i32: (world, value) => intCell(world.number(value)),
  ints: (world, values) => ({
    kind: "struct",
    fields: Object.fromEntries((values as readonly Json[]).map((value, i) => [i, world.number(value)])),
  }),
  mq_attr: structure,
  timespec: (world, content) => {
    const { now_plus_ms: later } = content as Record;
    if (later === undefined) return structure(world, content);
    const time = Date.now() + (later as number);
    return { kind: "struct", fields: { sec: Math.floor(time / 1000), nsec: (time % 1000) * 1_000_000 } };
  },
  siginfo: () => ({ kind: "struct", fields: {} }),
  stat: () => ({ kind: "struct", fields: {} }),
  shmid_ds: (world, content) => {
    const { from, ...changes } = content as Record;
    const base = from === undefined ? {} : (world.variable(from as string) as { fields: object }).fields;
    return { kind: "struct", fields: { ...base, ...(changes as { [field: string]: number }) } };
  },
  pollfd: structure,
  sembuf: (world, content) => {
    const [num, op, flg] = (content as readonly Json[]).map((value) => world.number(value)) as [number, number, number];
    return { kind: "struct", fields: { num, op, flg } };
  },
  msgbuf: (_, content) => {
    const [type, text] = content as [number, string];
    const bytes = new Uint8Array(8 + text.length);
    new DataView(bytes.buffer).setBigInt64(0, BigInt(type), true);
    bytes.set(latin1(text), 8);
    return { kind: "bytes", bytes };
  },
  sigset: (world, names) => ({ kind: "set", set: world.set(names) }),
  sigset_out: (_, fill) => ({
    kind: "set",
    set: new SigSet(fill === "ff" ? Array.from({ length: 63 }, (_, i) => i + 1) : []),
  }),
  sigaction: (world, content) => {
    const { handler, mask, flags } = content as Record;
    if (handler === undefined) return { kind: "action", action: null };
    const bits = world.number(flags ?? 0);
    const names: { [name: string]: 0 | 1 } = { SIG_DFL: 0, SIG_IGN: 1 };
    const known = names[handler as string] ?? world.recorder.handler(bits);
    return { kind: "action", action: { handler: known, mask: world.set(mask), flags: bits } };
  },
  sigevent: (world, content) => {
    const { notify, signo, value } = content as Record;
    const event = { notify: world.number(notify), signo: world.number(signo ?? 0), value: world.number(value ?? 0) };
    return { kind: "event", event };
  },
  sockaddr_un: (world, path) => ({
    kind: "address",
    address: { family: AF_UNIX, path: world.text(path as string) },
  }),
  msghdr: (world, content) => {
    const { data, cap, fds, ctlcap, ctl_as: name } = content as Record;
    const control = new Uint8Array(Number(ctlcap ?? 0));
    if (name !== undefined) world.bind(name as string, { kind: "bytes", bytes: control });
    return {
      kind: "message",
      data: typeof data === "string" ? latin1(data) : new Uint8Array(Number(cap ?? 64)),
      descriptors: ((fds ?? []) as readonly Json[]).map((fd) => world.number(fd)),
      control,
      flags: 0,
    };
  },
};

/** A structure whose fields are numbers. */
function structure(world: World, content: Json): Cell {
  const entries = Object.entries(content as Record).map(([name, value]) => [name, world.number(value)]);
  return { kind: "struct", fields: Object.fromEntries(entries) };
}
