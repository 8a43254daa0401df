/**
 * Barriers. Waiting at one is two steps: to come, which tells the others what was done before, and to go on when all have come.
 *
 * @module
 */
import { callNumber } from "../../../../lib/gate/calls.ts";
import { Arrival } from "../../../../lib/memory/barrier.ts";
import { Barrier, isSoundBarrier, locate, wordsOf } from "../../../../lib/memory/pthread.ts";
import { MODE } from "../../../explore/region.ts";
import { Unwind } from "../../../explore/turnstile.ts";
import type { Calls, Context } from "./call.ts";
import { runHandlers, stepTo, wait } from "./perform.ts";

const WAIT = callNumber("pthread_barrier_wait");

/** The calls on barriers. */
export function barriers(context: Context): Calls {
  const { original, objects, turnstile } = context;

  const on = (barrier: Barrier): readonly number[] => [objects.lock(barrier)];

  return {
    pthread_barrier_init: { objects: (memory) => [objects.memory(memory)?.object ?? -1], mode: MODE.write },
    pthread_barrier_destroy: { objects: on, mode: MODE.write },
    pthread_barrier_wait: {
      objects: on,
      mode: MODE.write,
      runsHandlers: true,
      attempt: (barrier: Barrier) => {
        if (!(barrier instanceof Barrier)) return original.pthread_barrier_wait(barrier);
        const address = locate(barrier);
        // Refused at once, with what is wrong with it.
        if (!isSoundBarrier(barrier)) return original.pthread_barrier_wait(barrier);
        const object = objects.lock(barrier);
        const arrival = new Arrival(wordsOf(barrier), address);
        let result = 0;
        let ended = false;
        try {
          if (!arrival.isOpen()) {
            stepTo(context, WAIT, object, "has come");
            while (!arrival.isOpen()) {
              if (wait(context, [object], null) === "signal") runHandlers(WAIT);
              locate(barrier); // a handler may have unmapped the memory
            }
          }
        } catch (error) {
          ended = error instanceof Unwind;
          throw error;
        } finally {
          // Whoever is killed at a barrier is not counted out.
          if (!ended && objects.lock(barrier) === object) result = arrival.leave();
        }
        turnstile.changed(object);
        return result;
      },
      changes: () => [],
    },
  };
}
