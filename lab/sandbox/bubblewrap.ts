/**
 * The walls around student code, where the machine has bubblewrap: namespaces of its own for users, processes, IPC objects,
 * mounts, network and host name; a /dev/shm and message queues of its own; of the file system, only what it takes to start
 * Deno with `lib` and `lab`. When the first process ends, the kernel ends all others and drops every object they made.
 *
 * Source: bwrap(1).
 *
 * @module
 */

/** What has to be seen inside. */
export interface Inside {
  /** The Deno program. */
  readonly deno: string;
  /** Deno's cache. */
  readonly denoDir: string;
  /** Folders and files that can be read, under their own paths. */
  readonly readable: readonly string[];
  /** The one folder that can be written, under its own path. */
  readonly writable: string;
}

/** The system's folders that a program needs to start; a link is made again as a link. */
const SYSTEM = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];
const FILES = ["/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/nix/store", "/gnu/store"];

/** Who student code is, inside: nobody special, whoever runs the lab. */
const USER = "1000";

/** The arguments of `bwrap` that build the walls; the command to run follows them. */
export function bubblewrapArguments(inside: Inside): string[] {
  return [
    "--unshare-all",
    "--die-with-parent",
    ...["--uid", USER, "--gid", USER],
    ...["--hostname", "ipclab"],
    ...SYSTEM.flatMap(systemFolder),
    ...FILES.flatMap((path) => ["--ro-bind-try", path, path]),
    ...["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/dev/shm", "--mqueue", "/dev/mqueue", "--tmpfs", "/tmp"],
    ...["--ro-bind", inside.deno, inside.deno],
    ...["--ro-bind-try", inside.denoDir, inside.denoDir],
    ...inside.readable.flatMap((path) => ["--ro-bind", path, path]),
    ...["--bind", inside.writable, inside.writable],
    ...["--chdir", inside.writable],
    "--",
  ];
}

function systemFolder(path: string): string[] {
  try {
    const info = Deno.lstatSync(path);
    return info.isSymlink ? ["--symlink", Deno.readLinkSync(path), path] : ["--ro-bind", path, path];
  } catch {
    return [];
  }
}

/** Where `bwrap` is, or null. */
export function findBubblewrap(path: string = Deno.env.get("PATH") ?? ""): string | null {
  for (const folder of path.split(":")) {
    const candidate = `${folder}/bwrap`;
    try {
      const info = Deno.statSync(candidate);
      if (info.isFile && ((info.mode ?? 0) & 0o111) !== 0) return candidate;
    } catch {
      continue;
    }
  }
  return null;
}

/** Whether the walls can be built here: null if so, else why not, in a sentence. */
export function whyNoBubblewrap(): string | null {
  const program = findBubblewrap();
  if (program === null) return "bubblewrap is not installed (Debian and Ubuntu: apt-get install bubblewrap)";
  const { success, stderr } = new Deno.Command(program, {
    args: [
      "--unshare-all",
      "--die-with-parent",
      "--ro-bind",
      "/",
      "/",
      "--dev",
      "/dev",
      "--mqueue",
      "/dev/mqueue",
      "true",
    ],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).outputSync();
  if (success) return null;
  const said = new TextDecoder().decode(stderr).trim().split("\n")[0] ?? "";
  return `bubblewrap is installed, but this machine does not let it make namespaces: ${said}`;
}
