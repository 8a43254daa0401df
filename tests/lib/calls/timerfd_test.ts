import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  CLOCK_BOOTTIME,
  clock_gettime,
  CLOCK_MONOTONIC,
  CLOCK_PROCESS_CPUTIME_ID,
  CLOCK_REALTIME,
  close,
  pipe,
  poll,
  POLLIN,
  read,
  TFD_NONBLOCK,
  TFD_TIMER_ABSTIME,
  timerfd_create,
  timerfd_gettime,
  timerfd_settime,
  type TimerSetting,
} from "ipc";
import { assertErrno } from "../../support/errno.ts";

const NEVER = { sec: 0, nsec: 0 };
const STOP: TimerSetting = { interval: NEVER, value: NEVER };
const AT_ONCE: TimerSetting = { interval: NEVER, value: { sec: 0, nsec: 1 } };

/** A timer that is closed at the end of the scope. */
class Timer implements Disposable {
  readonly fd: number;

  constructor(clock = CLOCK_MONOTONIC) {
    this.fd = timerfd_create(clock, TFD_NONBLOCK);
  }

  expirations(): bigint {
    const count = new BigUint64Array(1);
    read(this.fd, new Uint8Array(count.buffer));
    return count[0] as bigint;
  }

  [Symbol.dispose](): void {
    close(this.fd);
  }
}

Deno.test("timerfd_create() gives EINVAL for a clock that is none, or not for timers, and for unknown flags", () => {
  assertErrno("EINVAL", () => timerfd_create(99, 0));
  assertErrno("EINVAL", () => timerfd_create(CLOCK_PROCESS_CPUTIME_ID, 0));
  assertErrno("EINVAL", () => timerfd_create(CLOCK_MONOTONIC, 0x40));
});

Deno.test("timerfd_settime() and timerfd_gettime() give EBADF and EINVAL for what is no timer", () => {
  const [reading, writing] = pipe();
  assertErrno("EINVAL", () => timerfd_settime(reading, 0, STOP));
  assertErrno("EINVAL", () => timerfd_gettime(reading));
  close(reading);
  close(writing);
  assertErrno("EBADF", () => timerfd_settime(reading, 0, STOP));
  assertErrno("EBADF", () => timerfd_gettime(reading));
});

Deno.test("timerfd_settime() gives EINVAL for nanoseconds that are none, and for unknown flags", () => {
  using timer = new Timer();
  for (const nsec of [-1, 1e9]) {
    assertErrno("EINVAL", () => timerfd_settime(timer.fd, 0, { interval: NEVER, value: { sec: 1, nsec } }));
    assertErrno("EINVAL", () => timerfd_settime(timer.fd, 0, { interval: { sec: 1, nsec }, value: NEVER }));
  }
  assertErrno("EINVAL", () => timerfd_settime(timer.fd, 0x40, STOP));
});

Deno.test("timerfd_settime() refuses what is no setting", () => {
  using timer = new Timer();
  const wrong = (setting: unknown): unknown => timerfd_settime(timer.fd, 0, setting as TimerSetting);
  assertThrows(() => wrong(null), TypeError, "setting: expected { interval, value }, got null");
  assertThrows(() => wrong({ interval: NEVER }), TypeError, "setting.value");
  assertThrows(() => wrong({ interval: 5, value: NEVER }), TypeError, "setting.interval");
  assertThrows(() => wrong({ interval: NEVER, value: { sec: 0.5, nsec: 0 } }), RangeError, "setting.value.sec");
});

Deno.test("a timer that is not running gives EAGAIN", () => {
  using timer = new Timer();
  assertErrno("EAGAIN", () => timer.expirations());
  assertEquals(timerfd_gettime(timer.fd), STOP);
});

Deno.test("a timer that expires once is read once", () => {
  using timer = new Timer();
  assertEquals(timerfd_settime(timer.fd, 0, AT_ONCE), STOP);
  assertEquals(poll([{ fd: timer.fd, events: POLLIN }], -1), [POLLIN]);
  assertEquals(timer.expirations(), 1n);
  assertErrno("EAGAIN", () => timer.expirations());
  assertErrno("EINVAL", () => read(timer.fd, new Uint8Array(7)));
});

Deno.test("a timer with an interval counts its expirations", () => {
  using timer = new Timer();
  timerfd_settime(timer.fd, 0, { interval: { sec: 0, nsec: 1000 }, value: { sec: 0, nsec: 1 } });
  let seen = 0n;
  while (seen < 100n) {
    poll([{ fd: timer.fd, events: POLLIN }], -1);
    seen += timer.expirations();
  }
});

Deno.test("timerfd_settime() returns how the timer was set", () => {
  using timer = new Timer();
  timerfd_settime(timer.fd, 0, { interval: { sec: 7, nsec: 8 }, value: { sec: 1000, nsec: 0 } });
  const now = timerfd_gettime(timer.fd);
  assertEquals(now.interval, { sec: 7, nsec: 8 });
  assert(now.value.sec > 0 && now.value.sec <= 1000);
  assertEquals(timerfd_settime(timer.fd, 0, STOP).interval, { sec: 7, nsec: 8 });
  assertEquals(timerfd_gettime(timer.fd), STOP);
});

for (const [name, clock] of Object.entries({ CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME })) {
  Deno.test(`timerfd_settime() with TFD_TIMER_ABSTIME takes a time of ${name}`, () => {
    using timer = new Timer(clock);
    const { sec, nsec } = clock_gettime(clock);
    timerfd_settime(timer.fd, TFD_TIMER_ABSTIME, { interval: NEVER, value: { sec: sec + 1000, nsec } });
    const left = timerfd_gettime(timer.fd).value.sec;
    assert(left > 0 && left <= 1000, `${left} s are left`);
    timerfd_settime(timer.fd, TFD_TIMER_ABSTIME, { interval: NEVER, value: { sec, nsec } });
    assertEquals(poll([{ fd: timer.fd, events: POLLIN }], -1), [POLLIN]);
  });
}

Deno.test("clock_gettime() gives EINVAL for a clock that is none", () => {
  assertErrno("EINVAL", () => clock_gettime(99));
  assertThrows(() => clock_gettime("0" as never), TypeError, "clock");
});

Deno.test("clock_gettime() of CLOCK_REALTIME is the time of day", () => {
  const before = Date.now();
  const { sec, nsec } = clock_gettime(CLOCK_REALTIME);
  const after = Date.now() + 1;
  const time = sec * 1000 + nsec / 1e6;
  assert(time >= before && time <= after, `${time} is not between ${before} and ${after}`);
});
