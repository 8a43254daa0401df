/** What this machine's C library or kernel lacks is ENOSYS where it is called, and nowhere before. */
import { assertEquals } from "@std/assert";
import "ipc";
import { library } from "../../../lib/raw/library.ts";
import { assertErrno } from "../../support/errno.ts";
import { inChild } from "../../support/child.ts";

const IPC = import.meta.resolve("../../../lib/mod.ts");

/** A stand-in for Deno.dlopen, before the library is loaded: what the C library is made to lack. */
function lacking(what: string, program: string): string {
  return `
    const real = Deno.dlopen;
    Deno.dlopen = (path, symbols) => {
      const absent = (name, symbol) => ({ ...symbol, name: "ipclab_absent_" + name });
      const lacks = (name) => ${what};
      return real(path, Object.fromEntries(Object.entries(symbols).map(([name, symbol]) =>
        [name, lacks(name) ? absent(name, symbol) : symbol])));
    };
    const ipc = await import(Deno.args[0]);
    const result = (act) => { try { act(); return "none"; } catch (error) { return [error.code, error.message]; } };
    ${program}
  `;
}

Deno.test("a function that the C library lacks is read without harm, and gives ENOSYS each time that it is called", () => {
  const c = library({ ipclab_no_such_function: { parameters: ["i32"], result: "i32" } });
  const absent = c.ipclab_no_such_function;
  for (let i = 0; i < 2; i++) {
    const error = assertErrno("ENOSYS", () => absent(1));
    assertEquals(
      error.message,
      "ipclab_no_such_function(2): ENOSYS: Function not implemented (it needs glibc 2.34 or newer)",
    );
  }
});

Deno.test("calls that the C library lacks give ENOSYS and say what has them; the others work", async () => {
  const outcomes = await inChild(
    lacking(
      '["memfd_create", "mq_open", "pthread_mutex_init", "posix_spawn", "process_vm_readv"].includes(name)',
      `
        const memory = ipc.mmap(4096, ipc.PROT_READ | ipc.PROT_WRITE, ipc.MAP_SHARED | ipc.MAP_ANONYMOUS);
        console.log(JSON.stringify([
          result(() => ipc.memfd_create("x", 0)),
          result(() => ipc.mq_open("/x", 0)),
          result(() => ipc.pthread_mutex_init(memory, 0)),
          result(() => ipc.posix_spawn("/bin/true", [], [])),
          result(() => ipc.process_vm_readv(1, [], [])),
          result(() => ipc.posix_spawnp("no-such-program-anywhere", [], []))[0],
        ]));
      `,
    ),
    { args: [IPC] },
  );
  const says = (call: string, version: string): string[] => [
    "ENOSYS",
    `${call}: ENOSYS: Function not implemented (it needs ${version})`,
  ];
  assertEquals(outcomes, [
    says("memfd_create(2)", "glibc 2.34 or newer, and Linux 3.17"),
    says("mq_open(3)", "glibc 2.34 or newer, and a Linux with CONFIG_POSIX_MQUEUE"),
    says("pthread_mutex_init(3)", "glibc 2.34 or newer, and a Linux with CONFIG_FUTEX_PI"),
    says("posix_spawn(3)", "glibc 2.34 or newer"),
    says("process_vm_readv(2)", "glibc 2.34 or newer, and Linux 3.2 with CONFIG_CROSS_MEMORY_ATTACH"),
    "ENOENT",
  ]);
});

Deno.test("calls that the kernel lacks give ENOSYS and say which has them", async () => {
  const outcomes = await inChild(
    `
      const ipc = await import(Deno.args[0]);
      const { SYS } = await import(Deno.args[1]);
      SYS.pidfd_open = SYS.pidfd_send_signal = 100_000; // no system call has this number
      const result = (act) => { try { act(); return "none"; } catch (error) { return [error.code, error.message]; } };
      console.log(JSON.stringify([result(() => ipc.pidfd_open(1, 0)), result(() => ipc.pidfd_send_signal(0, 0))]));
    `,
    { args: [IPC, import.meta.resolve("../../../lib/raw/system_call.ts")] },
  );
  assertEquals(outcomes, [
    ["ENOSYS", "pidfd_open(2): ENOSYS: Function not implemented (it needs Linux 5.3)"],
    ["ENOSYS", "pidfd_send_signal(2): ENOSYS: Function not implemented (it needs Linux 5.1)"],
  ]);
});

Deno.test("a C library other than glibc is refused in one sentence, at the first call and not before", async () => {
  const sentence = "The calls need glibc 2.34 or newer: musl, as of Alpine Linux, is not supported";
  const program = `console.log(JSON.stringify([result(() => ipc.getpid()), result(() => ipc.pipe())]))`;
  const musl = await inChild(lacking('name === "gnu_get_libc_version"', program), { args: [IPC] });
  assertEquals(musl, [[null, sentence], [null, sentence]]);
  const none = await inChild(
    lacking("false", program).replace("return real(path,", 'return real("no-such-library.so",'),
    { args: [IPC] },
  );
  assertEquals(none, [[null, sentence], [null, sentence]]);
});
