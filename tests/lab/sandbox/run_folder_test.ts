/** Run folders and what killed runs leave, in a TMPDIR of the test's own: another lab's runs are not to be touched. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { inChild } from "../../support/child.ts";
import { objectName, testFolder } from "../../support/names.ts";

const PROJECT = new URL("../../../", import.meta.url);

/** Runs a piece of the sandbox's program in a process with this TMPDIR; what it prints is JSON. */
async function inTmp(folder: string, body: string): Promise<unknown> {
  return await inChild(`
    Deno.env.set("TMPDIR", ${JSON.stringify(folder)});
    const folders = await import("${new URL("lab/sandbox/run_folder.ts", PROJECT)}");
    const { findLeftovers, removeLeftovers, sweepRun } = await import("${new URL(
    "lab/sandbox/leftovers.ts",
    PROJECT,
  )}");
    const { Board, BOARD_BYTES } = await import("${new URL("lab/arena/board.ts", PROJECT)}");
    const ipc = await import("${new URL("lib/mod.ts", PROJECT)}");
    const say = (value) => console.log(JSON.stringify(value));
    const orphan = (path, change = {}) => {
      const owner = JSON.parse(Deno.readTextFileSync(path + "/owner.json"));
      Deno.writeTextFileSync(path + "/owner.json", JSON.stringify({ ...owner, started: "1", ...change }));
    };
    const noted = (path, ...entries) => {
      const memory = new Uint8Array(BOARD_BYTES);
      const board = new Board(memory.buffer);
      for (const [kind, name] of entries) board.note({ kind, name: String(name), role: "worker" });
      Deno.writeFileSync(path + "/board", memory);
    };
    ${body}
  `);
}

Deno.test("makeRunFolder() makes a private folder with a board, a scratch folder and its owner", async () => {
  using folder = testFolder();
  const [path, board, owner, mode] = await inTmp(
    folder.path,
    `
    const path = folders.makeRunFolder(5000, "none");
    const stat = Deno.statSync(folders.runsFolder());
    say([path, Deno.statSync(path + "/board").size, folders.isOwned(path), stat.mode & 0o777, Deno.readDirSync(path + "/scratch")]);
  `,
  ) as [string, number, boolean, number];
  assertEquals([board, owner, mode], [5000, true, 0o700]);
  assertMatch(path, new RegExp(`^${folder.path}/ipclab-\\d+/run-\\d+-`));
});

Deno.test("makeRunFolder() refuses a folder that others can write to", async () => {
  using folder = testFolder();
  const said = await inTmp(
    folder.path,
    `
    Deno.mkdirSync(folders.runsFolder());
    Deno.chmodSync(folders.runsFolder(), 0o777);
    try { folders.makeRunFolder(1, "none"); } catch (error) { say(error.message); }
  `,
  );
  assertMatch(String(said), /must be a folder of yours that nobody else can write to: remove it, or set TMPDIR$/);
});

Deno.test("findLeftovers() finds nothing where nothing is, and never what a live run has", async () => {
  using folder = testFolder();
  const found = await inTmp(
    folder.path,
    `
    const before = findLeftovers();
    const path = folders.makeRunFolder(BOARD_BYTES, "none");
    const whole = findLeftovers();
    Deno.removeSync(path + "/owner.json"); // being made at this moment
    const early = findLeftovers();
    say([before, whole, early]);
  `,
  );
  assertEquals(found, [[], [], []]);
});

