/**
 * Whether a deadlock is a lost wake-up. Some wake-ups are kept for whoever comes to wait later: a semaphore's, a message, a word
 * that has changed. Others reach only those who wait at that moment. So where a process waits to the end, and such a wake-up was
 * given before it began, the schedule is tried with the two the other way round; where that goes well, the order is to blame.
 *
 * @module
 */
import type { Cast } from "../arena/controlled/cast.ts";
import type { StepDetail } from "../arena/controlled/detail.ts";
import { type CallName, CALLS } from "../../lib/gate/calls.ts";
import type { Plan } from "../explore/model.ts";
import { FLAG, MODE, OPERATION, STATE } from "../explore/region.ts";
import { blocksOf } from "../explore/steps.ts";
import type { Told } from "./exploration.ts";
import type { Finding } from "./finding.ts";
import { nameOfParty } from "./party_names.ts";

/** A wake-up that came too early. */
export interface LostWakeUp {
  /** Who waits for it. */
  readonly party: number;
  /** The step that gave it, and the one in which the waiting began. */
  readonly given: number;
  readonly awaited: number;
  /** The step before which the waiter had seen all that made it wait: from there on, nobody must come in between. */
  readonly decided: number;
}

/** What is tried, and what it would show. */
export interface Swapped extends LostWakeUp {
  readonly plan: Plan;
  /** The waiter does not let anybody come between its look and its wait; or it looks when the wake-up has come. */
  readonly how: "waits first" | "looks later";
}

/** Calls that wake whoever waits for their object then, and are forgotten where nobody does. */
const WAKES: ReadonlySet<CallName | undefined> = new Set<CallName>([
  "futex_wake",
  "futex_wake_bitset",
  "pthread_cond_signal",
  "pthread_cond_broadcast",
]);
/** Calls that send a signal. Its handler runs at once; a wait that begins behind it is not interrupted. */
const SENDS: ReadonlySet<CallName | undefined> = new Set<CallName>(["kill", "sigqueue", "pidfd_send_signal"]);

/** What the steps of a schedule that is stuck say. */
export interface Stuck {
  readonly plan: Plan;
  readonly steps: readonly StepDetail[];
  /** Who waits to the end. */
  readonly parties: readonly number[];
  /** By party: the object that stands for its signals. */
  readonly signals: ReadonlyMap<number, number>;
  /** By futex: its word in shared memory. */
  readonly futexes: ReadonlyMap<number, Word>;
}

/** A word of shared memory. */
export interface Word {
  readonly object: number;
  readonly offset: number;
}

/**
 * Gives schedules in which somebody who waits to the end begins to wait before a wake-up, not behind it.
 *
 * @example
 * ```ts
 * import { swappedWakeUps } from "./lost_wake_up.ts";
 * import { callNumber } from "../../lib/gate/calls.ts";
 * import { FLAG } from "../explore/region.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const step = { object: 3, offset: 0, length: 0, mode: 2, flags: 0, result: 0, enabled: 6, site: 0 };
 * const [swapped] = swappedWakeUps({
 *   plan: { blocks: [], then: { kind: "stay" }, faults: [], buffered: false },
 *   steps: [
 *     { ...step, party: 2, operation: callNumber("futex_wake") },
 *     { ...step, party: 1, operation: callNumber("futex_wait"), flags: FLAG.blocked },
 *   ],
 *   parties: [1],
 *   signals: new Map(),
 *   futexes: new Map(),
 * });
 * assertEquals([swapped?.given, swapped?.awaited], [0, 1]);
 * assertEquals(swapped?.plan.blocks, [{ party: 1, steps: 1 }, { party: 2, steps: 1 }]);
 * ```
 */
