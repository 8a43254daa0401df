/**
 * Starting a program without a fork of this one: posix_spawn, posix_spawnp.
 *
 * @module
 */
import { cString } from "../abi/c_string.ts";
import { allocate } from "../abi/layout.ts";
import {
  POSIX_SPAWN_RESETIDS,
  POSIX_SPAWN_SETPGROUP,
  POSIX_SPAWN_SETSID,
  POSIX_SPAWN_SETSIGDEF,
} from "../abi/spawn.ts";
import { POSIX_SPAWN_SETSIGMASK, SPAWN_ATTRIBUTES, SPAWN_FILE_ACTIONS } from "../abi/spawn.ts";
import type { SigSet } from "../abi/sigset.ts";
import { int, kind, text, unsigned } from "../errors/arguments.ts";
import { encodeSet, signalSet } from "../errors/signal_argument.ts";
import { stringList } from "../errors/string_list_argument.ts";
import { errnoOf } from "../errors/system_error.ts";
import { callNumber } from "../gate/calls.ts";
import { enter, failed, leave } from "../gate/gate.ts";
import { isInternal } from "../gate/internal.ts";
import { c } from "../raw/spawn.ts";

const SPAWN = callNumber("posix_spawn");
const SPAWNP = callNumber("posix_spawnp");
const EBADF = errnoOf("EBADF");

/** What the new process does with its descriptors before the program starts. */
export type FileAction =
  /** Opens `path` as the descriptor `fd`. */
  | {
    readonly action: "open";
    readonly fd: number;
    readonly path: string;
    readonly flags: number;
    readonly mode?: number;
  }
  /** Closes `fd`. */
  | { readonly action: "close"; readonly fd: number }
  /** Makes `newfd` a copy of `fd`, which stays open in the program, also where both are the same. */
  | { readonly action: "dup2"; readonly fd: number; readonly newfd: number }
  /** Goes to the folder `path`. */
  | { readonly action: "chdir"; readonly path: string };

/** What the new process begins with; what is left out is as in this process. */
export interface SpawnAttributes {
  /** The signals that are blocked. */
  readonly sigmask?: SigSet | undefined;
  /** The signals that get their default action, also where this process ignores them, as the runtime does SIGPIPE. */
  readonly sigdefault?: SigSet | undefined;
  /** The process group; 0 for a new one. */
  readonly pgroup?: number | undefined;
  /** Whether a session begins with it. */
  readonly setsid?: boolean | undefined;
  /** Whether its effective user and group are the real ones. */
  readonly resetids?: boolean | undefined;
}

/** What posix_spawn is told besides the program. */
export interface SpawnOptions {
  /** Done in their order. */
  readonly fileActions?: readonly FileAction[] | undefined;
  /** How the process begins. */
  readonly attributes?: SpawnAttributes | undefined;
}

/**
 * `int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *file_actions, const posix_spawnattr_t *attrp,
 * char *const argv[], char *const envp[])`: starts a program in a new process.
 *
 * Blocks until the program has started, or could not: that, too, is this call's failure. It needs no fork of the runtime. The
 * program has this process's descriptors but for those with O_CLOEXEC, as the runtime's own are; caught signals have their default
 * action, ignored ones stay ignored. The caller calls `waitpid`.
 *
 * @param path path of the program; PATH is not searched
 * @param argv the program's arguments, of which the first is by custom its name
 * @param envp its environment: strings such as "HOME=/root"
 * @param options what it does first, and how it begins
 * @returns the new process's pid
 * @throws {SystemError} EAGAIN (RLIMIT_NPROC), EBADF (a file action's descriptor), EPERM (a process group of another session),
 *   ENOMEM; and as `execve` and, for file actions, `open`
 * @see {@link https://man7.org/linux/man-pages/man3/posix_spawn.3.html | posix_spawn(3)}
 *
 * @example What a program prints
 * ```ts
 * import { close, O_CLOEXEC, pipe2, posix_spawn, read, waitpid } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const [reading, writing] = pipe2(O_CLOEXEC);
 * const child = posix_spawn("/bin/echo", ["echo", "Hi other process!"], [], {
 *   fileActions: [{ action: "dup2", fd: writing, newfd: 1 }],
 * });
 * close(writing);
 * const buffer = new Uint8Array(100);
 * assertEquals(new TextDecoder().decode(buffer.subarray(0, read(reading, buffer))), "Hi other process!\n");
 * close(reading);
 * assertEquals(waitpid(child), { pid: child, kind: "exited", status: 0 });
 * ```
 */
export function posix_spawn(
  path: string,
  argv: readonly string[],
  envp: readonly string[],
  options: SpawnOptions = {},
): number {
  return spawn(SPAWN, c.posix_spawn, path, argv, envp, options);
}

/**
 * `int posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *file_actions, const posix_spawnattr_t *attrp,
 * char *const argv[], char *const envp[])`: as `posix_spawn`, where a name without a slash is searched for in this process's PATH.
 *
 * @param file the program's name or path
 * @param argv the program's arguments, of which the first is by custom its name
 * @param envp its environment: strings such as "HOME=/root"
 * @param options what it does first, and how it begins
 * @returns the new process's pid
 * @throws {SystemError} as `posix_spawn`
 * @see {@link https://man7.org/linux/man-pages/man3/posix_spawn.3.html | posix_spawnp(3)}
 *
 * @example A program in PATH
 * ```ts
 * import { posix_spawnp, waitpid } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const child = posix_spawnp("false", ["false"], []);
 * assertEquals(waitpid(child), { pid: child, kind: "exited", status: 1 });
 * ```
 */
