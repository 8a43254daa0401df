/** The walls: how they are built, and what can be done inside. */
import { assert, assertEquals } from "@std/assert";
import { bubblewrapArguments, findBubblewrap, whyNoBubblewrap } from "../../../lab/sandbox/bubblewrap.ts";
import { Marker } from "../../../lab/course/scenario.ts";
import { expectNothingLeft } from "../../support/kernel_objects.ts";
import { objectName, sysvKey, testFolder } from "../../support/names.ts";
import { Lab, role } from "../judge/lab.ts";
import * as ipc from "ipc";

const PROJECT = new URL("../../../", import.meta.url).pathname;
const walls = whyNoBubblewrap();

/** The arguments that follow an option, each time it occurs. */
function given(args: readonly string[], option: string, count: number): string[][] {
  return args.flatMap((arg, at) => arg === option ? [args.slice(at + 1, at + 1 + count)] : []);
}

Deno.test("bubblewrapArguments() shares nothing, and lets write to one folder only", () => {
  const args = bubblewrapArguments({
    deno: "/opt/deno",
    denoDir: "/cache",
    readable: ["/p/lib", "/p/lab"],
    writable: "/run/1",
  });
  assert(args.includes("--unshare-all") && args.includes("--die-with-parent"));
  assertEquals(args.at(-1), "--");
  assertEquals(given(args, "--bind", 2), [["/run/1", "/run/1"]]);
  assertEquals(given(args, "--share-net", 0), []);
  const readable = given(args, "--ro-bind", 2).map(([from]) => from);
  for (const path of ["/opt/deno", "/p/lib", "/p/lab"]) assert(readable.includes(path), path);
  assert(!readable.some((path) => path === "/" || path === "/etc" || path === "/home"));
  assertEquals(given(args, "--tmpfs", 1), [["/dev/shm"], ["/tmp"]]);
  // What lies below /tmp must come after the empty /tmp, or it would be hidden by it.
  assert(args.lastIndexOf("/tmp") < args.lastIndexOf("/run/1"));
});

Deno.test("findBubblewrap() takes the first program of the path that can be run", () => {
  using folder = testFolder();
  Deno.mkdirSync(folder.file("a/bwrap"), { recursive: true }); // a folder is no program
  for (const name of ["b", "c"]) Deno.mkdirSync(folder.file(name));
  Deno.writeTextFileSync(folder.file("b/bwrap"), "", { mode: 0o644 });
  assertEquals(findBubblewrap(`${folder.path}/a:${folder.path}/b:/nowhere:`), null);
  Deno.writeTextFileSync(folder.file("c/bwrap"), "", { mode: 0o755 });
  assertEquals(findBubblewrap(`${folder.path}/a:${folder.path}/b:${folder.path}/c`), folder.file("c/bwrap"));
});

const TRIES = `import * as ipc from "ipc";
function attempt(act: () => unknown): string {
  try { return String(act()); } catch (error) { return (error as { code?: string }).code ?? String(error); }
}
export function openAll(paths: readonly string[], flags: number): string[] {
  return paths.map((path) => attempt(() => { ipc.close(ipc.open(path, flags, 0o600)); return "opened"; }));
}
export function text(path: string): string {
  return attempt(() => {
    const fd = ipc.open(path, ipc.O_RDONLY);
    const buffer = new Uint8Array(65536);
    let all = "";
    for (let n = ipc.read(fd, buffer); n > 0; n = ipc.read(fd, buffer)) all += new TextDecoder().decode(buffer.subarray(0, n));
    ipc.close(fd);
    return all;
  });
}
export function objects(key: number, name: string): string[] {
  return [
    attempt(() => ipc.shmget(key, 0, 0)),
    attempt(() => ipc.shm_open(name, ipc.O_RDWR, 0)),
    attempt(() => ipc.mq_open(name, ipc.O_RDWR)),
    attempt(() => ipc.sem_open(name, 0)),
  ];
}
export function killed(pids: readonly number[]): string[] {
  return pids.map((pid) => attempt(() => ipc.kill(pid, 0)));
}
export function runs(...command: readonly string[]): string {
  const child = ipc.fork(() => ipc.execve("/bin/sh", ["sh", "-c", ...command], []));
  const ended = ipc.waitpid(child);
  return ended.kind === "exited" ? String(ended.status) : ended.kind;
}
`;

