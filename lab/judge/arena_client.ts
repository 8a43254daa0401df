/**
 * The controller's side of the arena: starts it, inside walls where the machine has them, and speaks the protocol with it.
 *
 * @module
 */

import {
  AF_UNIX,
  close,
  F_SETFD,
  fcntl,
  MSG_DONTWAIT,
  O_CLOEXEC,
  O_RDONLY,
  open,
  recvmsg,
  sendmsg,
  SOCK_CLOEXEC,
  SOCK_SEQPACKET,
  socketpair,
} from "../../lib/mod.ts";
import { isSystemError } from "../../lib/errors/system_error.ts";
import { BOARD_BYTES } from "../arena/board.ts";
import type { Order, Report } from "../arena/protocol.ts";
import type { Isolation } from "../report/model.ts";
import { bubblewrapArguments, findBubblewrap } from "../sandbox/bubblewrap.ts";
import { readable } from "./poller.ts";
import { sweepRun } from "../sandbox/leftovers.ts";
import { makeRunFolder, pathsIn, removeRunFolder, runsFolder } from "../sandbox/run_folder.ts";

/** What an arena may take to clean up once it is left alone. */
const END_MS = 3000;
/** Longest report. */
const REPORT_BYTES = 262144;

/** V8 in the arena: one thread, or a fork would lose the others; and a heap that one exercise cannot outgrow. */
const V8_FLAGS = "--single-threaded,--max-old-space-size=192";

/** The arena has ended, or never began. */
export class ArenaGone extends Error {
  /** "ArenaGone". */
  override readonly name = "ArenaGone";

  /** `killed`: it had begun, and ended without a word of its own. If not, the message is the lab's fault. */
  constructor(message: string, readonly killed = true) {
    super(message);
  }
}

/** A running arena. */
export class ArenaClient {
  readonly isolation: Isolation;
  readonly folder: string;
  /** The descriptor that polls readable when a report is there. */
  readonly control: number;
  #process: Deno.ChildProcess;
  #stderr = "";
  #ended: Promise<[Deno.CommandStatus, void]>;
  #buffer = new Uint8Array(REPORT_BYTES);
  /** Orders sent so far: what an `idle` report refers to. */
  orders = 0;

  private constructor(isolation: Isolation, folder: string, control: number, process: Deno.ChildProcess) {
    this.isolation = isolation;
    this.folder = folder;
    this.control = control;
    this.#process = process;
    this.#ended = Promise.all([process.status, this.#collect(process.stderr)]);
  }

  /** Starts an arena; "auto" takes walls where they can be built. Whether it came up shows with its first report. */
  static start(isolation: "auto" | Isolation): ArenaClient {
    const bwrap = isolation === "none" ? null : findBubblewrap();
    if (isolation === "bubblewrap" && bwrap === null) throw new ArenaGone("bubblewrap is not installed", false);
    const walls: Isolation = bwrap === null ? "none" : "bubblewrap";
    const [ours, theirs] = socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    let folder = "";
    try {
      folder = newRunFolder(walls);
      fcntl(theirs, F_SETFD, 0); // inherited by the process started next
      const command = arenaCommand(theirs, folder);
      const [program, ...rest] = bwrap === null ? command : [bwrap, ...wallsFor(folder), ...command];
      const process = new Deno.Command(program as string, {
        args: rest,
        stdin: "null",
        stdout: "null",
        stderr: "piped",
        detached: true, // a group of its own: it is ended as a whole
        clearEnv: true,
        env: arenaEnvironment(),
      }).spawn();
      return new ArenaClient(walls, folder, ours, process);
    } catch (error) {
      close(ours);
      if (folder !== "") removeRunFolder(folder);
      throw error;
    } finally {
      close(theirs);
    }
  }

  /** Sends an order. */
  send(order: Order, descriptors: readonly number[] = []): void {
    this.orders++;
    try {
      sendmsg(this.control, { data: new TextEncoder().encode(JSON.stringify(order)), descriptors });
    } catch (error) {
      if (isSystemError(error, "EPIPE") || isSystemError(error, "ECONNRESET")) {
        throw new ArenaGone("the arena has ended");
      }
      throw error;
    }
  }

