/**
 * The bench's programs through the library: arguments and output are those of `../c/main.c`.
 *
 * @module
 */
import { fork, getpid, getppid, O_RDONLY, O_WRONLY, open, read, waitpid, write } from "ipc";
import { print } from "../support/bench.ts";
import { type Channel, CHANNELS, TO_CHILD, TO_PARENT } from "./channels.ts";

let told = "";

/** Rounds that are not told: the others find warm caches and compiled code. */
const WARM_ROUNDS = 40;

/**
 * Times `rounds` rounds of `round(count)`. Each is a call, since the engine compiles a loop only halfway while it is inside: a program
 * that has run for a while has left its loops many times.
 */
function time(rounds: number, count: number, round: (count: number) => void): void {
  for (let i = -WARM_ROUNDS; i < rounds; i++) {
    const begin = performance.now();
    round(count);
    if (i >= 0) told += `${((performance.now() - begin) * 1e6 / count).toFixed(1)}\n`;
  }
}

function runChannel(name: string, echoes: boolean, size: number, count: number, rounds: number): void {
  let peer = 0;
  const make = CHANNELS[name];
  if (make === undefined) throw new Error(`no mechanism ${name}`);
  const channel = make(size, () => peer);
  const data = new Uint8Array(size).fill(1);

  // Warm before the fork, as a program is that has run for a while: by messages to oneself.
  peer = getpid();
  for (let i = 0; i < 100; i++) exchange(channel, data, count);

  // The round of a throughput is over when the last message has been received.
  const serve = (count: number): void => {
    for (let i = 0; i < count; i++) {
      channel.receive(TO_CHILD, data);
      if (echoes) channel.send(TO_PARENT, data);
    }
    if (!echoes) channel.send(TO_PARENT, data);
  };
  const ask = (count: number): void => {
    for (let i = 0; i < count; i++) {
      channel.send(TO_CHILD, data);
      if (echoes) channel.receive(TO_PARENT, data);
    }
    if (!echoes) channel.receive(TO_PARENT, data);
  };
  peer = fork(() => {
    peer = getppid();
    for (let i = -WARM_ROUNDS; i < rounds; i++) serve(count);
  });
  const child = peer;
  time(rounds, count, ask);
  waitpid(child);
  channel.unmake();
}

function exchange(channel: Channel, data: Uint8Array, count: number): void {
  for (let i = 0; i < count; i++) {
    const direction = i % 2 === 0 ? TO_CHILD : TO_PARENT;
    channel.send(direction, data);
    channel.receive(direction, data);
  }
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
  time(rounds, count, (count) => {
    for (let i = 0; i < count; i++) call();
  });
}

const [kind = "", name = ""] = Deno.args;
const [size, count, rounds] = Deno.args.slice(2).map(Number) as [number, number, number];
if (kind === "call") runCall(name, count, rounds);
else runChannel(name, kind === "round_trip", size, count, rounds);
print(told);
