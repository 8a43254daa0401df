/**
 * Calls, their arguments and results in words: for a detailed replay.
 *
 * @module
 */
import type { CallName } from "../../../../lib/gate/calls.ts";
import type { SystemError } from "../../../../lib/errors/system_error.ts";
import { SigSet } from "../../../../lib/abi/sigset.ts";
import { signalName } from "../../../../lib/abi/signal_numbers.ts";
import { Memory } from "../../../../lib/memory/memory.ts";
import { Semaphore } from "../../../../lib/memory/semaphore.ts";

/** Calls whose first argument is a descriptor. */
const DESCRIPTOR_FIRST: ReadonlySet<CallName> = new Set<CallName>(
  // deno-fmt-ignore
  ["close", "read", "write", "lseek", "dup", "fcntl", "ftruncate", "mq_close", "mq_send", "mq_receive", "mq_timedsend",
    "mq_timedreceive", "mq_getattr", "mq_setattr", "mq_notify", "sendmsg", "recvmsg", "eventfd_read", "eventfd_write",
    "timerfd_settime", "timerfd_gettime", "pidfd_send_signal", "epoll_ctl", "epoll_wait", "flock", "bind", "listen", "accept",
    "accept4", "connect", "send", "recv", "sendto", "recvfrom", "shutdown", "getsockopt", "setsockopt", "getsockname",
    "getpeername"],
);
/** Place of the argument that is a signal. */
const SIGNAL_AT: { readonly [N in CallName]?: number } = {
  kill: 1,
  sigqueue: 1,
  raise: 0,
  sigaction: 0,
  pidfd_send_signal: 1,
};
/** Longest text that is told whole, and longest path: of that, the folder of the run is left out where the story is drawn. */
const LONGEST = 40;
const LONGEST_PATH = 200;

/** The arguments: "fd 4, 12 bytes". */
export function tellArguments(name: CallName, args: readonly unknown[]): string {
  return args.filter((arg) => arg !== undefined).map((arg, at) => {
    if (at === 0 && DESCRIPTOR_FIRST.has(name) && typeof arg === "number") return `fd ${arg}`;
    if (SIGNAL_AT[name] === at && typeof arg === "number") return signalName(arg);
    return tell(arg, 0);
  }).join(", ");
}

/** The result: "12", "[3, 4]", or nothing where there is none. */
export function tellResult(result: unknown): string {
  return result === undefined ? "" : tell(result, 0);
}

/** What was thrown: "EAGAIN". */
export function tellError(error: SystemError): string {
  return error.code;
}

/** Bytes as text where they are one: `"hello"`. */
export function tellBytes(bytes: Uint8Array): string {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.slice(0, LONGEST));
    if (!/\p{Cc}/u.test(text.replace(/[\n\t]/g, ""))) return JSON.stringify(text + (bytes.length > LONGEST ? "…" : ""));
  } catch {
    // not text
  }
  return `${bytes.length} bytes`;
}

function tell(value: unknown, depth: number): string {
  switch (typeof value) {
    case "string":
      if (value.startsWith("/") && value.length <= LONGEST_PATH) return value;
      return JSON.stringify(value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value);
    case "bigint":
      return `${value}n`;
    case "function":
      return "a function";
    case "object":
      return tellObject(value, depth);
    default:
      return String(value);
  }
}

function tellObject(value: object | null, depth: number): string {
  if (value === null) return "null";
  if (value instanceof Semaphore) return value.name ?? "a semaphore in memory";
  if (value instanceof Memory) return `${value.released ? "memory" : `${value.length} bytes of memory`}`;
  if (value instanceof SigSet) return `{${[...value].map(signalName).join(", ")}}`;
  if (value instanceof Uint8Array) return depth === 0 ? `${value.length} bytes` : tellBytes(value);
  if (depth > 2) return "…";
  if (Array.isArray(value)) return `[${value.slice(0, 8).map((item) => tell(item, depth + 1)).join(", ")}]`;
  return Object.entries(value).slice(0, 6).map(([key, item]) => `${key} ${tell(item, depth + 1)}`).join(", ");
}
