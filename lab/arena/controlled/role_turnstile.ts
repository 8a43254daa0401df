/**
 * A role's way through the turnstile: publishes what it will do, asks who is next, and waits for its turn.
 *
 * @module
 */
import { signals } from "../../../lib/gate/gate.ts";
import { mark, record, wake } from "../../explore/chooser.ts";
import { access, ACCESS_KIND, atomic, joined, synchronise } from "../../explore/clocks.ts";
import { FAULT_KINDS } from "../../explore/model.ts";
import { ANY_OBJECT, AT, COMMAND, END, FLAG, FLUSH, MAX_PARTIES, MODE } from "../../explore/region.ts";
import { OPERATION, STATE, STEP } from "../../explore/region.ts";
import { type ObjectKindName, type Turnstile, Unwind, type Wake } from "../../explore/turnstile.ts";
import { exitNow, ownPid } from "../system.ts";
import { makeChild } from "./children.ts";
import { die, endsOf, waitUntilGone } from "./mortality.ts";
import { chooseNext, NEVER } from "./next.ts";
import { addObject, findObject } from "./object_table.ts";
import { finish, isUnderWay, rouse } from "./parties.ts";
import type { RegionMemory } from "./region_memory.ts";
import type { SharedMemory } from "./shared_memory.ts";
import { VainLooks } from "./vain_looks.ts";

/** So often a program may catch its own end. */
const MOST_UNWINDS = 50;

/** How a role's own lab code hears of its child's beginning. */
export interface RoleTurnstileOptions {
  readonly party: number;
  readonly region: RegionMemory;
  /** Notes that an object was made (board.ts), so that it can be removed whatever happens. */
  readonly note: (kind: string, name: string) => void;
  /** Where in the student's files this process is. Slow: asked in detailed runs alone. */
  readonly locate: () => { readonly line: number; readonly file: string } | null;
}

/** The turnstile of one process. */
export class RoleTurnstile implements Turnstile {
  party: number;
  readonly #words: Int32Array;
  readonly #region: RegionMemory;
  readonly #note: RoleTurnstileOptions["note"];
  readonly #locate: RoleTurnstileOptions["locate"];
  /** The step that is being made. */
  #step = 0;
  #unwinding = false;
  /** The template has ended this party, and waits for nothing but that it is gone. */
  #dismissed = false;
  #unwinds = 0;
  readonly #looks = new VainLooks();
  /** The present operation has found nothing to do. */
  #idled = false;
  /** Set once, before the first schedule. */
  memory: SharedMemory | null = null;

  constructor({ party, region, note, locate }: RoleTurnstileOptions) {
    this.#locate = locate;
    this.party = party;
    this.#region = region;
    this.#words = region.words;
    this.#note = note;
  }

  get detailed(): boolean {
    return this.#words[AT.detailed] !== 0;
  }

