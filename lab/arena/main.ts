/**
 * The arena's program: `main.ts CONTROL BOARD`, started by the controller with an open descriptor and a file to map.
 *
 * @module
 */
import { close, MAP_SHARED, mmap, O_RDWR, open, PROT_READ, PROT_WRITE } from "../../lib/mod.ts";
import { Board, BOARD_BYTES } from "./board.ts";
import { becomeSubreaper } from "./system.ts";
import { isGone, Template } from "./template.ts";

const [control, path] = Deno.args;
const fd = open(path as string, O_RDWR);
const memory = mmap(BOARD_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
close(fd);
becomeSubreaper();
const board = new Board(memory.bytes.buffer as ArrayBuffer, memory.bytes.byteOffset);
const template = new Template(Number(control), board, (path as string).slice(0, (path as string).lastIndexOf("/")));
try {
  template.serve();
} catch (error) {
  if (!isGone(error)) throw error;
} finally {
  template.cleanUp();
}
Deno.exit(0);
