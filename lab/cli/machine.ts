/**
 * What this machine can do, as far as the exercises need it.
 *
 * @module
 */
import { reasonOf } from "../course/files.ts";
import { whyNoBubblewrap } from "../sandbox/bubblewrap.ts";

/** One thing about the machine. */
export interface Fact {
  readonly name: string;
  /** "good"; "limited" where something is missing that can be done without; "missing" where exercises cannot run. */
  readonly state: "good" | "limited" | "missing";
  readonly text: string;
}

/** The version that the lab was built and proven with. */
const PROVEN_DENO = "2.9.6";
/** Messages and bytes that a queue has to allow for the exercises; the usual limits for everybody. */
const QUEUE = { messages: 10, bytes: 8192 } as const;
/** Bytes of shared memory that the exercises need at most. */
const SHARED_BYTES = 1 << 20;

/** Asks the machine. Takes about a tenth of a second: programs are started. */
export async function inspectMachine(): Promise<readonly Fact[]> {
  const [library, fork] = await Promise.all([libraryFact(), forkFact()]);
  return [
    denoFact(Deno.version.deno),
    systemFact(),
    library,
    fork,
    isolationFact(),
    queueFact(readNumber),
    await sharedMemoryFact(),
  ];
}

/** Whether this is the proven Deno. */
export function denoFact(version: string): Fact {
  const proven = version === PROVEN_DENO;
  return {
    name: "Deno",
    state: proven ? "good" : "limited",
    text: proven ? version : `${version}; the lab is proven with ${PROVEN_DENO}: npx --yes deno@${PROVEN_DENO} task …`,
  };
}

function systemFact(): Fact {
  const cores = navigator.hardwareConcurrency;
  const text = `Linux ${Deno.osRelease()} on ${Deno.build.arch}, ${cores} ${cores === 1 ? "core" : "cores"}`;
  // Some bugs only show when two processes really run at once.
  return { name: "System", state: cores > 1 ? "good" : "limited", text };
}

async function libraryFact(): Promise<Fact> {
  const said = await run("getconf", ["GNU_LIBC_VERSION"]);
  return { name: "C library", state: "good", text: said.success ? said.text : "glibc" };
}

/** Whether libc can be called and a process can fork, tried in a process of its own. */
async function forkFact(): Promise<Fact> {
  const probe = new URL("fork_probe.ts", import.meta.url).href;
  const args = ["run", "-A", "--no-prompt", "--no-check", "--v8-flags=--single-threaded", probe];
  const { success, text } = await run(Deno.execPath(), args);
  return { name: "FFI and fork", state: success ? "good" : "missing", text: success ? "work" : `do not work: ${text}` };
}

function isolationFact(): Fact {
  const why = whyNoBubblewrap();
  const text = why === null ? "bubblewrap works" : `${why}. Your programs run without walls around them`;
  return { name: "Isolation", state: why === null ? "good" : "limited", text };
}

/** Whether a queue may be as large as the exercises make them. `read` gives the number in a file, or null. */
export function queueFact(read: (path: string) => number | null): Fact {
  const messages = read("/proc/sys/fs/mqueue/msg_max");
  const bytes = read("/proc/sys/fs/mqueue/msgsize_max");
  const queues = read("/proc/sys/fs/mqueue/queues_max");
  if (messages === null || bytes === null || queues === null) {
    return { name: "Queues", state: "limited", text: "this kernel has no POSIX message queues" };
  }
  const enough = messages >= QUEUE.messages && bytes >= QUEUE.bytes;
  const text = `${messages} messages of ${bytes} bytes in a queue, ${queues} queues`;
  return { name: "Queues", state: enough ? "good" : "limited", text: enough ? text : `only ${text}` };
}

async function sharedMemoryFact(): Promise<Fact> {
  const name = "Shared memory";
  const path = `/dev/shm/ipclab.doctor.${crypto.randomUUID()}`;
  try {
    await Deno.writeFile(path, new Uint8Array(SHARED_BYTES), { createNew: true });
    const most = readNumber("/proc/sys/kernel/shmmax") ?? 0;
    const segments = readNumber("/proc/sys/kernel/shmmni");
    if (most < SHARED_BYTES || segments === null) {
      return { name, state: "limited", text: "System V segments are not allowed" };
    }
    return { name, state: "good", text: `/dev/shm can be written, ${segments} System V segments` };
  } catch (error) {
    return { name, state: "missing", text: `/dev/shm cannot be written: ${reasonOf(error)}` };
  } finally {
    await Deno.remove(path).catch(() => {});
  }
}

async function run(program: string, args: string[]): Promise<{ success: boolean; text: string }> {
  try {
    const { success, stdout, stderr } = await new Deno.Command(program, { args, stdin: "null" }).output();
    const text = new TextDecoder().decode(success ? stdout : stderr).trim();
    return { success, text: text.split("\n")[0] || "it ended without a word" };
  } catch (error) {
    return { success: false, text: reasonOf(error) };
  }
}

/** The number in a file; null where there is no such file. */
function readNumber(path: string): number | null {
  try {
    const text = Deno.readTextFileSync(path).trim();
    return /^\d+$/.test(text) ? Number(text) : null;
  } catch {
    return null;
  }
}
