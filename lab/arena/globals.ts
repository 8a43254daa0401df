/**
 * What is taken from a role before its student's file is evaluated: the ways around `ipc`. It keeps honest solutions honest,
 * and tells who tries what to use instead; the walls against others are those of the sandbox.
 *
 * @module
 */

/** Globals that reach files, processes, the network, threads or other ways to keep data than the exercise's. */
const TAKEN = [
  "Deno",
  "process",
  "Worker",
  "SharedWorker",
  "BroadcastChannel",
  "MessageChannel",
  "MessagePort",
  "fetch",
  "WebSocket",
  "WebSocketStream",
  "EventSource",
  "XMLHttpRequest",
  "localStorage",
  "sessionStorage",
  "caches",
  "navigator",
  "prompt",
  "confirm",
  "alert",
  "Request",
  "Response",
  "WebTransport",
  "require",
  "global",
] as const; // deno-fmt-ignore-line

/** Those that need the event loop, which a role does not have. */
const WITHOUT_LOOP = ["setTimeout", "setInterval", "setImmediate", "queueMicrotask", "requestAnimationFrame"] as const;

/** What using one of them throws. */
export class ForbiddenError extends Error {
  /** "ForbiddenError". */
  override readonly name = "ForbiddenError";
}

/** Takes them away: from now on, reading one throws an error that says what to use instead. */
export function takeGlobals(): void {
  for (const name of TAKEN) forbid(name, `${name} is not part of this exercise: use the calls of "ipc"`);
  for (const name of WITHOUT_LOOP) {
    forbid(name, `${name} needs an event loop, and a role has none: it is a plain process, so use a call that blocks`);
  }
}

function forbid(name: string, message: string): void {
  if (!(name in globalThis)) return;
  Object.defineProperty(globalThis, name, {
    configurable: false,
    get(): never {
      throw new ForbiddenError(message);
    },
  });
}