export function swappedWakeUps(stuck: Stuck): Swapped[] {
  const { steps, parties } = stuck;
  return parties.flatMap((party): Swapped[] => {
    const own = (step: StepDetail): boolean => step.party === party;
    const parked = steps.findLastIndex(own);
    if (!isParked(steps[parked])) return [];
    // Whoever was let look again, and waits on, has waited since the call began.
    const awaited = steps.slice(0, parked + 1).findLastIndex((step) => own(step) && (step.flags & FLAG.again) === 0);
    for (let given = awaited - 1; given >= 0; given--) {
      const decided = decidedBefore(stuck, party, given, awaited);
      if (decided === null) continue;
      const missed = { party, given, awaited, decided };
      const waitsFirst = {
        ...missed,
        plan: moved(stuck, party, decided, parked, "first"),
        how: "waits first",
      } as const;
      if (decided === given) return [waitsFirst];
      // It may not be able to go on to its wait from where it looked: another holds the mutex meanwhile.
      const plan = moved(stuck, party, decided - 1, parked, "last");
      return [waitsFirst, { ...missed, plan, how: "looks later" }];
    }
    return [];
  });
}

/** The same schedule, but of these steps the party's own come first, or last. */
function moved({ plan, steps }: Stuck, party: number, from: number, to: number, where: "first" | "last"): Plan {
  const between = steps.slice(from, to + 1);
  const own = between.filter((step) => step.party === party);
  const others = between.filter((step) => step.party !== party);
  const order = [
    ...steps.slice(0, from),
    ...where === "first" ? [...own, ...others] : [...others, ...own],
    ...steps.slice(to + 1),
  ];
  return { ...plan, blocks: blocksOf(order.map((step) => step.party)), then: { kind: "stay" } };
}

/**
 * Where step `given` is a wake-up that reaches nobody, though this party had seen by then what made it wait: the step before
 * which it had. Null where it is none, or came before the party's last look.
 */
function decidedBefore(
  { steps, signals, futexes }: Stuck,
  party: number,
  given: number,
  awaited: number,
): number | null {
  const step = steps[given] as StepDetail;
  const { object } = steps[awaited] as StepDetail;
  if (step.party === party) return null;
  const call = CALLS[step.operation];
  if (step.operation === OPERATION.stimulus || SENDS.has(call)) {
    const meant = step.party === 0 ? step.result === party : step.object === signals.get(party);
    return meant && !isParked(lastOf(steps.slice(0, given), party)) ? given : null;
  }
  if (!WAKES.has(call) || step.object !== object) return null;
  const before = steps.slice(0, given);
  const others = new Set(before.map((one) => one.party));
  if ([...others].map((one) => lastOf(before, one)).some((one) => isParked(one) && one?.object === object)) return null;
  if (looksNoMore(steps, party, given, awaited, futexes.get(object))) return given;
  return outdatedLook(steps, party, step.party, awaited);
}

function lastOf(steps: readonly StepDetail[], party: number): StepDetail | undefined {
  return steps.findLast((step) => step.party === party);
}

function isParked(step: StepDetail | undefined): boolean {
  return step !== undefined && (step.flags & FLAG.blocked) !== 0;
}

/** Whether a party looks at nothing more before it waits, but at the word that it waits for. */
function looksNoMore(
  steps: readonly StepDetail[],
  party: number,
  given: number,
  awaited: number,
  word: Word | undefined,
): boolean {
  return steps.slice(given, awaited).every((step) =>
    step.party !== party || (step.object === word?.object && step.offset === word.offset)
  );
}

/** The step behind the last look of a party, in its present function, at a word that the waker changes before it waits. */
function outdatedLook(steps: readonly StepDetail[], party: number, waker: number, awaited: number): number | null {
  const before = steps.slice(0, awaited);
  const entered = before.findLastIndex((step) => step.party === party && step.operation === OPERATION.event);
  const looks = new Map<string, number>();
  for (const [at, step] of before.entries()) {
    if (at > entered && step.party === party && isAccess(step)) looks.set(`${step.object} ${step.offset}`, at);
  }
  const outdated = [...looks].flatMap(([word, look]) =>
    before.some((step, at) =>
        at > look && step.party === waker && isAccess(step) && step.mode >= MODE.write &&
        `${step.object} ${step.offset}` === word
      )
      ? [look + 1]
      : []
  );
  return outdated.length === 0 ? null : Math.max(...outdated);
}