  get now(): number {
    return (this.#words[AT.now] as number) / 1000;
  }

  /** Whether this party is being ended from outside. */
  get unwinding(): boolean {
    return this.#unwinding;
  }

  /** Before a schedule. */
  reset(): void {
    this.#unwinding = false;
    this.#dismissed = false;
    this.#unwinds = 0;
    this.#looks.forget();
    this.#idled = false;
  }

  /** From now on nothing that this party does has an effect. */
  unwind(): never {
    this.#unwinding = true;
    // Code that catches everything and tries again would do so for ever. What this process has is taken back by its end.
    if (this.#dismissed && ++this.#unwinds > MOST_UNWINDS) exitNow(0);
    throw new Unwind("this process is being ended");
  }

  object(kind: ObjectKindName, high: number, low: number, name: string): number {
    const index = findObject(this.#words, kind, high, low);
    if (index !== -1) return index;
    const added = addObject(this.#words, kind, high, low);
    if (added === -1) this.#giveUp();
    this.#region.log.write("object", this.party, added, [kind, name, high, low]);
    return added;
  }

  enter(
    operation: number,
    object: number,
    offset: number,
    length: number,
    mode: number,
    flags: number,
    site: number,
  ): void {
    if (this.#unwinding) this.unwind();
    this.#idled = false;
    const words = this.#words;
    const me = this.party;
    words[AT.pendingOperation + me] = operation;
    words[AT.pendingObject + me] = object;
    words[AT.pendingOffset + me] = offset;
    words[AT.pendingLength + me] = length;
    words[AT.pendingMode + me] = mode;
    if ((flags & FLAG.yields) !== 0) words[AT.yields] = (words[AT.yields] as number) | 1 << me;
    else words[AT.yields] = (words[AT.yields] as number) & ~(1 << me);
    this.#giveWay();
    this.#step = record(words, me, flags, site);
    if (this.detailed) this.#place(me);
    if (operation < OPERATION.load) {
      words[AT.callsMade + me] = (words[AT.callsMade + me] as number) + 1;
      if ((words[AT.buffered + me] as number) > 0) this.memory?.flushAll();
    }
  }

  #place(me: number): void {
    const place = this.#locate();
    this.#region.log.write("place", me, this.#step, place === null ? null : [place.line, place.file]);
  }

  park(objects: readonly number[], deadline: number | null): Wake {
    mark(this.#words, this.#step, FLAG.blocked);
    const on = objects.length === 1 ? objects[0] as number : ANY_OBJECT;
    return this.#sleep(STATE.parked, on, deadline);
  }

  #sleep(state: number, on: number, deadline: number | null): Wake {
    const words = this.#words;
    const me = this.party;
    const bit = 1 << me;
    words[AT.parkedOn + me] = on;
    words[AT.deadline + me] = deadline === null ? NEVER : Math.min(Math.round(deadline * 1000), 0x7fffffff);
    words[AT.signalled] = (words[AT.signalled] as number) & ~bit;
    words[AT.timedOut] = (words[AT.timedOut] as number) & ~bit;
    words[AT.yields] = (words[AT.yields] as number) & ~bit;
    words[AT.state + me] = state;
    this.#giveWay();
    words[AT.deadline + me] = NEVER;
    this.#step = record(words, me, FLAG.again, 0);
    if (signals.arrived[0] !== signals.taken) return "signal";
    return ((words[AT.timedOut] as number) & bit) !== 0 ? "timeout" : "changed";
  }

  changed(object: number): void {
    if (object < 0) return;
    const words = this.#words;
    const at = AT.objectList + 4 * object + 3;
    words[at] = ((words[at] as number) + 1) | 0;
    wake(words, object);
  }

  done(result: number): void {
    const words = this.#words;
    const at = AT.trace + STEP.words * this.#step;
    words[at + STEP.result] = result | 0;
    const object = words[at + STEP.object] as number;
    const operation = words[at + STEP.operation] as number;
    const packed = words[at + STEP.modeFlagsLength] as number;
    if (object >= 0) {
      if (operation < OPERATION.load) synchronise(words, this.party, object);
      else if (operation <= OPERATION.bulkStore) this.#accessed(operation, object, at, packed);
    }
    // Whoever has got something done does not spin.
    if (!this.#idled && (packed & 0xff) >= MODE.write) {
      this.#looks.forget();
      if (operation < OPERATION.load) this.memory?.progress();
    }
  }

  #accessed(operation: number, object: number, at: number, packed: number): void {
    const words = this.#words;
    const { cells } = this.#region;
    const offset = words[at + STEP.offset] as number;
    const write = (packed & 0xff) >= MODE.write;
    // The record keeps lengths up to 16 bits; what is pending has them whole.
    const length = words[AT.pendingLength + this.party] as number;
    if (operation === OPERATION.atomic) {
      atomic(words, cells, this.party, object, offset, length, write, this.#step);
    } else {
      const kind = write ? ACCESS_KIND.write : ACCESS_KIND.read;
      access(words, cells, this.party, object, offset, length, kind, this.#step);
    }
  }

  idle(object: number): void {
    if (object < 0) return;
    this.#idled = true;
    if (!this.#looks.again(object, this.#words[AT.objectList + 4 * object + 3] as number)) return;
    // All that it looks at in turn: any of them may be what it waits for.
    this.#sleep(STATE.spinning, this.#looks.ofOne ? object : ANY_OBJECT, null);
  }

  describe(operation: string, argumentsText: string, result: string | null): void {
    if (!this.detailed) return;
    this.#region.log.write("detail", this.party, this.#step, [operation, argumentsText, result]);
  }

  fault(): "eintr" | "short" | "eagain" | "full" | "timeout" | "spurious" | null {
    const words = this.#words;
    const count = words[AT.faults] as number;
    const call = (words[AT.callsMade + this.party] as number) - 1;
    for (let at = AT.faultList; at < AT.faultList + 3 * count; at += 3) {
      if (words[at] !== this.party || words[at + 1] !== call) continue;
      const kind = FAULT_KINDS[(words[at + 2] as number) - 1];
      mark(words, this.#step, FLAG.fault);
      if (kind === "kill") die();
      if (kind !== "late" && kind !== undefined) return kind;
    }
    return null;
  }

  signalled(pid: number, signo: number): void {
    const target = this.partyOf(pid);
    if (target === 0 || target === this.party || this.hasEnded(target)) return;
    if (endsOf(pid, signo)) this.#died(target, signo);
    else rouse(this.#words, target, signo);
  }

  isUnderWay(pid: number, signo: number): boolean {
    const target = this.partyOf(pid);
    return target !== 0 && target !== this.party && isUnderWay(this.#words, target, signo);
  }

  made(kind: string, name: string): void {
    this.#words[AT.ledger] = (this.#words[AT.ledger] as number) + 1;
    this.#note(kind, name);
  }

  removed(_kind: string, _name: string): void {
    this.#words[AT.ledger] = (this.#words[AT.ledger] as number) - 1;
  }

  beforeFork(): number {
    return makeChild(this.#words, this.party) || this.#giveUp();
  }

  /** There is more than the region has room for: this schedule cannot be followed, which is nobody's fault. */
  #giveUp(): never {
    this.#words[AT.end] = END.blocked;
    this.unwind();
  }

  afterFork(child: number, pid: number): void {
    if (pid <= 0) this.#words[AT.state + child] = STATE.absent;
    else this.#words[AT.pid + child] = pid;
  }

  begin(child: number): void {
    this.party = child;
    this.#looks.forget();
    this.#obey(this.#region.gates.wait(child));
    this.#words[AT.pid + child] = ownPid();
    this.#step = this.#recordStart(child);
  }

  /** The first step of a party that was let go for the first time. */
  #recordStart(party: number): number {
    const words = this.#words;
    words[AT.pendingOperation + party] = OPERATION.start;
    words[AT.pendingObject + party] = -1;
    words[AT.pendingMode + party] = MODE.none;
    words[AT.pendingLength + party] = 0;
    return record(words, party, 0, 0);
  }

  /** A role begins a schedule: its turn has come for the first time. */
  started(): void {
    this.#step = this.#recordStart(this.party);
  }

  end(exit: boolean, status: number): void {
    const words = this.#words;
    const me = this.party;
    if (!exit) {
      if (!this.#unwinding) this.#hand(0);
      return;
    }
    // A role that exits by itself has not come to its end.
    if (words[AT.roleOf + me] === me) this.#region.log.write("death", me, 0, { how: "exited", status });
    this.retire(status);
  }

  /** As `end`, of a process that can play no more. */
  retire(status: number): never {
    this.#hand(ownPid());
    exitNow(status);
  }

  /** Ends the party, and gives its turn to the next, which waits until process `exiting` is gone, if that is not 0. */
  #hand(exiting: number): void {
    const words = this.#words;
    const me = this.party;
    if ((words[AT.buffered + me] as number) > 0) this.memory?.flushAll();
    finish(words, me);
    words[AT.exiting] = exiting;
    const next = chooseNext(words);
    this.#region.gates.open(next >= FLUSH ? next - FLUSH : next, next >= FLUSH ? COMMAND.flush : COMMAND.go);
  }

  partyOf(pid: number): number {
    const words = this.#words;
    for (let party = 1; party < MAX_PARTIES; party++) {
      if (words[AT.pid + party] === pid && words[AT.state + party] !== STATE.absent) return party;
    }
    return 0;
  }

  hasEnded(party: number): boolean {
    return this.#words[AT.state + party] === STATE.ended;
  }

  /** `party`'s end has been taken up by this one: all that it did came before. */
  joined(party: number): void {
    joined(this.#words, this.party, party);
  }

  /** Gives the turn away, if another is to go on, and comes back when it is this party's. */
  #giveWay(): void {
    const words = this.#words;
    const me = this.party;
    for (;;) {
      const next = chooseNext(words);
      if (next === me) return;
      if (next === FLUSH + me) {
        this.#flush();
        continue;
      }
      this.#region.gates.open(next >= FLUSH ? next - FLUSH : next, next >= FLUSH ? COMMAND.flush : COMMAND.go);
      if (this.#obey(this.#region.gates.wait(me))) return;
    }
  }

  /** Does what this party was let go for; true where it is to go on. */
  #obey(command: number): boolean {
    const words = this.#words;
    const exiting = words[AT.exiting] as number;
    if (exiting !== 0) {
      waitUntilGone(exiting);
      words[AT.exiting] = 0;
    }
    switch (command) {
      case COMMAND.flush:
        this.#flush();
        return false;
      case COMMAND.unwind:
        this.#dismissed = true;
        this.unwind();
      // falls through: unwind() never comes back
      case COMMAND.exit:
        exitNow(0);
    }
    return true;
  }

  /** A step of this party's store buffer. */
  #flush(): void {
    const words = this.#words;
    const store = this.memory?.flushOne() ?? null;
    const at = AT.trace + STEP.words * (words[AT.steps] as number);
    words[at + STEP.operation] = OPERATION.flush;
    words[at + STEP.object] = store?.view.object ?? -1;
    words[at + STEP.offset] = store === null ? 0 : store.view.offset + store.index * store.view.size;
    words[at + STEP.modeFlagsLength] = (words[at + STEP.modeFlagsLength] as number) | MODE.write |
      (store?.view.size ?? 0) << 16;
    words[AT.steps] = (words[AT.steps] as number) + 1;
  }

  #died(party: number, signo: number): void {
    const words = this.#words;
    this.#region.log.write("death", party, 0, { how: "signaled", status: signo });
    finish(words, party);
    this.#region.gates.forget(party);
  }
}
