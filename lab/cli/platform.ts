/**
 * Which machines the lab runs on: Linux on x86_64 or aarch64, with the GNU C library.
 *
 * @module
 */

/** What the lab has to know of a machine before it calls anything. */
export interface Platform {
  /** "linux", "darwin", "windows". */
  readonly os: string;
  readonly arch: string;
  /** "gnu", "musl", or another that the runtime was built for. */
  readonly libc: string;
}

const NAMES: { readonly [os: string]: string } = {
  linux: "Linux",
  darwin: "macOS",
  windows: "Windows",
  android: "Android",
};
const ARCHITECTURES: readonly string[] = ["x86_64", "aarch64"];

/** One sentence that says what is supported and how to get it; null if this platform is. */
export function unsupportedReason({ os, arch, libc }: Platform): string | null {
  if (os === "linux" && ARCHITECTURES.includes(arch) && libc === "gnu") return null;
  const library = os === "linux" && libc !== "gnu" ? ` with ${libc}` : "";
  return `ipclab runs on Linux (x86_64 or aarch64) with the GNU C library, and this is ${
    NAMES[os] ?? os
  } on ${arch}${library}: ` +
    "open this folder in its dev container (.devcontainer; VS Code and others know how), or use such a Linux machine.";
}

/** This machine's platform. A runtime for glibc may have been started on top of musl: then the loader in use tells. */
export function detectPlatform(): Platform {
  const { os, arch, env } = Deno.build;
  const libc = os === "linux" && usesMusl() ? "musl" : env ?? "";
  return { os, arch, libc };
}

function usesMusl(): boolean {
  try {
    Deno.statSync(`/lib/ld-musl-${Deno.build.arch}.so.1`);
    // The loader may also be there for other programs: only what is in use counts. To read this costs more than to look for a file.
    return Deno.readTextFileSync("/proc/self/maps").includes("/ld-musl-");
  } catch {
    return false;
  }
}
