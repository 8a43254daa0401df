/**
 * A role: what a forked child of the template does, from its first statement to its end. It makes itself look like a program
 * that execve(2) has just started, evaluates the student's file, makes its calls and reports each.
 *
 * @module
 */
import * as ipc from "../../lib/mod.ts";
import { gate } from "../../lib/gate/gate.ts";
import { internalDescriptors } from "../../lib/gate/internal.ts";
import type { Argument } from "../course/scenario.ts";
import { realize, tell } from "./arguments.ts";
import type { Board } from "./board.ts";
import { Channel } from "./channel.ts";
import type { Program } from "../instrument/model.ts";
import { evaluateProgram } from "./evaluate.ts";
import { takeGlobals } from "./globals.ts";
import { RoleHook } from "./hook.ts";
import type { RoleInput } from "./protocol.ts";
import { settle } from "./settle.ts";
import * as system from "./system.ts";
import { thrownRecord } from "./thrown.ts";
import { argumentFromPlain } from "./value.ts";

/** The descriptors that a role is given: numbers in the template, which the role moves out of the way. */
export interface RoleDescriptors {
  readonly input: number;
  readonly channel: number;
  readonly output: number;
  /** Readable, one byte a role, when all roles that start together are there. */
  readonly go: number;
}

/** What the template hands to a role. */
export interface RoleStart {
  readonly index: number;
  /** The template's process id. */
  readonly template: number;
  readonly program: Program;
  readonly board: Board;
  readonly descriptors: RoleDescriptors;
}

/** Where a role keeps the lab's descriptors: above all that a program gets by itself. */
const INTERNAL_FROM = 960;

/** Runs a role to its end; the process ends with it. */
export function runRole(start: RoleStart): never {
  try {
    perform(start);
  } catch {
    // It was told as far as it could be. Whatever happens, a role must not get back into the template's program.
  }
  system.exitNow(0);
}

function perform(start: RoleStart): void {
  const { board, index, descriptors } = start;
  const channelFd = system.duplicateFrom(descriptors.channel, INTERNAL_FROM);
  const channel = new Channel(channelFd === -1 ? descriptors.channel : channelFd, board);
  let input: RoleInput;
  try {
    if (channelFd === -1) throw new Error(`no descriptor from ${INTERNAL_FROM} on can be had`);
    input = arrange(start, channelFd);
  } catch (error) {
    channel.write({ k: "trouble", message: `a process could not be set up: ${thrownRecord(error, []).message}` });
    return;
  }
  try {
    const { name, forkLimit, scratch } = input;
    const { template, program: { modules } } = start;
    const hook = new RoleHook({ board, channel, name, forkLimit, scratch, template, modules });
    system.changeDirectory(scratch);
    takeGlobals();
    gate.counts = board.counts(index);
    gate.hook = hook;
    channel.write({ k: "start" });
    play(start, input, channel, hook);
  } catch (error) {
    channel.write({ k: "unloadable", e: thrownRecord(error, start.program.modules) });
  }
}

/** Evaluates the file and makes the calls. Ends where one throws: that is reported, and what follows would not be meant. */
function play(start: RoleStart, input: RoleInput, channel: Channel, hook: RoleHook): void {
  const functions = evaluateProgram(start.program, {
    ipc: ipc as Record<string, unknown>,
    stop: start.board.stop,
    stopped: (line, file) => hook.stopped(line, file),
  });
  const results: unknown[] = [];
  const make = (argument: Argument): unknown =>
    realize(argument, {
      results,
      scratch: input.scratch,
      pid: (role) => start.board.pid(input.roles.indexOf(role)),
      note: (n, v) => channel.write({ k: "note", n, v }),
    });
  const me = system.ownPid();
  for (const [number, call] of input.calls.entries()) {
    const target = functions[call.function];
    if (typeof target !== "function") throw new TypeError(`${call.function} is not a function`);
    const given = call.arguments.map((argument) => make(argumentFromPlain(argument)));
    channel.write({ k: "call", c: number });
    try {
      const result = target(...given);
      if (system.ownPid() !== me) system.exitNow(0); // a child of fork() that came back out of the student's function
      if (result instanceof Promise) {
        throw new TypeError(`${call.function}() is async: a role has no event loop, so it must be a plain function`);
      }
      results.push(result);
      tell(result, (v) => channel.write({ k: "return", c: number, v }));
    } catch (error) {
      channel.write({ k: "throw", c: number, e: thrownRecord(error, start.program.modules) });
      system.exitNow(1);
    }
  }
  channel.write({ k: "end" });
}

/** Puts descriptors, signals, limits and session as a fresh program has them; reads the input; waits for the others. */
function arrange({ descriptors: given, template }: RoleStart, channelFd: number): RoleInput {
  system.startSession();
  system.dieWithParent();
  if (system.parentPid() !== template) system.exitNow(1); // it had died before that
  const input = JSON.parse(system.readTextOwn(given.input)) as RoleInput;
  const go = system.duplicateFrom(given.go, INTERNAL_FROM);
  settle(given.output, [channelFd, go]);
  internalDescriptors.add(channelFd);
  if (system.readOwn(go, new Uint8Array(1)) !== 1) system.exitNow(1); // nobody lets it go any more
  system.closeOwn(go);
  return input;
}
