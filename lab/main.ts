/**
 * The lab's program: makes the world that commands run in, runs the one that was asked for, and exits with its status. Nothing
 * else uses `Deno.args`, `Deno.exit` or signals.
 *
 * @module
 */
import { basename, resolve } from "node:path";
import type { Context, Output } from "./cli/context.ts";
import { dispatch } from "./cli/dispatch.ts";
import { detectPlatform } from "./cli/platform.ts";

/** What a shell says of a program that Ctrl-C ended. */
const INTERRUPTED = 130;

function output(stream: typeof Deno.stdout | typeof Deno.stderr): Output {
  let gone = false;
  const isTerminal = stream.isTerminal();
  return {
    isTerminal,
    columns: () => isTerminal ? Deno.consoleSize().columns : undefined,
    write(text): void {
      const bytes = new TextEncoder().encode(text);
      try {
        for (let done = 0; done < bytes.length && !gone;) done += stream.writeSync(bytes.subarray(done));
      } catch (error) {
        // `| head` has read enough; a terminal may be closed in the middle.
        if (!(error instanceof Deno.errors.BrokenPipe) && !isTerminal) throw error;
        gone = true;
      }
    },
  };
}

function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    Deno.addSignalListener(signal, () => {
      // Who presses twice does not want to wait for the cleaning up.
      if (controller.signal.aborted) Deno.exit(INTERRUPTED);
      controller.abort();
    });
  }
  return controller.signal;
}

function watchFolder(folder: string, onChange: (names: readonly string[]) => void): Disposable {
  const watcher = Deno.watchFs(folder, { recursive: false });
  void (async () => {
    // The judge reads what is watched: only what changes it counts.
    for await (const { kind, paths } of watcher) if (kind !== "access") onChange(paths.map((path) => basename(path)));
  })();
  return watcher;
}

function world(): Context {
  const env = (name: string): string | undefined => Deno.env.get(name);
  // `deno task` starts us in the project and says where it was called. The other root is for the lab's own tests.
  const root = env("IPCLAB_ROOT") ?? resolve(import.meta.dirname ?? "", "..");
  const clock = {
    now: () => performance.now(),
    after(ms: number, callback: () => void): Disposable {
      const timer = setTimeout(callback, ms);
      return { [Symbol.dispose]: () => clearTimeout(timer) };
    },
  };
  return {
    stdout: output(Deno.stdout),
    stderr: output(Deno.stderr),
    clock,
    root,
    cwd: env("INIT_CWD") ?? Deno.cwd(),
    platform: detectPlatform(),
    machine: {
      os: Deno.build.os,
      arch: Deno.build.arch,
      kernel: Deno.osRelease(),
      cores: navigator.hardwareConcurrency,
      deno: Deno.version.deno,
    },
    interrupt: interruption(),
    judge: async (assignment, options) => (await import("./judge/judge.ts")).judge(assignment, options),
    leftovers: {
      find: async () => (await import("./sandbox/leftovers.ts")).findLeftovers(),
      remove: async (leftovers) => (await import("./sandbox/leftovers.ts")).removeLeftovers(leftovers),
    },
    env,
    watchFolder,
    inspectMachine: async () => (await import("./cli/machine.ts")).inspectMachine(),
  };
}

if (import.meta.main) {
  const context = world();
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    void import("./cli/failure.ts").then(({ reportFailure }) => reportFailure(event.reason, Deno.args, context)).then(
      Deno.exit,
    );
  });
  Deno.exit(await dispatch(Deno.args, context));
}