export function posix_spawnp(
  file: string,
  argv: readonly string[],
  envp: readonly string[],
  options: SpawnOptions = {},
): number {
  return spawn(SPAWNP, c.posix_spawnp, file, argv, envp, options);
}

/** Adds a checked action to those of C's. Returns an error's number, or 0. */
type AddAction = (actions: DataView<ArrayBuffer>) => number;

/** What an attribute's flag is, and how it is set beyond that. */
interface Attributes {
  readonly flags: number;
  readonly set: (attributes: DataView<ArrayBuffer>) => number;
}

function spawn(
  call: number,
  how: typeof c.posix_spawn,
  path: string,
  argv: readonly string[],
  envp: readonly string[],
  options: SpawnOptions,
): number {
  const name = cString(text(path, "path"));
  const [args, environment] = [stringList(argv, "argv"), stringList(envp, "envp")];
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`options: expected { fileActions, attributes }, got ${kind(options)}`);
  }
  const { fileActions = [], attributes = {} } = options;
  const wanted = checkActions(fileActions);
  const { flags, set } = checkAttributes(attributes);
  const [actions, attribute] = [allocate(SPAWN_FILE_ACTIONS), allocate(SPAWN_ATTRIBUTES)];
  const pid = new Int32Array(1);
  enter(call);
  if (wanted.some(({ source }) => isInternal(source))) failed(call, EBADF);
  let error = c.posix_spawn_file_actions_init(actions);
  try {
    for (const { add } of wanted) error ||= add(actions);
    error ||= c.posix_spawnattr_init(attribute) || c.posix_spawnattr_setflags(attribute, flags) || set(attribute);
    error ||= how(pid, name, actions, attribute, args, environment);
  } finally {
    c.posix_spawn_file_actions_destroy(actions);
  }
  if (error !== 0) failed(call, error, path);
  return leave(pid[0] as number);
}

/** The descriptor that an action takes from this process, or -1; and how to tell C of the action. */
interface CheckedAction {
  readonly source: number;
  readonly add: AddAction;
}

function checkActions(value: readonly FileAction[]): CheckedAction[] {
  if (!Array.isArray(value)) throw new TypeError(`fileActions: expected an array, got ${kind(value)}`);
  return Array.from(value as readonly FileAction[], (item, i) => checkAction(item, `fileActions[${i}]`));
}

/** The fields of any action: those of this one are to be checked. */
interface Given {
  readonly action?: FileAction["action"];
  readonly fd?: number;
  readonly newfd?: number;
  readonly path?: string;
  readonly flags?: number;
  readonly mode?: number;
}

function checkAction(value: FileAction, name: string): CheckedAction {
  if (typeof value !== "object" || value === null) {
    throw new TypeError(`${name}: expected { action, … }, got ${kind(value)}`);
  }
  const { action, fd, newfd, path, flags, mode = 0 } = value as Given;
  switch (action) {
    case "open": {
      const [target, file] = [int(fd as number, `${name}.fd`), cString(text(path as string, `${name}.path`))];
      const [how, permissions] = [int(flags as number, `${name}.flags`), unsigned(mode, `${name}.mode`)];
      return {
        source: -1,
        add: (actions) => c.posix_spawn_file_actions_addopen(actions, target, file, how, permissions),
      };
    }
    case "close": {
      const target = int(fd as number, `${name}.fd`);
      return { source: -1, add: (actions) => c.posix_spawn_file_actions_addclose(actions, target) };
    }
    case "dup2": {
      const [source, target] = [int(fd as number, `${name}.fd`), int(newfd as number, `${name}.newfd`)];
      return { source, add: (actions) => c.posix_spawn_file_actions_adddup2(actions, source, target) };
    }
    case "chdir": {
      const folder = cString(text(path as string, `${name}.path`));
      return { source: -1, add: (actions) => c.posix_spawn_file_actions_addchdir_np(actions, folder) };
    }
    default:
      throw new TypeError(`${name}.action: expected "open", "close", "dup2" or "chdir", got ${kind(action)}`);
  }
}

function checkAttributes(value: SpawnAttributes): Attributes {
  if (typeof value !== "object" || value === null) {
    throw new TypeError(`attributes: expected { sigmask, sigdefault, pgroup, setsid, resetids }, got ${kind(value)}`);
  }
  const { sigmask, sigdefault, pgroup, setsid, resetids } = value;
  const mask = sigmask === undefined ? null : encodeSet(signalSet(sigmask, "attributes.sigmask"));
  const defaults = sigdefault === undefined ? null : encodeSet(signalSet(sigdefault, "attributes.sigdefault"));
  const group = pgroup === undefined ? null : int(pgroup, "attributes.pgroup");
  const flags = (mask === null ? 0 : POSIX_SPAWN_SETSIGMASK) | (defaults === null ? 0 : POSIX_SPAWN_SETSIGDEF) |
    (group === null ? 0 : POSIX_SPAWN_SETPGROUP) |
    (flag(setsid, "attributes.setsid") ? POSIX_SPAWN_SETSID : 0) |
    (flag(resetids, "attributes.resetids") ? POSIX_SPAWN_RESETIDS : 0);
  return {
    flags,
    set: (attributes) =>
      (mask === null ? 0 : c.posix_spawnattr_setsigmask(attributes, mask)) ||
      (defaults === null ? 0 : c.posix_spawnattr_setsigdefault(attributes, defaults)) ||
      (group === null ? 0 : c.posix_spawnattr_setpgroup(attributes, group)),
  };
}

function flag(value: boolean | undefined, name: string): boolean {
  if (value === undefined || typeof value === "boolean") return value === true;
  throw new TypeError(`${name}: expected true or false, got ${kind(value)}`);
}
