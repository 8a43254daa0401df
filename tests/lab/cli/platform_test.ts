import { assert, assertEquals } from "@std/assert";
import { detectPlatform, unsupportedReason } from "../../../lab/cli/platform.ts";

const NEED = "ipclab runs on Linux (x86_64 or aarch64) with the GNU C library, and this is ";
const HOW =
  ": open this folder in its dev container (.devcontainer; VS Code and others know how), or use such a Linux machine.";

Deno.test("unsupportedReason() is one sentence on every other platform", () => {
  const reason = (os: string, arch: string, libc: string): string | null => unsupportedReason({ os, arch, libc });
  assertEquals(reason("darwin", "aarch64", ""), `${NEED}macOS on aarch64${HOW}`);
  assertEquals(reason("windows", "x86_64", "msvc"), `${NEED}Windows on x86_64${HOW}`);
  assertEquals(reason("linux", "x86_64", "musl"), `${NEED}Linux on x86_64 with musl${HOW}`);
  assertEquals(reason("linux", "riscv64", "gnu"), `${NEED}Linux on riscv64${HOW}`);
  assertEquals(reason("freebsd", "x86_64", ""), `${NEED}freebsd on x86_64${HOW}`);
});

Deno.test("unsupportedReason() is null on Linux with the GNU C library", () => {
  assertEquals(unsupportedReason({ os: "linux", arch: "x86_64", libc: "gnu" }), null);
  assertEquals(unsupportedReason({ os: "linux", arch: "aarch64", libc: "gnu" }), null);
});

Deno.test("detectPlatform() knows the machine that the tests run on", () => {
  const platform = detectPlatform();
  assertEquals(platform.os, Deno.build.os);
  assert(["gnu", "musl"].includes(platform.libc));
});