Deno.test({
  name: "inside the walls nothing is seen but the lab, and nothing can be written but the run's folder",
  ignore: walls !== null,
  fn: () =>
    expectNothingLeft(async () => {
      await using lab = new Lab(TRIES, "bubblewrap");
      const hidden = [
        `${PROJECT}exercises/07-pipe/grading/checks.ts`,
        `${PROJECT}exercises/07-pipe/checks.ts`,
        `${PROJECT}deno.json`,
        "/etc/passwd",
        "/etc/shadow",
        `/proc/${Deno.pid}/mem`,
        `${Deno.env.get("HOME")}/.profile`,
      ];
      const seen = [`${PROJECT}lib/mod.ts`, `${PROJECT}lab/arena/main.ts`];
      const readOnly = [...seen, "/usr/bin/env"];
      const run = await lab.run({
        roles: [
          role(
            "spy",
            ["openAll", [...hidden, ...seen], ipc.O_RDONLY],
            ["openAll", readOnly, ipc.O_WRONLY],
            ["openAll", ["/usr/new", `${PROJECT}lib/new`, "/new", Marker.scratch("new")], ipc.O_WRONLY | ipc.O_CREAT],
          ),
        ],
      });
      const values = run.history.events.flatMap((event) => event.kind === "return" ? [event.value] : []);
      assertEquals(values[0], [...hidden.map(() => "ENOENT"), ...seen.map(() => "opened")]);
      assertEquals(values[1], readOnly.map(() => "EROFS"));
      const [usr, lib, , scratch] = values[2] as string[];
      assertEquals([usr, lib, scratch], ["EROFS", "EROFS", "opened"]);
      assertEquals(Deno.readTextFileSync(`${PROJECT}deno.json`).length > 0, true);
    }),
});

Deno.test({
  name: "inside the walls there are no processes, no network and no kernel objects of others",
  ignore: walls !== null,
  fn: () =>
    expectNothingLeft(async () => {
      const key = sysvKey();
      const name = objectName();
      const segment = ipc.shmget(key, 100, ipc.IPC_CREAT | 0o600);
      const shm = ipc.shm_open(name, ipc.O_CREAT | ipc.O_RDWR, 0o600);
      const queue = ipc.mq_open(name, ipc.O_CREAT | ipc.O_RDWR, 0o600);
      const semaphore = ipc.sem_open(name, ipc.O_CREAT, 0o600, 0);
      try {
        await using lab = new Lab(TRIES, "bubblewrap");
        const run = await lab.run({
          roles: [
            role(
              "spy",
              ["objects", key, name],
              ["killed", [1, Deno.pid, Deno.ppid]],
              ["text", "/proc/net/dev"],
              ["runs", "test $(id -u) = 1000 && test $(hostname) = ipclab"],
              ["runs", "ls -d /proc/[0-9]* | wc -l | { read n; test $n -lt 20; }"],
            ),
          ],
        });
        const values = run.history.events.flatMap((event) => event.kind === "return" ? [event.value] : []);
        assertEquals(values[0], ["ENOENT", "ENOENT", "ENOENT", "ENOENT"]);
        assertEquals(values[1], ["EPERM", "EPERM", "EPERM"]);
        const links = String(values[2]).split("\n").slice(2).filter((line) => line.trim() !== "");
        assertEquals(links.map((line) => line.trim().split(":")[0]), ["lo"]);
        assertEquals(values.slice(3), ["0", "0"]);
      } finally {
        ipc.sem_close(semaphore);
        ipc.sem_unlink(name);
        ipc.mq_close(queue);
        ipc.mq_unlink(name);
        ipc.close(shm);
        ipc.shm_unlink(name);
        ipc.shmctl(segment, ipc.IPC_RMID);
      }
    }),
});

Deno.test({
  name: "behind the walls objects of the same names and numbers are others, and what is left there does not stay here",
  ignore: walls !== null,
  fn: () =>
    expectNothingLeft(async () => {
      const name = objectName();
      const mine = ipc.mq_open(name, ipc.O_CREAT | ipc.O_RDWR, 0o600);
      try {
        await using lab = new Lab(
          `import { mq_open, O_CREAT, O_EXCL, O_RDWR } from "ipc";
export function make(name: string): void { mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0o600); }
`,
          "bubblewrap",
        );
        const run = await lab.run({ roles: [role("maker", ["make", name])] });
        assert(run.complete);
        assertEquals(run.left, [{ kind: "posix_mq", name, role: "maker" }]);
        ipc.mq_close(ipc.mq_open(name, ipc.O_RDWR)); // ours is still there
      } finally {
        ipc.mq_close(mine);
        ipc.mq_unlink(name);
      }
    }),
});
