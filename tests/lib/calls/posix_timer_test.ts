import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  CLOCK_MONOTONIC,
  CLOCK_REALTIME,
  SIGEV_NONE,
  SIGEV_SIGNAL,
  Timer,
  timer_create,
  timer_delete,
  timer_getoverrun,
  timer_gettime,
  timer_settime,
} from "ipc";
import { inChild } from "../../support/child.ts";
import { assertErrno } from "../../support/errno.ts";

const NEVER = { interval: { sec: 0, nsec: 0 }, value: { sec: 0, nsec: 0 } };
const SILENT = { notify: SIGEV_NONE } as const;

/** Every call on a timer. */
const CALLS: Readonly<Record<string, (timer: Timer) => unknown>> = {
  timer_settime: (timer) => timer_settime(timer, 0, NEVER),
  timer_gettime,
  timer_getoverrun,
  timer_delete,
};

Deno.test("timer_create() gives EINVAL for a clock, kind or signal that is none or not a program's to use", () => {
  assertErrno("EINVAL", () => timer_create(99, SILENT));
  for (const signo of [-1, 0, 64, 65]) {
    assertErrno("EINVAL", () => timer_create(CLOCK_REALTIME, { notify: SIGEV_SIGNAL, signo }));
  }
  for (const notify of [2, 3, 77]) assertErrno("EINVAL", () => timer_create(CLOCK_REALTIME, { notify } as never));
});

Deno.test("calls refuse what is no timer or event before any call, and give EINVAL for a timer that was deleted", () => {
  const deleted = timer_create(CLOCK_MONOTONIC, SILENT);
  timer_delete(deleted);
  for (const call of Object.values(CALLS)) {
    for (const wrong of [null, 0, {}, Object.create(Timer.prototype)]) {
      assertThrows(() => call(wrong as never), TypeError);
    }
    assertErrno("EINVAL", () => call(deleted));
  }
  deleted[Symbol.dispose](); // nothing is left to do
  assertThrows(() => new Timer("me" as never, 0), TypeError, "timer_create");
  assertThrows(() => timer_create(CLOCK_REALTIME, null as never), TypeError, "event");
  assertThrows(() => timer_create(CLOCK_REALTIME, { notify: SIGEV_SIGNAL } as never), TypeError, "event.signo");
});

Deno.test("timer_settime() gives EINVAL for nanoseconds that are none, and refuses what is no setting", () => {
  using timer = timer_create(CLOCK_MONOTONIC, SILENT);
  for (const nsec of [-1, 1e9]) {
    assertErrno("EINVAL", () => timer_settime(timer, 0, { ...NEVER, value: { sec: 1, nsec } }));
  }
  assertThrows(() => timer_settime(timer, 0, 5 as never), TypeError, "setting");
});

Deno.test("timer_gettime() tells how a timer is set", () => {
  using timer = timer_create(CLOCK_MONOTONIC, SILENT);
  timer_settime(timer, 0, { interval: { sec: 3, nsec: 4 }, value: { sec: 1000, nsec: 0 } });
  const { interval, value } = timer_gettime(timer);
  assertEquals(interval, { sec: 3, nsec: 4 });
  assert(value.sec === 999 || (value.sec === 1000 && value.nsec === 0));
});

Deno.test("timer_create() gives EAGAIN where no signal may be pending any more", async () => {
  const code = await inChild(
    `
      import { CLOCK_MONOTONIC, prlimit, RLIMIT_SIGPENDING, SIGEV_NONE, timer_create } from "ipc";
      prlimit(0, RLIMIT_SIGPENDING, { soft: 0, hard: 0 });
      try { timer_create(CLOCK_MONOTONIC, { notify: SIGEV_NONE }); } catch (error) { console.log(JSON.stringify(error.code)); }
    `,
  );
  assertEquals(code, "EAGAIN");
});

Deno.test("timers tell themselves apart by their values, count what they could not send, and are not a child's", async () => {
  const outcome = await inChild(`
    import { CLOCK_MONOTONIC, fork, SI_TIMER, SIG_BLOCK, SIGEV_SIGNAL, sigprocmask, SIGRTMIN, SigSet, sigwaitinfo } from "ipc";
    import { nanosleep, timer_create, timer_getoverrun, timer_settime, TIMER_ABSTIME, waitpid } from "ipc";
    const set = new SigSet([SIGRTMIN]);
    sigprocmask(SIG_BLOCK, set);
    const timers = [7, 8].map((value) => timer_create(CLOCK_MONOTONIC, { notify: SIGEV_SIGNAL, signo: SIGRTMIN, value }));
    const often = { sec: 0, nsec: 1_000_000 };
    // The first has expired long ago: it starts at once, and has to catch up.
    timer_settime(timers[0], TIMER_ABSTIME, { interval: often, value: { sec: 0, nsec: 1 } });
    const first = sigwaitinfo(set);
    const overrun = timer_getoverrun(timers[0]);
    timer_settime(timers[0], 0, { interval: { sec: 0, nsec: 0 }, value: { sec: 0, nsec: 0 } });
    timer_settime(timers[1], 0, { interval: { sec: 0, nsec: 0 }, value: often });
    let second = sigwaitinfo(set);
    while (second.value === 7) second = sigwaitinfo(set);
    const { status } = waitpid(fork(() => {
      const mine = timer_create(CLOCK_MONOTONIC, { notify: SIGEV_SIGNAL, signo: SIGRTMIN });
      let refused = 0;
      for (const timer of timers) try { timer_getoverrun(timer); } catch (error) { if (error.code === "EINVAL") refused++; }
      return refused + timer_getoverrun(mine);
    }));
    console.log(JSON.stringify([first.code === SI_TIMER, first.value, overrun > 0, second.value, status]));
  `);
  assertEquals(outcome, [true, 7, true, 8, 2]);
});
