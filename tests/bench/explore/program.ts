/**
 * What the explorer's bench measures, in a process of its own: `program.ts SCHEDULES`, with V8 on one thread, for it forks.
 * Prints JSON.
 *
 * @module
 */
import * as ipc from "ipc";
import { Board, BOARD_BYTES } from "../../../lab/arena/board.ts";
import type { Cast } from "../../../lab/arena/controlled/cast.ts";
import { Driver } from "../../../lab/arena/controlled/driver.ts";
import { makeRegion } from "../../../lab/arena/controlled/region_memory.ts";
import { rehearsePlaying } from "../../../lab/arena/controlled/rehearsal.ts";
import * as system from "../../../lab/arena/system.ts";
import { COMMAND } from "../../../lab/explore/region.ts";
import type { Continuation } from "../../../lab/explore/model.ts";
import { loadProgram } from "../../../lab/instrument/program.ts";

/**
 * Roles that load and store words of memory, each of its own, for attaching to another's costs more than all else: see
 * SEGMENT. A role's steps are its start, the call of its function, mmap, five for each turn and one for each look.
 */
const WORDS = `import { MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE } from "ipc";
const memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
const words = memory.view(Int32Array);
export function work(first: number, turns: number, looks: number): void {
  for (let turn = 0; turn < turns; turn++) {
    const slot = words[0]!;
    words[1 + (slot & 15)] = first + turn;
    words[0] = slot + 1;
    words[20]!++;
  }
  for (let look = 0; look < looks; look++) words[1 + look];
}
`;

/** The key of that segment: a process's own, for two benches may run at a time. */
const KEY = 0x69700000 + Deno.pid;

/** As WORDS, but the memory is one segment that was there before, to which each role attaches in each schedule. */
const SEGMENT = WORDS.replace(
  /^import .*\n.*\n/,
  () => `import { shmat, shmget } from "ipc";\nconst memory = shmat(shmget(${KEY}, 4096, 0));\n`,
);

/** Two roles with a pipe, a queue and a segment that are made and removed in each schedule. */
const OBJECTS = `import {
  close, ftruncate, MAP_SHARED, mmap, mq_close, mq_open, mq_receive, mq_send, mq_unlink, munmap, O_CREAT, O_RDWR, pipe,
  PROT_READ, PROT_WRITE, read, shm_open, shm_unlink, write,
} from "ipc";
export function work(first: number): void {
  const name = "/ipclab.bench.explore." + first;
  const [from, to] = pipe();
  const queue = mq_open(name, O_RDWR | O_CREAT, 0o600, { maxmsg: 2, msgsize: 8 });
  const fd = shm_open(name, O_RDWR | O_CREAT, 0o600);
  ftruncate(fd, 64);
  const memory = mmap(64, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
  const bytes = new Uint8Array(8);
  write(to, bytes);
  read(from, bytes);
  mq_send(queue, bytes, 0);
  mq_receive(queue, bytes);
  memory.view(Int32Array)[0] = first;
  munmap(memory);
  for (const open of [from, to, fd]) close(open);
  mq_close(queue);
  mq_unlink(name);
  shm_unlink(name);
}
`;

/** One figure. */
export interface Figure {
  readonly name: string;
  /** Schedules a second, by the clock and by the processor time of all processes. */
  readonly perSecond: number;
  readonly perProcessorSecond: number;
  readonly steps: number;
}

/** All that is measured here. */
export interface Result {
  readonly figures: readonly Figure[];
  readonly handOverNs: number;
  readonly mappingUs: number;
  readonly forkUs: number;
}

function castOf(roles: number, turns: number, looks: number): Cast {
  return {
    parts: Array.from({ length: roles }, (_, at) => ({
      ...{ party: at + 1, name: `role ${at + 1}`, stage: 0, daemon: false, waits: false },
      calls: [{ function: "work", arguments: [100 * (at + 1), turns, looks] }],
    })),
    scenes: [{ mayStick: false, moments: [], stimuli: [] }],
    notes: [],
    scratch: Deno.makeTempDirSync({ prefix: "ipclab.bench." }),
  };
}

/** Processor time of this process and all that it has forked, in seconds: what they have used so far. */
function processorSeconds(pids: readonly number[]): number {
  let ticks = 0;
  for (const pid of pids) {
    const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).replace(/^.*\) /s, "").split(" ");
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks / 100;
}

/** What is run: so many roles, each with so many turns and looks. */
interface Work {
  readonly source: string;
  readonly roles: number;
  readonly turns?: number;
  readonly looks?: number;
  readonly then: (seed: number) => Continuation;
}

