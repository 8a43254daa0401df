/**
 * The bench's programs through the library: arguments and output are those of `../c/main.c`.
 *
 * @module
 */
import { fork, getpid, getppid, O_RDONLY, O_WRONLY, open, read, waitpid, write } from "ipc";
import { print } from "../support/bench.ts";
import { CHANNELS, TO_CHILD, TO_PARENT } from "./channels.ts";

let told = "";

/** How often something is done in a round; the first is not told: the others find warm caches and compiled code. */
function lengthOf(round: number, count: number): number {
  return round === 0 ? 10 * count : count;
}

function tell(round: number, ms: number, count: number): void {
  if (round > 0) told += `${(ms * 1e6 / count).toFixed(1)}\n`;
}

function runChannel(name: string, echoes: boolean, size: number, count: number, rounds: number): void {
  let peer = 0;
  const make = CHANNELS[name];
  if (make === undefined) throw new Error(`no mechanism ${name}`);
  const channel = make(size, () => peer);
  const data = new Uint8Array(size).fill(1);

  // Warm before the fork, as a program is that has run for a while: by messages to oneself.
  peer = getpid();
  for (let i = 0; i < 100 * count; i++) {
    const direction = i % 2 === 0 ? TO_CHILD : TO_PARENT;
    channel.send(direction, data);
    channel.receive(direction, data);
  }

  const serve = (): void => {
    peer = getppid();
    for (let round = 0; round <= rounds; round++) {
      for (let i = lengthOf(round, count); i > 0; i--) {
        channel.receive(TO_CHILD, data);
        if (echoes) channel.send(TO_PARENT, data);
      }
      if (!echoes) channel.send(TO_PARENT, data);
    }
  };
  peer = fork(serve);
  const child = peer;
  for (let round = 0; round <= rounds; round++) {
    const begin = performance.now();
    for (let i = lengthOf(round, count); i > 0; i--) {
      channel.send(TO_CHILD, data);
      if (echoes) channel.receive(TO_PARENT, data);
    }
    // The round of a throughput is over when the last message has been received.
    if (!echoes) channel.receive(TO_PARENT, data);
    tell(round, performance.now() - begin, count);
  }
  waitpid(child);
  channel.unmake();
}

const small = new Uint8Array(64);
const nullFd = open("/dev/null", O_WRONLY);
const zeroFd = open("/dev/zero", O_RDONLY);

const CALLS: Readonly<Record<string, () => unknown>> = {
  getppid: () => getppid(),
  write: () => write(nullFd, small),
  read: () => read(zeroFd, small),
  fork_wait: () => waitpid(fork(() => {})),
};

function runCall(name: string, count: number, rounds: number): void {
  const call = CALLS[name];
  if (call === undefined) throw new Error(`no call ${name}`);
  for (let round = 0; round <= rounds; round++) {
    const begin = performance.now();
    for (let i = lengthOf(round, count); i > 0; i--) call();
    tell(round, performance.now() - begin, count);
  }
}

const [kind = "", name = ""] = Deno.args;
const [size, count, rounds] = Deno.args.slice(2).map(Number) as [number, number, number];
if (kind === "call") runCall(name, count, rounds);
else runChannel(name, kind === "round_trip", size, count, rounds);
print(told);
