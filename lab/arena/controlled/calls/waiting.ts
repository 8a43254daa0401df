/**
 * Waiting for many descriptors at once: each look is one with a timeout of 0, and what is waited for is any of their objects.
 *
 * @module
 */
import { EPOLL_CTL_DEL } from "../../../../lib/abi/epoll_constants.ts";
import { SigSet } from "../../../../lib/abi/sigset.ts";
import { SystemError } from "../../../../lib/errors/system_error.ts";
import { callNumber } from "../../../../lib/gate/calls.ts";
import { deliverUnder } from "../../../../lib/gate/delivery.ts";
import { quietOtherThreads } from "../../../../lib/gate/threads.ts";
import type { EpollEvent, PollFd, SelectSets } from "../../../../lib/mod.ts";
import { MODE } from "../../../explore/region.ts";
import { type Calls, type Context, ERRNO, fails, WOULD_BLOCK } from "./call.ts";
import { milliseconds } from "./clock.ts";
import { inside, runHandlers, wait } from "./perform.ts";

const PPOLL = callNumber("ppoll");
const NO_TIME = { sec: 0, nsec: 0 };

/** The calls that wait for several descriptors. */
export function waitingCalls(context: Context): Calls {
  const { original, objects, clock, belongings, turnstile } = context;
  /** By epoll descriptor: what it watches. */
  const interests = new Map<number, Set<number>>();

  const objectsOf = (fds: readonly unknown[]): readonly number[] => {
    const found = new Set(fds.map((fd) => objects.descriptor(fd)));
    found.delete(-1);
    return [...found];
  };
  const polled = (fds: unknown): readonly number[] =>
    Array.isArray(fds) ? objectsOf(fds.map((entry: PollFd | undefined) => entry?.fd)) : [];
  const selected = (sets: SelectSets): readonly number[] => {
    const { read = [], write = [], except = [] } = sets ?? {};
    return objectsOf([...read, ...write, ...except]);
  };
  const after = (ms: unknown): number | null => typeof ms !== "number" ? clock.now : ms < 0 ? null : clock.in(ms);
  const isEmpty = (revents: readonly number[]): boolean => revents.every((bits) => bits === 0);
  const isUnlimited = (timeout: unknown): boolean => timeout === null;
  const noneSelected = (): { read: number[]; write: number[]; except: number[] } => ({
    read: [],
    write: [],
    except: [],
  });
  const nobody = ({ read, write, except }: ReturnType<typeof noneSelected>): boolean =>
    read.length + write.length + except.length === 0;

  return {
    poll: {
      objects: polled,
      mode: MODE.read,
      attempt: (fds, timeoutMs) => {
        if (typeof timeoutMs !== "number") return original.poll(fds, timeoutMs);
        const revents = original.poll(fds, 0);
        return timeoutMs !== 0 && isEmpty(revents) ? WOULD_BLOCK : revents;
      },
      deadline: (_, timeoutMs) => after(timeoutMs),
      timedOut: (fds) => original.poll(fds, 0),
      nothing: isEmpty,
      faults: {
        eintr: (_, timeoutMs) => timeoutMs === 0 ? undefined : fails("poll", ERRNO.EINTR)(),
        timeout: (fds, timeoutMs) => timeoutMs > 0 ? fds.map(() => 0) : undefined,
      },
    },
    ppoll: {
      objects: polled,
      mode: MODE.read,
      runsHandlers: true,
      attempt: (fds, timeout, mask) => {
        if (mask !== undefined && !(mask instanceof SigSet)) {
          return inside(context, () => original.ppoll(fds, timeout, mask));
        }
        const deadline = isUnlimited(timeout) ? null : clock.after(timeout);
        if (mask !== undefined) quietOtherThreads();
        for (;;) {
          if (mask === undefined ? false : deliverUnder(mask, PPOLL) !== "nothing") {
            throw new SystemError("ppoll", ERRNO.EINTR);
          }
          const valid = isUnlimited(timeout) || milliseconds(timeout) !== null;
          const revents = inside(context, () => original.ppoll(fds, valid ? NO_TIME : timeout));
          if (!isEmpty(revents)) return revents;
          const wake = wait(context, [...polled(fds), objects.signalsOf(turnstile.party)], deadline);
          if (wake === "timeout") return inside(context, () => original.ppoll(fds, NO_TIME));
          if (wake === "signal" && mask === undefined && runHandlers(PPOLL)) {
            throw new SystemError("ppoll", ERRNO.EINTR);
          }
        }
      },
      nothing: isEmpty,
      faults: {
        eintr: (fds) => isEmpty(original.ppoll(fds, NO_TIME)) ? fails("ppoll", ERRNO.EINTR)() : undefined,
        timeout: (fds, timeout) => isUnlimited(timeout) ? undefined : fds.map(() => 0),
      },
    },
    select: {
      objects: selected,
      mode: MODE.read,
      attempt: (sets, timeout) => {
        if (!isUnlimited(timeout) && milliseconds(timeout) === null) return original.select(sets, timeout);
        const found = original.select(sets, NO_TIME);
        const atOnce = !isUnlimited(timeout) && milliseconds(timeout) === 0;
        return !atOnce && nobody(found) ? WOULD_BLOCK : found;
      },
      deadline: (_, timeout) => isUnlimited(timeout) ? null : clock.after(timeout),
      timedOut: noneSelected,
      nothing: nobody,
      faults: {
        eintr: fails("select", ERRNO.EINTR),
        timeout: (_, timeout) => isUnlimited(timeout) ? undefined : noneSelected(),
      },
    },
    epoll_create1: {
      note: (epfd: number) => {
        interests.set(epfd, new Set());
        belongings.touched("descriptors");
      },
    },
    epoll_ctl: {
      objects: (epfd) => objectsOf([epfd]),
      mode: MODE.write,
      note: (_, epfd, op, fd) => {
        const watchedFds = interests.get(epfd) ?? new Set<number>();
        if (op === EPOLL_CTL_DEL) watchedFds.delete(fd);
        else watchedFds.add(fd);
        interests.set(epfd, watchedFds);
      },
    },
    epoll_wait: {
      objects: (epfd) => objectsOf([...interests.get(epfd) ?? [], epfd]),
      mode: MODE.write,
      attempt: (epfd, maxevents, timeoutMs) => {
        if (typeof timeoutMs !== "number" || timeoutMs === 0) return original.epoll_wait(epfd, maxevents, timeoutMs);
        const events: EpollEvent[] = original.epoll_wait(epfd, maxevents, 0);
        return events.length === 0 ? WOULD_BLOCK : events;
      },
      deadline: (_epfd, _maxevents, timeoutMs) => after(timeoutMs),
      timedOut: () => [],
      nothing: (events: EpollEvent[]) => events.length === 0,
      changes: () => [],
      faults: {
        eintr: (_epfd, _max, timeoutMs) => timeoutMs === 0 ? undefined : fails("epoll_wait", ERRNO.EINTR)(),
        timeout: (_epfd, _max, timeoutMs) => timeoutMs > 0 ? [] : undefined,
      },
    },
  };
}