function isAccess({ operation }: StepDetail): boolean {
  return operation >= OPERATION.load && operation <= OPERATION.atomic;
}

/** Whether in the schedule that was tried the same wait began before anybody came in between: one in a handler does not. */
export function awaitsFirst({ party, awaited, decided }: LostWakeUp, told: Told, tried: Told): boolean {
  const other = tried.steps.findIndex((step, at) => at >= decided && step.party !== party);
  const last = lastOf(tried.steps.slice(0, other), party);
  const wait = told.steps[awaited];
  return wait !== undefined && last !== undefined && isParked(last) && last.operation === wait.operation &&
    identityOf(last.object, tried) === identityOf(wait.object, told);
}

/** What an object is, whatever its number in a schedule. */
function identityOf(object: number, { schedule }: Told): string {
  const record = schedule.log.find(({ kind, number }) => kind === "object" && number === object);
  return (record?.value as string[] | undefined)?.[1] ?? "";
}

/** What is to be known of a deadlock that was repeated in detail. */
export function stuckOf({ plan, schedule, steps }: Told): Stuck {
  const parties = schedule.log.flatMap(({ kind, party, value }) =>
    kind === "stuck" && (value as number[])[0] === STATE.parked ? [party] : []
  );
  const signals = new Map<number, number>();
  const futexes = new Map<number, Word>();
  for (const { kind, number, value } of schedule.log) {
    if (kind !== "object") continue;
    const [what, , high, low] = value as [string, string, number, number];
    if (what === "signals of") signals.set(low, number);
    if (what === "futex") futexes.set(number, { object: high, offset: low });
  }
  return { plan, steps, parties, signals, futexes };
}

/** A deadlock, told as the lost wake-up that it is. */
export function lostWakeUpFinding(
  { message }: Finding,
  { party, given, awaited }: LostWakeUp,
  { schedule, steps }: Told,
  cast: Cast,
): Finding {
  const placeOf = (at: number): readonly [line: number, file: string] | [] => {
    const place = schedule.log.find(({ kind, number }) => kind === "place" && number === at)?.value;
    return (place ?? []) as readonly [number, string] | [];
  };
  const callOf = (at: number): string => {
    const [line] = placeOf(at);
    return `${CALLS[steps[at]?.operation ?? -1] ?? "a wait"}()${line === undefined ? "" : ` in line ${line}`}`;
  };
  const waiter = nameOfParty(party, schedule, cast);
  const from = steps[given]?.party ?? 0;
  const call = CALLS[steps[given]?.operation ?? -1];
  const waker = nameOfParty(from, schedule, cast);
  const happened = WAKES.has(call)
    ? `${waker} gave a wake-up with ${callOf(given)}`
    : from === 0
    ? `A signal came for ${waiter}`
    : `${waker} sent ${waiter} a signal with ${callOf(given)}`;
  const [line, file] = placeOf(awaited);
  return {
    kind: "lost-wake-up",
    message:
      `${happened} before ${waiter} had begun to wait in ${callOf(awaited)}, and nothing keeps it for later: had ` +
      `nobody come between the look of ${waiter} at what it waits for and that wait, this run would have gone well. What ` +
      `came of it: ${message}`,
    role: waiter,
    ...(line === undefined ? {} : { line }),
    ...(file === undefined ? {} : { file }),
    readNext: WAKES.has(call)
      ? call?.startsWith("futex") === true
        ? "futex(2): FUTEX_WAIT sleeps only while the word is as it was looked at; the waker changes it, and then wakes"
        : "pthread_cond_wait(3): what is waited for is looked at, and changed, with the mutex locked"
      : "sigsuspend(2): hold the signal back, look, and let sigsuspend() open the mask and wait in one step",
  };
}
