/** The board: what template, roles and, after their deaths, the doctor share. */
import { assert, assertEquals, assertGreater } from "@std/assert";
import { Board, BOARD_BYTES, type JournalEntry, MAX_ROLES } from "../../../lab/arena/board.ts";
import { callNumber, CALLS } from "../../../lib/gate/calls.ts";

function board(): { readonly board: Board; readonly memory: ArrayBuffer } {
  const memory = new ArrayBuffer(BOARD_BYTES);
  return { board: new Board(memory), memory };
}

function entry(at: number): JournalEntry {
  return { kind: "posix_mq", name: `/queue.${at}`, role: "maker" };
}

Deno.test("Board counts the calls of each role apart, the last role's last call too", () => {
  const { board: it, memory } = board();
  const last = CALLS.length - 1;
  for (let role = 0; role < MAX_ROLES; role++) {
    assertGreater(it.counts(role).length, last);
    it.counts(role)[last] = role + 1;
    it.setPid(role, 1000 + role);
  }
  it.note(entry(0));
  for (let role = 0; role < MAX_ROLES; role++) {
    assertEquals(it.callsOf(role), { [CALLS[last] as string]: role + 1 });
    assertEquals(it.pid(role), 1000 + role);
  }
  assertEquals(it.journal(), [entry(0)]);
  assertEquals(new Board(memory).journal(), [entry(0)]);
});

Deno.test("Board.clearStage() forgets roles, calls, forks and the question, and keeps order and journal", () => {
  const { board: it } = board();
  it.counts(3)[callNumber("fork")] = 2;
  it.setPid(3, 77);
  it.countFork();
  it.note(entry(1));
  Atomics.store(it.stop, 0, 1);
  it.answer();
  assertEquals([it.nextOrder(), it.nextOrder()], [0, 1]);
  it.clearStage();
  assertEquals(it.callsOf(3), {});
  assertEquals(it.pid(3), 0);
  assertEquals(it.countFork(), 1);
  assertEquals([it.answers, it.stop[0]], [0, 0]);
  assertEquals(it.order, 2);
  assertEquals(it.journal(), [entry(1)]);
});

Deno.test("Board.clear() forgets everything", () => {
  const { board: it, memory } = board();
  for (let at = 0; at < 100; at++) it.note(entry(at));
  it.nextOrder();
  it.counts(0)[0] = 1;
  it.clear();
  assertEquals(it.journal(), []);
  assertEquals(it.order, 0);
  assert(new Uint8Array(memory).every((byte) => byte === 0));
});

Deno.test("Board.journal() gives names back whatever is in them", () => {
  const { board: it } = board();
  const names = ["/a\tb", "/a\nb", "/ü→\u{1f600}", '/"quoted\\"', "/ ", "", "/x".repeat(2000)];
  for (const name of names) it.note({ kind: "fifo", name, role: "role\t1\n" });
  assertEquals(it.journal(), names.map((name) => ({ kind: "fifo", name, role: "role\t1\n" })));
});

Deno.test("Board.journal() drops what no longer fits, and only that", () => {
  const { board: it } = board();
  for (let at = 0; at < 50_000; at++) it.note(entry(at));
  const kept = it.journal();
  assertGreater(kept.length, 5000); // more segments than SHMMNI allows
  assertEquals(kept, kept.map((_, at) => entry(at)));
  it.clear();
  it.note(entry(7));
  assertEquals(it.journal(), [entry(7)]);
});

Deno.test("Board.journal() reads past what a killed process did not write, and past what is no entry", () => {
  const { board: it, memory } = board();
  it.note(entry(1));
  const before = JSON.stringify(["posix_mq", "/queue.1", "maker"]).length + 1;
  it.note(entry(2));
  it.note(entry(3));
  const journal = memory.byteLength - new Uint8Array(memory).toReversed().findIndex((byte) => byte !== 0);
  const bytes = new Uint8Array(memory, 0, journal);
  bytes.fill(0, journal - 2 * before, journal - before); // entry 2 had its room and was never written
  assertEquals(it.journal(), [entry(1), entry(3)]);
  bytes.set(new TextEncoder().encode("[1]\nnull\n{"), journal - 2 * before);
  assertEquals(it.journal().map(({ name }) => name).includes("/queue.1"), true);
});

Deno.test("Board.nextOrder() gives no number twice", () => {
  const { board: it } = board();
  const drawn = Array.from({ length: 1000 }, () => it.nextOrder());
  assertEquals(drawn, Array.from({ length: 1000 }, (_, at) => at));
  assertEquals(it.order, 1000);
});
