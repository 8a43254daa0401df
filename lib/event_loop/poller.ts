/**
 * One epoll for all who wait, and one thread of the runtime that sleeps in it. Both are there only while somebody waits: the
 * last one to go takes them along, so that nothing keeps the process alive and no descriptor stays.
 *
 * Descriptors are watched with EPOLLONESHOT. One that is closed while another process holds a copy of it stays in the kernel's
 * list (see epoll(7), "Questions and answers"), out of reach, and would otherwise report for ever.
 *
 * @module
 */
import {
  EPOLL_CLOEXEC,
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLL_CTL_MOD,
  EPOLLERR,
  EPOLLET,
  EPOLLHUP,
  EPOLLIN,
  EPOLLONESHOT,
} from "../abi/epoll_constants.ts";
import { EPOLL_EVENT } from "../abi/epoll_event.ts";
import { EFD_CLOEXEC } from "../abi/eventfd_constants.ts";
import { allocate, encode, get, sizeOf } from "../abi/layout.ts";
import { errnoOf, SystemError } from "../errors/system_error.ts";
import { whenClosed } from "../gate/closing.ts";
import { leave } from "../gate/gate.ts";
import { internalDescriptors, isInternal } from "../gate/internal.ts";
import { c as descriptor } from "../raw/descriptor.ts";
import { c, epollWaitOnThread } from "../raw/epoll.ts";
import { errno } from "../raw/errno.ts";
import { c as event } from "../raw/event.ts";

/** Somebody who waits for a descriptor. */
export interface Waiter {
  /** EPOLLIN or EPOLLOUT. */
  readonly events: number;
  /** It is ready: the wait is over. */
  readonly ready: () => void;
  /** It will never be, and this is why. */
  readonly failed: (reason: unknown) => void;
}

/** A descriptor that is watched. Its number tells events of it from those of an earlier one with the same descriptor. */
interface Watch {
  readonly number: number;
  readonly fd: number;
  readonly waiters: Set<Waiter>;
}

/** What there is while somebody waits. */
interface Poller {
  readonly epfd: number;
  /** An eventfd that gets the thread out of its sleep. */
  readonly wakefd: number;
}

/** An error or a hang-up is for everybody: the call that was waited for will not block now, but tell. */
const FOR_ALL = EPOLLERR | EPOLLHUP;
/** The wake-up's own number. */
const WAKE = 0;
/** How many descriptors one wait may report. */
const MOST = 64;
const STRIDE = sizeOf(EPOLL_EVENT);
const EBADF = errnoOf("EBADF");
const EINTR = errnoOf("EINTR");

const watches = new Map<number, Watch>();
const byNumber = new Map<number, Watch>();
let lastNumber = WAKE;

let poller: Poller | null = null;
/** Those who gave up as the last: they are told when the thread is back. */
let leaving: (() => void)[] = [];

/** Where the thread leaves what it found, and one event on its way to epoll_ctl. */
const found = allocate(EPOLL_EVENT, MOST);
const foundBytes = new Uint8Array(found.buffer);
const interest = allocate(EPOLL_EVENT);

/** Lets `waiter` wait for `fd`. Throws a SystemError where that cannot be waited for. */
export function join(fd: number, waiter: Waiter): void {
  const known = watches.get(fd);
  const watch = known ?? { number: ++lastNumber, fd, waiters: new Set<Waiter>() };
  const own = poller ?? openPoller();
  watch.waiters.add(waiter);
  // Asked only now: a number that was free a moment ago may be the poller's.
  const failure = isInternal(fd) ? EBADF : control(own, known === undefined ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, watch);
  if (failure !== 0) {
    watch.waiters.delete(waiter);
    if (poller === null) closePoller(own);
    throw new SystemError("epoll_ctl", failure);
  }
  if (known === undefined) {
    watches.set(fd, watch);
    byNumber.set(watch.number, watch);
    whenClosed.set(fd, () => dismiss(watch));
  }
  if (poller === null) {
    poller = own;
    turn(own);
  }
}

/** Ends the wait of one who no longer wants to, and tells `reason`. Does nothing if it is over. */
export function quit(fd: number, waiter: Waiter, reason: unknown): void {
  const watch = watches.get(fd);
  if (watch === undefined || !watch.waiters.delete(waiter)) return;
  rearm(watch);
  sendAway([waiter], reason);
}

