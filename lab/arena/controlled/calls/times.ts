/**
 * Sleeps and clocks. A sleep promises no order: it offers its turn, and comes back at once.
 *
 * @module
 */
import { CLOCK_MONOTONIC, CLOCK_REALTIME } from "../../../../lib/abi/clock_constants.ts";
import type { Timespec } from "../../../../lib/abi/timespec.ts";
import { isSystemError } from "../../../../lib/errors/system_error.ts";
import { callNumber } from "../../../../lib/gate/calls.ts";
import { failed, signals } from "../../../../lib/gate/gate.ts";
import { FLAG, MODE } from "../../../explore/region.ts";
import type { Calls, Context } from "./call.ts";
import { milliseconds } from "./clock.ts";
import { inside, wait } from "./perform.ts";

const NANOSLEEP = callNumber("nanosleep");

/** The calls on time. */
export function times(context: Context): Calls {
  const { original, clock, objects, turnstile } = context;
  const { SleepInterrupted } = original;
  const interrupted = (duration: Timespec): Error =>
    new SleepInterrupted(4, { sec: duration.sec, nsec: duration.nsec });

  return {
    nanosleep: {
      // A signal may end it.
      objects: () => [objects.signalsOf(turnstile.party)],
      mode: MODE.write,
      flags: FLAG.yields,
      runsHandlers: true,
      attempt: (duration) => {
        const length = milliseconds(duration);
        if (length === null) return inside(context, () => original.nanosleep(duration));
        const { nextSignal } = clock;
        // Nobody but the timer that it set itself is sure to come while it sleeps.
        if (nextSignal === null || nextSignal > clock.now + length) return;
        while (clock.nextSignal === nextSignal && wait(context, [], nextSignal) !== "signal") continue;
        if (signals.arrived[0] === signals.taken) return;
        try {
          failed(NANOSLEEP, 4);
        } catch (error) {
          throw isSystemError(error, "EINTR") ? interrupted(duration) : error;
        }
      },
      faults: {
        eintr: (duration) => {
          if (milliseconds(duration) !== null) throw interrupted(duration);
          return undefined;
        },
      },
    },
    clock_gettime: {
      attempt: (id) => {
        const real = original.clock_gettime(id);
        return id === CLOCK_REALTIME || id === CLOCK_MONOTONIC ? clock.time() : real;
      },
    },
  };
}