  /** The next report, or null when there is none yet. */
  receive(): Report | null {
    try {
      const { length } = recvmsg(this.control, this.#buffer, MSG_DONTWAIT);
      if (length === 0) throw new ArenaGone("the arena has ended");
      return JSON.parse(new TextDecoder().decode(this.#buffer.subarray(0, length))) as Report;
    } catch (error) {
      if (isSystemError(error, "EAGAIN")) return null;
      if (isSystemError(error, "ECONNRESET")) throw new ArenaGone("the arena has ended");
      throw error;
    }
  }

  /** Waits for a report of this kind, and passes over others; gives up after so long. */
  async expect<K extends Report["is"]>(is: K, timeoutMs: number, signal?: AbortSignal): Promise<Report & { is: K }> {
    const deadline = performance.now() + timeoutMs;
    while (performance.now() < deadline) {
      signal?.throwIfAborted();
      await readable([this.control], 5);
      for (let report = this.receive(); report !== null; report = this.receive()) {
        if (report.is === is) return report as Report & { is: K };
      }
    }
    throw new ArenaGone(`the arena did not answer within ${timeoutMs} ms`, false);
  }

  /** The next report, whatever it is; gives up at `deadline`, a time of performance.now(). */
  async next(deadline: number, signal?: AbortSignal): Promise<Report> {
    for (;;) {
      const report = this.receive();
      if (report !== null) return report;
      signal?.throwIfAborted();
      if (performance.now() > deadline) throw new ArenaGone("the arena did not answer in time", false);
      await readable([this.control], 5);
    }
  }

  /** Hands over data that is too long for an order, as an open file that has no name any more. */
  sendWith(order: Order, data: unknown): void {
    const path = Deno.makeTempFileSync({ dir: this.folder, prefix: "data-" });
    let fd = -1;
    try {
      Deno.writeTextFileSync(path, JSON.stringify(data));
      fd = open(path, O_RDONLY | O_CLOEXEC);
      this.send(order, [fd]);
    } finally {
      Deno.removeSync(path);
      if (fd !== -1) close(fd);
    }
  }

  /** Takes a file that the arena has left for the controller in the run's folder. */
  takeFile(name: string): Uint8Array<ArrayBuffer> {
    const path = `${this.folder}/${name.replaceAll("/", "")}`;
    const bytes = Deno.readFileSync(path);
    Deno.removeSync(path);
    return bytes;
  }

  /** Ends the arena and everything below it, and removes its folder. */
  async end(): Promise<void> {
    close(this.control); // it cleans up and exits
    const timer = setTimeout(() => this.#kill(), END_MS);
    const [{ success }] = await this.#ended;
    clearTimeout(timer);
    if (success) return removeRunFolder(this.folder);
    this.#kill(); // whoever is left of its group
    sweepRun(this.folder); // it did not get to clean up
  }

  /** What the arena said on standard error, for reports of trouble; whole once it has ended. */
  get lastWords(): string {
    return this.#stderr.trim();
  }

  #kill(): void {
    try {
      Deno.kill(-this.#process.pid, "SIGKILL");
    } catch {
      // it has ended
    }
  }

  async #collect(stream: ReadableStream<Uint8Array>): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      this.#stderr = (this.#stderr + text).slice(-8192);
    }
  }
}

/** A folder for this run; where there can be none, that is told in words that help. */
function newRunFolder(walls: Isolation): string {
  try {
    return makeRunFolder(BOARD_BYTES, walls);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ArenaGone(`The lab cannot make a folder for its runs in ${runsFolder()} (TMPDIR): ${why}`, false);
  }
}

const PROJECT = new URL("../../", import.meta.url).pathname.replace(/\/$/, "");

function arenaCommand(control: number, folder: string): string[] {
  return [
    Deno.execPath(),
    "run",
    ...["--quiet", "--no-prompt", "--no-config", "--no-lock", "--no-remote", "--no-npm", "--cached-only", "-A"],
    `--v8-flags=${V8_FLAGS}`,
    `${PROJECT}/lab/arena/main.ts`,
    String(control),
    pathsIn(folder).board,
  ];
}

function wallsFor(folder: string): string[] {
  return bubblewrapArguments({
    deno: Deno.execPath(),
    denoDir: denoDir(),
    readable: [`${PROJECT}/lib`, `${PROJECT}/lab`],
    writable: folder,
  });
}

function denoDir(): string {
  const home = Deno.env.get("HOME") ?? "/";
  return Deno.env.get("DENO_DIR") ?? `${Deno.env.get("XDG_CACHE_HOME") || `${home}/.cache`}/deno`;
}

function arenaEnvironment(): Record<string, string> {
  return {
    DENO_DIR: denoDir(),
    DENO_NO_UPDATE_CHECK: "1",
    NO_COLOR: "1",
    HOME: "/tmp",
    PATH: "/usr/bin:/bin",
    LANG: "C.UTF-8",
  };
}