Deno.test("removeLeftovers() removes an abandoned run: its processes, its objects by name and number, its folder", async () => {
  using folder = testFolder();
  const name = objectName();
  const [found, removed, after, gone] = await inTmp(
    folder.path,
    `
    const path = folders.makeRunFolder(BOARD_BYTES, "none");
    const segment = ipc.shmget(ipc.IPC_PRIVATE, 100, ipc.IPC_CREAT | 0o600);
    ipc.close(ipc.shm_open("${name}", ipc.O_CREAT | ipc.O_RDWR, 0o600));
    ipc.mq_close(ipc.mq_open("${name}", ipc.O_CREAT | ipc.O_RDWR, 0o600));
    ipc.sem_close(ipc.sem_open("${name}", ipc.O_CREAT, 0o600, 0));
    ipc.mkfifo(path + "/scratch/door", 0o600);
    noted(path, ["sysv_shm", segment], ["posix_shm", "${name}"], ["posix_mq", "${name}"], ["posix_sem", "${name}"],
      ["fifo", path + "/scratch/door"], ["posix_mq", "${name}.never"], ["sysv_shm", 987654321], ["nonsense", "x"]);
    orphan(path);
    const role = new Deno.Command("tail", { args: ["-f", path + "/board"], stdout: "null" }).spawn();
    const found = findLeftovers();
    const removed = removeLeftovers(found);
    say([found.map(({ kind }) => kind), removed.every(({ removed }) => removed), findLeftovers(), (await role.status).signal]);
  `,
  ) as [string[], boolean, unknown[], string];
  assertEquals(found, ["process", "sysv_shm", "posix_shm", "posix_mq", "posix_sem", "fifo", "folder"]);
  assertEquals([removed, after, gone], [true, [], "SIGKILL"]);
});

Deno.test("findLeftovers() looks for no objects of a run behind walls, or of another boot: here those are others'", async () => {
  using folder = testFolder();
  const name = objectName();
  const found = await inTmp(
    folder.path,
    `
    const segment = ipc.shmget(ipc.IPC_PRIVATE, 100, ipc.IPC_CREAT | 0o600);
    ipc.mq_close(ipc.mq_open("${name}", ipc.O_CREAT | ipc.O_RDWR, 0o600));
    const kinds = [];
    for (const [isolation, change] of [["bubblewrap", {}], ["none", { boot: "another" }]]) {
      const path = folders.makeRunFolder(BOARD_BYTES, isolation);
      noted(path, ["sysv_shm", segment], ["posix_mq", "${name}"]);
      orphan(path, change);
      const found = findLeftovers();
      kinds.push(found.map(({ kind }) => kind));
      removeLeftovers(found);
    }
    ipc.mq_unlink("${name}"); // still there
    ipc.shmctl(segment, ipc.IPC_RMID);
    say(kinds);
  `,
  );
  assertEquals(found, [["folder"], ["folder"]]);
});

Deno.test("findLeftovers() leaves alone what another container may be using, in the same TMPDIR", async () => {
  using folder = testFolder();
  const found = await inTmp(
    folder.path,
    `
    orphan(folders.makeRunFolder(BOARD_BYTES, "none"), { namespace: "pid:[1]" });
    say(findLeftovers());
  `,
  );
  assertEquals(found, []);
});

Deno.test("findLeftovers() finds a folder whose maker died before it had written who it was", async () => {
  using folder = testFolder();
  const found = await inTmp(
    folder.path,
    `
    Deno.mkdirSync(folders.runsFolder() + "/run-4194305-abc", { recursive: true }); // above any pid
    say(findLeftovers().map(({ kind }) => kind));
  `,
  );
  assertEquals(found, ["folder"]);
});

Deno.test("emptyScratch() empties the scratch folder, whatever is in it", async () => {
  using folder = testFolder();
  const names = await inTmp(
    folder.path,
    `
    const path = folders.makeRunFolder(1, "none");
    ipc.mkfifo(path + "/scratch/door", 0);
    Deno.mkdirSync(path + "/scratch/a/b", { recursive: true });
    Deno.symlinkSync("/", path + "/scratch/root");
    folders.emptyScratch(path);
    say([...Deno.readDirSync(path + "/scratch")].map(({ name }) => name));
    folders.removeRunFolder(path);
    folders.removeRunFolder(path); // a second time does not matter
  `,
  );
  assertEquals(names, []);
  assert(Deno.statSync("/").isDirectory);
});
