/** What a signal does to calls on descriptors that block: EINTR, or a restart where the handler asked for it. */
import { assertEquals } from "@std/assert";
import { close, F_SETPIPE_SZ, fcntl, mkfifo, O_NONBLOCK, O_RDONLY, open, pipe, poll, POLLIN, read, write } from "ipc";
import { Child } from "../../support/child.ts";
import { testFolder } from "../../support/names.ts";

/** How long a handler may take to run. */
const PATIENCE_MS = 20_000;

/** A blocking call, as an expression over `fd` and `path`; and what it gives when it is let go. */
interface Case {
  readonly call: string;
  readonly expression: string;
  /** Whether signal(7) lists it as restarted by SA_RESTART. */
  readonly restarts: boolean;
  /** What the test does to let it go, and what the child then sees. */
  readonly letGo: (ends: { reading: number; writing: number; path: string; opened: number[] }) => void;
  readonly result: unknown;
}

const CASES: readonly Case[] = [
  {
    call: "read",
    expression: "ipc.read(reading, new Uint8Array(8))",
    restarts: true,
    letGo: ({ writing }) => write(writing, new Uint8Array(3)),
    result: 3,
  },
  {
    call: "write",
    expression: "ipc.write(full, new Uint8Array(5))",
    restarts: true,
    letGo: ({ reading }) => read(reading, new Uint8Array(4096)),
    result: 5,
  },
  {
    call: "open",
    expression: "ipc.open(path, ipc.O_WRONLY) > 2",
    restarts: true,
    // The read end stays: the call may be on its way back to the kernel, and would miss one that comes and goes.
    letGo: ({ path, opened }) => opened.push(open(path, O_RDONLY | O_NONBLOCK)),
    result: true,
  },
  {
    call: "poll",
    expression: "ipc.poll([{ fd: reading, events: ipc.POLLIN }], -1)",
    restarts: false,
    letGo: ({ writing }) => write(writing, new Uint8Array(1)),
    result: [POLLIN],
  },
];

/** Runs the call in a child, sends it a signal once it is blocked, and returns [times the handler ran, result or errno]. */
async function interrupted({ call, expression, letGo }: Case, flags: "SA_RESTART" | "SA_SIGINFO"): Promise<unknown> {
  using folder = testFolder();
  const path = folder.file("fifo");
  mkfifo(path, 0o600);
  const [reading, writing] = pipe();
  const [told, telling] = pipe();
  const opened = [reading, writing, told, telling];
  if (call === "write") write(writing, new Uint8Array(fcntl(writing, F_SETPIPE_SZ, 4096)));
  try {
    await using child = new Child(
      `import * as ipc from "ipc";
       const [reading, full, telling] = Deno.args.slice(0, 3).map(Number);
       const path = Deno.args[3];
       let ran = 0;
       function handler() {
         ran++;
         ipc.write(telling, new Uint8Array(1));
       }
       ipc.sigaction(ipc.SIGUSR2, { handler, flags: ipc.${flags} });
       let result;
       try { result = ${expression}; } catch (error) { result = error.code; }
       console.log(JSON.stringify([ran, result]));`,
      { args: [reading, writing, telling, path] },
    );
    await child.blockedIn(call);
    Deno.kill(child.pid, "SIGUSR2");
    assertEquals(poll([{ fd: told, events: POLLIN }], PATIENCE_MS), [POLLIN], "the handler never ran");
    letGo({ reading, writing, path, opened });
    return await child.result();
  } finally {
    opened.forEach(close);
  }
}

for (const each of CASES) {
  Deno.test(`${each.call}() gives EINTR when a handler without SA_RESTART ran`, async () => {
    assertEquals(await interrupted(each, "SA_SIGINFO"), [1, "EINTR"]);
  });

  const outcome = each.restarts ? "goes on" : "gives EINTR all the same";
  Deno.test(`${each.call}() ${outcome} when the handler asked for SA_RESTART`, async () => {
    assertEquals(await interrupted(each, "SA_RESTART"), [1, each.restarts ? each.result : "EINTR"]);
  });
}
