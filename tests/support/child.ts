/**
 * Processes of their own for what a test must not do to all the others: block, fork, change signals, limits, the umask, the
 * user.
 *
 * @module
 */
import { fail } from "./assert.ts";

const PROJECT = new URL("../../", import.meta.url);

/** The kernel's numbers of the calls that a process can be seen blocked in. Source: asm/unistd.h. */
const SYSTEM_CALLS: Readonly<Record<string, { readonly x86_64: number; readonly aarch64: number }>> = {
  read: { x86_64: 0, aarch64: 63 },
  write: { x86_64: 1, aarch64: 64 },
  poll: { x86_64: 7, aarch64: 73 },
  fcntl: { x86_64: 72, aarch64: 25 },
  flock: { x86_64: 73, aarch64: 32 },
  ppoll: { x86_64: 271, aarch64: 73 },
  select: { x86_64: 270, aarch64: 72 },
  epoll_wait: { x86_64: 232, aarch64: 22 },
  open: { x86_64: 257, aarch64: 56 },
  sendmsg: { x86_64: 46, aarch64: 211 },
  recvmsg: { x86_64: 47, aarch64: 212 },
  sendto: { x86_64: 44, aarch64: 206 },
  recvfrom: { x86_64: 45, aarch64: 207 },
  connect: { x86_64: 42, aarch64: 203 },
  accept4: { x86_64: 288, aarch64: 242 },
  futex: { x86_64: 202, aarch64: 98 },
  mq_timedsend: { x86_64: 242, aarch64: 182 },
  mq_timedreceive: { x86_64: 243, aarch64: 183 },
  msgsnd: { x86_64: 69, aarch64: 189 },
  msgrcv: { x86_64: 70, aarch64: 188 },
  splice: { x86_64: 275, aarch64: 76 },
  tee: { x86_64: 276, aarch64: 77 },
  vmsplice: { x86_64: 278, aarch64: 75 },
  semtimedop: { x86_64: 220, aarch64: 192 },
};

/** Put before a program, this runs when all of its imports are loaded. It stays on the first line, as line numbers do. */
const BEGUN_NOTE = "Deno.stderr.writeSync(new Uint8Array(1)); ";

/**
 * Put before a program, this makes the process another user's, for good. Not from its start: that user may not be able to reach
 * a runtime and a project in somebody's home. PR_SET_DUMPABLE, for otherwise its files in /proc belong to root.
 */
const becoming = (uid: number): string =>
  [
    'const { symbols: user } = Deno.dlopen("libc.so.6", {',
    '  setgroups: { parameters: ["usize", "usize"], result: "i32" },',
    '  setresgid: { parameters: ["u32", "u32", "u32"], result: "i32" },',
    '  setresuid: { parameters: ["u32", "u32", "u32"], result: "i32" },',
    '  prctl: { parameters: ["i32", "usize", "usize", "usize", "usize"], result: "i32" },',
    "});",
    "const failed = user.setgroups(0n, 0n) || user.setresgid(UID, UID, UID) || user.setresuid(UID, UID, UID);",
    'if (failed || user.prctl(4, 1n, 0n, 0n, 0n)) throw new Error("cannot become user UID");',
  ].join(" ").replaceAll("UID", String(uid));

/** How long a child may take to get where it is expected. */
const PATIENCE_MS = 20_000;

/** How to start a child. */
export interface ChildOptions {
  /** What the child finds in `Deno.args`. */
  readonly args?: readonly (string | number)[];
  /** The user that the program runs as, its imports loaded; the test has to be root for that. */
  readonly uid?: number;
}

/** A process that runs a piece of TypeScript, which may import "ipc": it reports, and the test judges. */
export class Child implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #begun = Promise.withResolvers<void>();
  readonly #output: Promise<readonly [string, string, Deno.CommandStatus]>;

  /** Starts a process that runs `source`. */
  constructor(source: string, options: ChildOptions = {}) {
    // A module without a place of its own has no import map.
    const user = options.uid === undefined ? "" : `{ ${becoming(options.uid)} } `;
    const program = BEGUN_NOTE + user + source.replaceAll(`from "ipc"`, `from "${new URL("lib/mod.ts", PROJECT)}"`);
    this.#process = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--quiet",
        "--no-check",
        "--cached-only",
        "--v8-flags=--single-threaded",
        "--no-config",
        `data:application/typescript,${encodeURIComponent(program)}`,
        ...(options.args ?? []).map(String),
      ],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#output = Promise.all([this.#process.stdout.text(), this.#errors(), this.#process.status]);
  }

  /** The process's id. */
  get pid(): number {
    return this.#process.pid;
  }

  /** Waits until the process sleeps in the system call `name`, which its program made. */
  async blockedIn(name: string): Promise<void> {
    const number = SYSTEM_CALLS[name]?.[Deno.build.arch];
    // What the runtime does before, such as reading the modules, may block in the same system calls.
    await this.#begun.promise;
    const deadline = Date.now() + PATIENCE_MS;
    let before = "";
    while (Date.now() < deadline) {
      // The line holds arguments, stack and place in the code: the same line twice is a process that did not move.
      const now = this.#now();
      if (now === before && now.startsWith(`${number} `)) return;
      before = now;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    fail(`The child never blocked in ${name}; it was in: ${before}`);
  }

  /** Waits for the end. Fails unless it ended with status 0; returns what it printed, as JSON. */
  async result(): Promise<unknown> {
    const { stdout, stderr, code, signal } = await this.end();
    if (code !== 0) fail(`The child ended with ${signal ?? code}:\n${stderr}${stdout}`);
    return stdout === "" ? undefined : JSON.parse(stdout);
  }

  /** Waits for the end, whatever it is. */
  async end(): Promise<{ stdout: string; stderr: string; code: number; signal: Deno.Signal | null }> {
    const [stdout, stderr, { code, signal }] = await this.#output;
    return { stdout, stderr, code, signal };
  }

  /** Ends the process if it still runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.#output;
  }

  /** Collects what comes by stderr, up to its end. The first NUL is the program's word that it has begun. */
  async #errors(): Promise<string> {
    let text = "";
    for await (const chunk of this.#process.stderr.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      if (text.includes("\0")) this.#begun.resolve();
    }
    this.#begun.resolve();
    return text.replace("\0", "");
  }

  #now(): string {
    try {
      return Deno.readTextFileSync(`/proc/${this.pid}/syscall`);
    } catch {
      return "nothing: it has ended";
    }
  }
}

/**
 * Runs `source` in a process of its own and returns what it printed with `console.log(JSON.stringify(…))`. Fails unless it
 * ends with status 0.
 *
 * @example
 * ```ts
 * import { inChild } from "./child.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const mask = await inChild(`import { umask } from "ipc"; umask(0o27); console.log(umask(0));`);
 * assertEquals(mask, 0o27);
 * ```
 */
export async function inChild(source: string, options: ChildOptions = {}): Promise<unknown> {
  await using child = new Child(source, options);
  return await child.result();
}
