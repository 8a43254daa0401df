import { assertEquals } from "@std/assert";

/** Closes every descriptor from 3 up, makes a pipe, and then has the runtime do what it needs its own descriptors for. */
const CLOSES_ALL = `
import { close, O_CLOEXEC, pipe2, read, SystemError, write } from "ipc";
for (let fd = 3; fd < 256; fd++) {
  try {
    close(fd);
  } catch (error) {
    if (!(error instanceof SystemError) || error.code !== "EBADF") throw error;
  }
}
const [reading, writing] = pipe2(O_CLOEXEC);
write(writing, new Uint8Array(3));
const moved = read(reading, new Uint8Array(8));
close(reading);
close(writing);
await new Promise((resolve) => setTimeout(resolve, 1));
const text = await Deno.readTextFile("/proc/self/comm");
console.log(moved, text.length > 0, (await new Deno.Command("true").output()).code);
`;

Deno.test("close() of every descriptor there is leaves the runtime whole", async () => {
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, CLOSES_ALL);
    const config = new URL("../../../deno.json", import.meta.url).pathname;
    const args = ["run", "-A", "--no-lock", "--config", config, file];
    const { stdout, stderr, code } = await new Deno.Command(Deno.execPath(), { args }).output();
    const decoder = new TextDecoder();
    assertEquals([code, decoder.decode(stdout).trim()], [0, "3 true 0"], decoder.decode(stderr));
  } finally {
    await Deno.remove(file);
  }
});
