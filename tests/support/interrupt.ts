/**
 * Interrupting calls that block.
 *
 * @module
 */
import { Child } from "./child.ts";

/** A call that blocks, and how to let it go on. */
export interface BlockingCall {
  /** The names of "ipc" that the call needs, besides its own. */
  readonly imports?: readonly string[];
  /** The call, as source: `mq_receive(mq_open(Deno.args[0], O_RDONLY), new Uint8Array(16))`. */
  readonly call: string;
  /** What the child finds in `Deno.args`. */
  readonly args: readonly (string | number)[];
  /** The system call in which it is seen to block. */
  readonly blocksIn: string;
  /** Does what it waits for; nothing for a call that a signal ends in any case. */
  readonly satisfy?: () => void;
}

/** What came of it: "returned" or an errno's name, and how often the handler ran. */
export interface Interruption {
  readonly outcome: string;
  readonly handled: number;
}

/**
 * Makes the call in a process of its own, which has a handler for SIGUSR2 with `flags` ("0", "SA_RESTART"), and sends that signal
 * when it blocks. With SA_RESTART the call is seen to block again before it is satisfied, where that is said.
 */
export async function interrupt(
  { imports = [], call, args, blocksIn, satisfy }: BlockingCall,
  flags: "0" | "SA_RESTART",
): Promise<Interruption> {
  const names = [...new Set(["sigaction", "SIGUSR2", "SA_RESTART", call.slice(0, call.indexOf("(")), ...imports])];
  await using child = new Child(
    `
      import { ${names.join(", ")} } from "ipc";
      let handled = 0;
      sigaction(SIGUSR2, { handler: () => handled++, flags: ${flags} });
      let outcome = "returned";
      try { ${call}; } catch (error) { outcome = error.code ?? String(error); }
      console.log(JSON.stringify({ outcome, handled }));
    `,
    { args },
  );
  await child.blockedIn(blocksIn);
  Deno.kill(child.pid, "SIGUSR2");
  if (flags === "SA_RESTART" && satisfy !== undefined) {
    await child.blockedIn(blocksIn);
    satisfy();
  }
  return await child.result() as Interruption;
}

/**
 * A process that makes the call. It prints what the call returned, "returned" where that is nothing, or an errno's name.
 */
export function blockedChild(call: string, { imports = [], args }: Pick<BlockingCall, "imports" | "args">): Child {
  return new Child(
    `
      import { ${[call.slice(0, call.indexOf("(")), ...imports].join(", ")} } from "ipc";
      let outcome;
      try { outcome = ${call} ?? "returned"; } catch (error) { outcome = error.code ?? String(error); }
      console.log(JSON.stringify(outcome));
    `,
    { args },
  );
}
