import { assertEquals, assertThrows } from "@std/assert";
import { getitimer, ITIMER_PROF, ITIMER_REAL, ITIMER_VIRTUAL, setitimer } from "ipc";
import { inChild } from "../../support/child.ts";
import { assertErrno } from "../../support/errno.ts";

const NEVER = { interval: { sec: 0, usec: 0 }, value: { sec: 0, usec: 0 } };

Deno.test("setitimer() and getitimer() give EINVAL for a timer that is none, and microseconds that are none", () => {
  for (const which of [-1, 3, 2 ** 31 - 1]) {
    assertErrno("EINVAL", () => setitimer(which, NEVER));
    assertErrno("EINVAL", () => getitimer(which));
  }
  for (const usec of [-1, 1_000_000]) {
    assertErrno("EINVAL", () => setitimer(ITIMER_REAL, { ...NEVER, value: { sec: 1, usec } }));
    assertErrno("EINVAL", () => setitimer(ITIMER_REAL, { ...NEVER, interval: { sec: 0, usec } }));
  }
});

Deno.test("setitimer() refuses what is no setting before any call", () => {
  assertThrows(() => setitimer("0" as never, NEVER), TypeError, "which");
  for (const wrong of [null, 1, {}, { interval: { sec: 0, usec: 0 } }]) {
    assertThrows(() => setitimer(ITIMER_REAL, wrong as never), TypeError);
  }
  assertThrows(
    () => setitimer(ITIMER_REAL, { ...NEVER, value: { sec: 0.5, usec: 0 } }),
    RangeError,
    "setting.value.sec",
  );
});

Deno.test("each timer sends its signal, again and again until it is stopped, and tells how it is set", async () => {
  const outcome = await inChild(
    `
      import { getitimer, nanosleep, pause, setitimer, SIGALRM, signal, SIGPROF, SIGVTALRM } from "ipc";
      const never = { sec: 0, usec: 0 };
      const counts = Deno.args.map(Number).map((which, i) => {
        let count = 0;
        signal([SIGALRM, SIGVTALRM, SIGPROF][i], () => count++);
        setitimer(which, { interval: { sec: 0, usec: 4000 }, value: { sec: 0, usec: 4000 } });
        const { interval, value } = getitimer(which);
        while (count < 2) if (i === 0) pause(); else getitimer(which); // two of them run only while we do
        const before = setitimer(which, { interval: never, value: never });
        return [interval.usec > 0, value.sec === 0, before.interval.usec > 0, getitimer(which).value];
      });
      console.log(JSON.stringify(counts));
    `,
    { args: [ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF] },
  );
  assertEquals(outcome, Array(3).fill([true, true, true, { sec: 0, usec: 0 }]));
});
