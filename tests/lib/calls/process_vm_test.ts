import { assertEquals, assertThrows } from "@std/assert";
import { getpid, process_vm_readv, process_vm_writev } from "ipc";
import { gate } from "../../../lib/gate/gate.ts";
import { inChild } from "../../support/child.ts";
import { assertErrno } from "../../support/errno.ts";

const NOBODY = 2 ** 22 + 1;
const NOWHERE = [{ address: 1n, length: 8 }];
const local = (): Uint8Array[] => [new Uint8Array(8)];

Deno.test("process_vm_readv() and process_vm_writev() give the errno of each way to misuse them", () => {
  for (const call of [process_vm_readv, process_vm_writev]) {
    assertErrno("ESRCH", () => call(NOBODY, local(), NOWHERE));
    assertErrno("ESRCH", () => call(-1, local(), NOWHERE));
    assertErrno("EINVAL", () => call(1, Array(1025).fill(new Uint8Array(1)), NOWHERE));
    assertErrno("EINVAL", () => call(1, local(), Array(1025).fill(NOWHERE[0])));
  }
  assertErrno("EFAULT", () => process_vm_readv(getpid(), local(), NOWHERE));
});

Deno.test("calls refuse wrong kinds of arguments, and to write into this process, before any call", () => {
  for (const call of [process_vm_readv, process_vm_writev]) {
    assertThrows(() => call("1" as never, local(), NOWHERE), TypeError, "pid");
    assertThrows(() => call(1, new Uint8Array(8) as never, NOWHERE), TypeError, "local: expected an array");
    assertThrows(() => call(1, [1 as never], NOWHERE), TypeError, "local[0]");
    assertThrows(() => call(1, local(), null as never), TypeError, "remote: expected an array");
    assertThrows(() => call(1, local(), [null as never]), TypeError, "remote[0]");
    assertThrows(() => call(1, local(), [{ address: 4096, length: 1 } as never]), TypeError, "remote[0].address");
    assertThrows(() => call(1, local(), [{ address: -1n, length: 1 }]), RangeError, "remote[0].address");
    assertThrows(() => call(1, local(), [{ address: 1n, length: -1 }]), RangeError, "remote[0].length");
  }
  assertThrows(() => process_vm_writev(getpid(), local(), NOWHERE), RangeError, "pid: expected another process");
});

Deno.test("a run of the lab keeps them to its own roles", () => {
  gate.hook = {
    enter: () => {},
    created: () => {},
    maySignal: () => false,
    forked: () => {},
    interrogated: () => {},
  };
  try {
    for (const call of [process_vm_readv, process_vm_writev]) assertErrno("EPERM", () => call(1, local(), NOWHERE));
  } finally {
    gate.hook = null;
  }
});

Deno.test({
  name: "process_vm_readv() gives EPERM for another user's process",
  ignore: Deno.uid() !== 0,
  async fn(): Promise<void> {
    const code = await inChild(
      `import { process_vm_readv } from "ipc";
       try { process_vm_readv(Number(Deno.args[0]), [new Uint8Array(1)], [{ address: 4096n, length: 1 }]); }
       catch (error) { console.log(JSON.stringify(error.code)); }`,
      { uid: 65534, args: [Deno.pid] },
    );
    assertEquals(code, "EPERM");
  },
});

Deno.test("data goes to and from a child, over pieces of any lengths, and as far as there is memory", async () => {
  const outcome = await inChild(`
    import { close, fork, MAP_ANONYMOUS, MAP_PRIVATE, mmap, munmap, pipe, PROT_READ, PROT_WRITE, read } from "ipc";
    import { process_vm_readv, process_vm_writev, waitpid, write } from "ipc";
    const memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS);
    const [ready, done] = [pipe(), pipe()];
    const child = fork(() => {
      close(done[1]);
      memory.bytes.set([1, 2, 3, 4, 5, 6]);
      write(ready[1], new Uint8Array(1));
      read(done[0], new Uint8Array(1));
      return memory.bytes[10] + memory.bytes[11] + memory.bytes[100];
    });
    read(ready[0], new Uint8Array(1));
    const [a, b] = [new Uint8Array(2), new Uint8Array(3)];
    const { address } = memory;
    const got = process_vm_readv(child, [a, b], [{ address, length: 4 }, { address: address + 5n, length: 1 }]);
    const put = process_vm_writev(child, [new Uint8Array([10, 20, 30])], [{ address: address + 10n, length: 2 }, { address: address + 100n, length: 1 }]);
    const edge = process_vm_readv(child, [new Uint8Array(4096)], [{ address: address + 4000n, length: 96 }, { address: 1n, length: 96 }]);
    close(done[1]);
    console.log(JSON.stringify([got, [...a, ...b], put, edge, waitpid(child).status, memory.bytes[0]]));
  `);
  assertEquals(outcome, [5, [1, 2, 3, 4, 6], 3, 96, 60, 0]);
});