/** The program closes the descriptor: nobody would ever hear of it again. */
function dismiss(watch: Watch): void {
  const waiters = [...watch.waiters];
  watch.waiters.clear();
  rearm(watch);
  sendAway(waiters, new SystemError("epoll_wait", EBADF, "the descriptor was closed while it was waited for"));
}

/** Tells `reason` to those who have left: at once if others wait on, otherwise when the thread is back. */
function sendAway(waiters: readonly Waiter[], reason: unknown): void {
  const tell = (): void => waiters.forEach((waiter) => waiter.failed(reason));
  if (watches.size > 0) tell();
  else {
    leaving.push(tell);
    wake(poller as Poller);
  }
}

/** Watches for what is still waited for; nobody left, the descriptor goes. */
function rearm(watch: Watch): void {
  const own = poller as Poller;
  if (watch.waiters.size > 0) {
    control(own, EPOLL_CTL_MOD, watch);
    return;
  }
  control(own, EPOLL_CTL_DEL, watch);
  watches.delete(watch.fd);
  byNumber.delete(watch.number);
  whenClosed.delete(watch.fd);
}

/** Sleeps, tells what was found, and again, while somebody waits. */
async function turn(own: Poller): Promise<void> {
  do {
    const count = await epollWaitOnThread(own.epfd, foundBytes, MOST);
    if (count === -1) abandonIfBroken(own);
    for (let i = 0; i < count; i++) {
      const { events, data } = EPOLL_EVENT.fields;
      report(get(found, data, i * STRIDE), get(found, events, i * STRIDE));
    }
    if (watches.size === 0) closePoller(own);
    const told = leaving;
    leaving = [];
    for (const tell of told) tell();
  } while (poller === own);
  // A safe point: the thread may have come back for a signal.
  leave(0);
}

/** Ends the waits that the events are for, all of them: being ready is a state, and only one may find it so. */
function report(number: number, events: number): void {
  const watch = byNumber.get(number);
  if (watch === undefined) return; // the wake-up, or news of a descriptor that was closed
  for (const waiter of watch.waiters) {
    if ((events & (waiter.events | FOR_ALL)) === 0) continue;
    watch.waiters.delete(waiter);
    waiter.ready();
  }
  rearm(watch);
}

/** The thread came back with an error, which stayed there. Here it is the same: only EINTR means to go on. */
function abandonIfBroken(own: Poller): void {
  if (c.epoll_wait(own.epfd, interest, 1, 0) !== -1) return;
  const failure = errno();
  if (failure === EINTR) return;
  for (const watch of [...watches.values()]) {
    for (const waiter of watch.waiters) waiter.failed(new SystemError("epoll_wait", failure));
    watch.waiters.clear();
    rearm(watch);
  }
}

/** epoll_ctl for all that is waited for. Returns 0 or an errno. */
function control(own: Poller, operation: number, watch: Watch): number {
  let events = EPOLLONESHOT;
  for (const waiter of watch.waiters) events |= waiter.events;
  encode(EPOLL_EVENT, interest, { events, data: watch.number });
  return c.epoll_ctl(own.epfd, operation, watch.fd, interest) === -1 ? errno() : 0;
}

function openPoller(): Poller {
  const epfd = c.epoll_create1(EPOLL_CLOEXEC);
  if (epfd === -1) throw new SystemError("epoll_create1", errno());
  const wakefd = event.eventfd(0, EFD_CLOEXEC);
  if (wakefd === -1) {
    const failure = errno();
    descriptor.close(epfd);
    throw new SystemError("eventfd", failure);
  }
  // With EPOLLET each write is told once, and need not be read.
  encode(EPOLL_EVENT, interest, { events: (EPOLLIN | EPOLLET) >>> 0, data: WAKE });
  c.epoll_ctl(epfd, EPOLL_CTL_ADD, wakefd, interest);
  internalDescriptors.add(epfd).add(wakefd);
  return { epfd, wakefd };
}

/** The thread is not in it. */
function closePoller(own: Poller): void {
  poller = null;
  for (const fd of [own.wakefd, own.epfd]) {
    internalDescriptors.delete(fd);
    descriptor.close(fd);
  }
}

const ONE = new BigUint64Array([1n]);

function wake(own: Poller): void {
  descriptor.write(own.wakefd, ONE, ONE.byteLength);
}
