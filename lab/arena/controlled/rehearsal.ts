/**
 * A rehearsal of playing: the template plays a part of its own, alone, again and again, until the engine has compiled what
 * players do all the time. Forked after that, they begin warm; each would otherwise be slow for its first hundred schedules.
 *
 * @module
 */
import { gate } from "../../../lib/gate/gate.ts";
import { internalDescriptors } from "../../../lib/gate/internal.ts";
import { Mapping, Segment, Semaphore, SIG_IGN, sigaction, SIGPIPE } from "../../../lib/mod.ts";
import { Marker } from "../../course/scenario.ts";
import { arm } from "../../explore/chooser.ts";
import { resetClocks } from "../../explore/clocks.ts";
import { setMoments } from "../../explore/moments.ts";
import { AT, COMMAND, END, STATE } from "../../explore/region.ts";
import type { Program } from "../../instrument/model.ts";
import type { Board } from "../board.ts";
import { descriptorsOf, descriptorTarget } from "../processes.ts";
import * as system from "../system.ts";
import { toPlain } from "../value.ts";
import { chooseNext, NEVER } from "./next.ts";
import { Player } from "./player.ts";
import { makeRegion } from "./region_memory.ts";

/** So long, or so often, whichever comes first. */
const REHEARSE_MS = 120;
const PLAYS = 150;

/** A program that does what programs under control do, in the form that lab/instrument gives to modules. */
const PIECE: Program = {
  entry: "piece.ts",
  sites: [{ file: "piece.ts", line: 1, column: 1, text: "words[0]" }],
  modules: [{
    path: "piece.ts",
    url: "file:///piece.ts",
    links: [],
    columns: {},
    code: `"use strict"; (function* (ipc, stop, stopped, meta, watch) {
      yield { exports: { get work() { return work; } }, anonymous: null };
      function work(name, note) {
        const { mmap, munmap, pipe, write, read, close, sem_open, sem_wait, sem_post, sem_close, sem_unlink,
          mq_open, mq_send, mq_receive, mq_close, mq_unlink, shm_open, shm_unlink, ftruncate } = ipc;
        const fd = shm_open(name, 0o302, 0o600);
        ftruncate(fd, 64);
        const memory = mmap(64, 3, 1, fd);
        close(fd);
        const words = memory.view(Int32Array);
        const semaphore = sem_open(name, 0o300, 0o600, 1);
        for (let turn = 0; turn < 8; turn++) {
          if (stop[0] !== 0) stopped(1);
          sem_wait(semaphore);
          watch.at(1, words)[turn] = watch.at(1, words)[0] + 1;
          Atomics.add(words, 1, 1);
          sem_post(semaphore);
        }
        const [from, to] = pipe();
        const bytes = new Uint8Array(4);
        write(to, bytes);
        read(from, bytes);
        close(from);
        close(to);
        const queue = mq_open(name, 0o302, 0o600, { maxmsg: 2, msgsize: 16 });
        mq_send(queue, bytes, 0);
        mq_receive(queue, new Uint8Array(16));
        mq_close(queue);
        mq_unlink(name);
        note(words[0]);
        munmap(memory);
        sem_close(semaphore);
        sem_unlink(name);
        shm_unlink(name);
        return 1;
      }
    })`,
  }],
};

const PARTY = 1;

/** Rehearses; the caller's process is as it was, but for being warm. */
export function rehearsePlaying(board: Board, scratch: string): void {
  const region = makeRegion();
  const { words, cells, gates } = region;
  const { hook, counts } = gate;
  const me = system.ownPid();
  // Without the one that the list itself was read by.
  const open = descriptorsOf(me).filter((fd) => !internalDescriptors.has(fd) && descriptorTarget(me, fd) !== null);
  for (const fd of open) internalDescriptors.add(fd); // a program's end closes all others
  const disposals = [Mapping, Segment, Semaphore].map(({ prototype }) =>
    [prototype, Object.getOwnPropertyDescriptor(prototype, Symbol.dispose)] as const
  );
  const part = {
    ...{ party: PARTY, name: "rehearsal", stage: 0, daemon: false, waits: false },
    calls: [{
      function: "work",
      arguments: [toPlain(`/ipclab.rehearsal.${me}`), toPlain(Marker.callback("note"))],
    }],
  };
  const scene = { mayStick: false, moments: [], stimuli: [] };
  const cast = { parts: [part], scenes: [scene], notes: ["note"], scratch };
  const player = new Player({ part, cast, program: PIECE, region, board, template: 0, output: -1 });
  const until = performance.now() + REHEARSE_MS;
  try {
    for (let play = 0; play < PLAYS && performance.now() < until; play++) {
      arm(words, {
        blocks: [],
        then: play % 2 === 0 ? { kind: "stay" } : { kind: "pos", seed: play },
        faults: [],
        buffered: false,
      });
      resetClocks(words, cells);
      words[AT.stepLimit] = 1000;
      words[AT.state + PARTY] = STATE.ready;
      words[AT.required] = 1 << PARTY;
      words[AT.deadline + PARTY] = NEVER;
      words[AT.objects] = words[AT.logLength] = 0;
      words[AT.end] = END.none;
      setMoments(words, []);
      board.clear();
      gates.open(chooseNext(words), COMMAND.go);
      player.play();
    }
  } finally {
    player.unwatch();
    gate.hook = hook;
    gate.counts = counts;
    for (const [prototype, disposal] of disposals) {
      if (disposal !== undefined) Object.defineProperty(prototype, Symbol.dispose, disposal);
    }
    for (const fd of open) internalDescriptors.delete(fd);
    sigaction(SIGPIPE, { handler: SIG_IGN });
    region.mapping[Symbol.dispose]();
    board.clear();
  }
}