/** Runs half of the schedules unmeasured, since each process compiles for itself, and then all of them. */
function measure(name: string, schedules: number, { source, roles, turns = 0, looks = 0, then }: Work): Figure {
  const folder = Deno.makeTempDirSync({ prefix: "ipclab.bench." });
  const cast = castOf(roles, turns, looks);
  try {
    Deno.writeTextFileSync(`${folder}/work.ts`, source);
    const loaded = loadProgram(`${folder}/work.ts`, folder, { ipcNames: Object.keys(ipc), watch: true });
    if (!loaded.ok) throw new Error(loaded.problems[0]?.message);
    const board = new Board(new ArrayBuffer(BOARD_BYTES));
    using driver = new Driver({ cast, program: loaded.program, board, output: `${folder}/output` });
    const run = (seed: number): number =>
      driver.run({ blocks: [], faults: [], buffered: false, then: then(seed) }).steps.length;
    for (let seed = 1; seed <= schedules / 2; seed++) run(seed);
    const pids = [Deno.pid, ...driver.pids];
    const before = processorSeconds(pids);
    const began = performance.now();
    let steps = 0;
    for (let seed = 1; seed <= schedules; seed++) steps += run(seed);
    const seconds = (performance.now() - began) / 1000;
    const processor = Math.max(0.01, processorSeconds(pids) - before);
    return {
      name,
      perSecond: schedules / seconds,
      perProcessorSecond: schedules / processor,
      steps: steps / schedules,
    };
  } finally {
    Deno.removeSync(folder, { recursive: true });
    Deno.removeSync(cast.scratch, { recursive: true });
  }
}

/** Seconds of processor time that `run` takes, with those of the children whose end it takes up; a tick of the kernel at least. */
function cost(run: () => void): number {
  const used = (): number => {
    const fields = Deno.readTextFileSync("/proc/self/stat").replace(/^.*\) /s, "").split(" ");
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
  };
  const before = used();
  run();
  return Math.max(0.01, used() - before);
}

/** Nanoseconds of one hand-over through the gates, between two processes. */
function handOver(rounds: number): number {
  const { gates, mapping } = makeRegion();
  const seconds = cost(() => {
    const pid = ipc.fork();
    if (pid === 0) {
      for (let round = 0; round < rounds; round++) {
        gates.wait(1);
        gates.open(2, COMMAND.go);
      }
      system.exitNow(0);
    }
    for (let round = 0; round < rounds; round++) {
      gates.open(1, COMMAND.go);
      gates.wait(2);
    }
    ipc.waitpid(pid);
  });
  mapping[Symbol.dispose]();
  return seconds * 1e9 / (2 * rounds);
}

/** Microseconds to make, touch and remove one anonymous mapping. */
function renewal(rounds: number): number {
  return cost(() => {
    for (let round = 0; round < rounds; round++) {
      const mapping = ipc.mmap(4096, ipc.PROT_READ | ipc.PROT_WRITE, ipc.MAP_SHARED | ipc.MAP_ANONYMOUS);
      mapping.bytes[0] = 1;
      ipc.munmap(mapping);
    }
  }) * 1e6 / rounds;
}

/** Microseconds to fork a process of this size and take up its end. */
function forkAndExit(rounds: number): number {
  return cost(() => {
    for (let round = 0; round < rounds; round++) {
      const pid = ipc.fork();
      if (pid === 0) system.exitNow(0);
      ipc.waitpid(pid);
    }
  }) * 1e6 / rounds;
}

const schedules = Number(Deno.args[0] ?? 20_000);
system.runOn(system.oneOf(system.ownProcessors(), 0));
const scratch = Deno.makeTempDirSync({ prefix: "ipclab.bench." });
rehearsePlaying(new Board(new ArrayBuffer(BOARD_BYTES)), scratch);
Deno.removeSync(scratch);
const pct = (seed: number): Continuation => ({ kind: "pct", seed, depth: 3, decisions: 50 });
const random = (seed: number): Continuation => ({ kind: "random", seed });
const [few, fewer] = [Math.ceil(schedules / 4), Math.ceil(schedules / 8)];
const two = { source: WORDS, roles: 2, turns: 4, looks: 2 };
const four = { source: WORDS, roles: 4, turns: 2, looks: 0 };
const long = { source: WORDS, roles: 2, turns: 9, looks: 2 };
const segment = ipc.shmget(KEY, 4096, ipc.IPC_CREAT | 0o600);
try {
  const result: Result = {
    figures: [
      measure("2 roles, 25 steps each, PCT", schedules, { ...two, then: pct }),
      measure("2 roles, 25 steps each, random", few, { ...two, then: random }),
      measure("4 roles, 13 steps each, PCT", few, { ...four, then: pct }),
      measure("4 roles, 13 steps each, random", few, { ...four, then: random }),
      measure("2 roles, 50 steps each, PCT", few, { ...long, then: pct }),
      measure("2 roles, 50 steps each, random", few, { ...long, then: random }),
      measure("2 roles, 25 steps each, one segment, PCT", few, { ...two, source: SEGMENT, looks: 1, then: pct }),
      measure("2 roles, fresh pipe, queue and segment, PCT", fewer, { source: OBJECTS, roles: 2, then: pct }),
    ],
    handOverNs: handOver(5 * schedules),
    mappingUs: renewal(few),
    forkUs: forkAndExit(Math.ceil(schedules / 200)),
  };
  await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(result)));
} finally {
  ipc.shmctl(segment, ipc.IPC_RMID);
}
