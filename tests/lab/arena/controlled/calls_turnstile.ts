/**
 * A turnstile in one process, for tests of the calls under control: it writes down what it is told, and whoever would be let
 * go while a call is parked is a script.
 *
 * @module
 */
import { CALLS } from "../../../../lib/gate/calls.ts";
import * as ipc from "../../../../lib/mod.ts";
import { gate, signals } from "../../../../lib/gate/gate.ts";
import { type ControlledIpc, controlledIpc } from "../../../../lab/arena/controlled/calls/namespace.ts";
import { internalDescriptors } from "../../../../lib/gate/internal.ts";
import { exitNow } from "../../../../lab/arena/system.ts";
import { type ObjectKindName, type Turnstile, Unwind, type Wake } from "../../../../lab/explore/turnstile.ts";

/** What others do while a call is parked. What it returns, if anything, is why the call is let go. */
export type Script = () => Wake | void;

/** The turnstile: what was told is in `story`, one line each. */
export class ScriptedTurnstile implements Turnstile {
  party = 1;
  detailed = false;
  now = 0;
  readonly story: string[] = [];
  /** What happens at each park, in turn. A park beyond the last is a mistake of the test, or of what it tests. */
  readonly script: Script[] = [];
  faultDue: ReturnType<Turnstile["fault"]> = null;
  readonly #objects: string[] = [];
  readonly #parties = new Map<number, number>();
  readonly #ended = new Set<number>();

  object(kind: ObjectKindName, high: number, low: number, name: string): number {
    const key = `${kind} ${high} ${low}`;
    const found = this.#objects.findIndex((object) => object.startsWith(`${key}\t`));
    return found !== -1 ? found : this.#objects.push(`${key}\t${name}`) - 1;
  }
  enter(operation: number, object: number): void {
    this.story.push(`${CALLS[operation]}${object === -1 ? "" : ` ${this.#told(object)}`}`);
  }
  park(objects: readonly number[], deadline: number | null): Wake {
    const until = deadline === null ? "" : ` until ${deadline}`;
    this.story.push(`park ${objects.map((object) => this.#told(object)).join(", ")}${until}`);
    const act = this.script.shift();
    if (act === undefined) {
      Deno.stderr.writeSync(new TextEncoder().encode(`parked for ever:\n${this.story.join("\n")}\n`));
      exitNow(70);
    }
    const why = act();
    if (why !== undefined) return why;
    return signals.arrived[0] === signals.taken ? "changed" : "signal";
  }
  /** For a script: time goes on to `ms`, and that is why. */
  timeout(ms: number): Wake {
    this.now = ms;
    return "timeout";
  }
  changed(object: number): void {
    if (object !== -1) this.story.push(`changed ${this.#told(object)}`);
  }
  done(result: number): void {
    this.story.push(`done ${result}`);
  }
  idle(object: number): void {
    this.story.push(`idle ${object === -1 ? "" : this.#told(object)}`);
  }
  describe(operation: string, argumentsText: string, result: string | null): void {
    this.story.push(`${operation}(${argumentsText}) = ${result}`);
  }
  fault(): ReturnType<Turnstile["fault"]> {
    const due = this.faultDue;
    this.faultDue = null;
    return due;
  }
  isUnderWay(): boolean {
    return false;
  }

  signalled(pid: number, signo: number): void {
    this.story.push(`signalled ${this.partyOf(pid)} ${signo}`);
  }
  made(kind: string, name: string): void {
    this.story.push(`made ${kind} ${name}`);
  }
  removed(kind: string, name: string): void {
    this.story.push(`removed ${kind} ${name}`);
  }
  beforeFork(): number {
    return 15 - this.#parties.size;
  }
  afterFork(child: number, pid: number): void {
    this.#parties.set(pid, child);
  }
  begin(child: number): void {
    this.party = child;
  }
  end(exit: boolean, status: number): void {
    if (exit) exitNow(status);
  }
  partyOf(pid: number): number {
    return pid === Deno.pid ? 1 : this.#parties.get(pid) ?? 0;
  }
  hasEnded(party: number): boolean {
    return this.#ended.has(party);
  }
  /** For a script: as the turnstile of a party that is being ended. */
  unwind(): never {
    throw new Unwind("this process is being ended");
  }
  /** Takes out what was told so far. */
  told(): string[] {
    return this.story.splice(0);
  }
  #told(object: number): string {
    const [key, name] = (this.#objects[object] ?? "\tnone").split("\t") as [string, string];
    return `${key.replace(/( -?\d+)+$/, "")} ${name}`;
  }
}

/** The library under such a turnstile, with the library as it is for the scripts. */
export interface Stage {
  readonly turnstile: ScriptedTurnstile;
  readonly controlled: ControlledIpc;
  readonly ipc: typeof ipc;
  readonly original: typeof ipc;
  /** As `original`, for what others do: it counts nothing here. */
  readonly aside: typeof ipc;
  readonly touched: string[];
}

/** A process's library under a scripted turnstile. */
export function stage(): Stage {
  const turnstile = new ScriptedTurnstile();
  for (const { name } of Deno.readDirSync("/proc/self/fd")) if (isOpen(name)) internalDescriptors.add(Number(name));
  const touched: string[] = [];
  const controlled = controlledIpc(turnstile, ipc, {
    watchBuffer: (buffer, _object, byteOffset) => void touched.push(`watch ${buffer.byteLength} at ${byteOffset}`),
    forgetBuffer: (buffer) => void touched.push(`forget ${buffer.byteLength}`),
    touch: (view, access) => {
      if (view instanceof Uint8Array) touched.push(`${access} ${view.byteLength}`);
    },
    quietly: (run) => run(),
  });
  gate.hook = {
    enter: () => {},
    created: (kind, name) => turnstile.made(kind, name),
    maySignal: () => true,
    forked: () => {},
    interrogated: () => {},
  };
  return {
    turnstile,
    controlled,
    ipc: controlled.namespace as unknown as typeof ipc,
    original: ipc,
    aside: uncounted(),
    touched,
  };
}

/** Whether this descriptor of the runtime's is open, and not just the one that the folder was read by. */
function isOpen(fd: string): boolean {
  try {
    return Number(fd) > 2 && Deno.readLinkSync(`/proc/self/fd/${fd}`) !== "";
  } catch {
    return false;
  }
}

function uncounted(): typeof ipc {
  const others = new Int32Array(CALLS.length);
  const entries = Object.entries(ipc).map(([name, value]) => {
    if (!(CALLS as readonly string[]).includes(name)) return [name, value];
    const call = (...args: unknown[]): unknown => {
      const { counts } = gate;
      gate.counts = others;
      try {
        return (value as (...args: unknown[]) => unknown)(...args);
      } finally {
        gate.counts = counts;
      }
    };
    return [name, call];
  });
  return Object.fromEntries(entries);
}
