/**
 * The checks that a student sees.
 *
 * The server may wait by pause(2) in a loop, which misses a signal that arrives between the look at the variable and the
 * pause. That hole is the next exercise's subject. So a signal that ends a server is sent only once the server is asleep.
 *
 * @module
 */
import type { Check, Prepared, Random } from "../../lab/course/definition.ts";
import { returnOf } from "../../lab/course/evidence.ts";
import { type Call, Marker, type Role, type Stimulus } from "../../lab/course/scenario.ts";
import { explainServe, judgeServe, judgeSupervise, type Service } from "./judge.ts";

/** A call of `serve` whose callbacks are noted under "ready", "hit" and "cleanUp", and this suffix. */
export function serving(suffix = ""): Call {
  const callbacks = ["ready", "hit", "cleanUp"].map((name) => Marker.callback(`${name}${suffix}`));
  return { function: "serve", arguments: callbacks };
}

/** A process that serves. */
export function server(name: string, ...more: readonly Call[]): Role {
  return { name, calls: [serving(), ...more] };
}

/** A process that sends SIGUSR1 to `to`. */
export function client(name: string, to: string, start: NonNullable<Role["start"]>): Role {
  return { name, start, calls: [{ function: "poke", arguments: [Marker.pid(to)] }] };
}

/** A signal to a server that sleeps. */
export function whenAsleep(to: string, signal: string): Stimulus {
  return { when: { kind: "stuck" }, signal, to };
}

/** A signal to a server as soon as it says that it is ready. */
export function whenReady(to: string, signal: string): Stimulus {
  return { when: { kind: "note", role: to, note: "ready" }, signal, to };
}

/** A run of these stages, judged by these services. */
export function prepared(scenario: Prepared["scenario"], ...services: readonly Service[]): Prepared {
  const first = (judge: typeof judgeServe): Prepared["judge"] => (history) => {
    for (const service of services) {
      const finding = judge(history, service);
      if (finding !== null) return finding;
    }
    return null;
  };
  return { scenario, judge: first(judgeServe), explain: first(explainServe) };
}

function gracefulEnd(random: Random): Prepared {
  const [first, second] = random.shuffled(["SIGINT", "SIGTERM"]) as [string, string];
  return prepared(
    {
      stages: [{
        roles: [server("server 1"), server("server 2")],
        // The second one has been asleep ever since: nothing else happens to it.
        stimuli: [
          whenAsleep("server 1", first),
          { when: { kind: "ended", role: "server 1" }, signal: second, to: "server 2" },
        ],
      }],
    },
    { role: "server 1", signal: first },
    { role: "server 2", signal: second },
  );
}

function hitsCounted(random: Random): Prepared {
  const more = 1 + random.integer(3);
  const afterHit = (count: number) => ({ kind: "note", role: "server", note: "hit", count }) as const;
  const again = Array.from({ length: more }, (_, index): Stimulus => ({
    when: afterHit(index + 1),
    signal: "SIGUSR1",
    to: "server",
  }));
  return prepared(
    {
      stages: [{
        roles: [server("server"), client("client", "server", afterHit(more + 1))],
        stimuli: [whenReady("server", "SIGUSR1"), ...again, whenAsleep("server", "SIGTERM")],
      }],
    },
    { role: "server", signal: "SIGTERM", clients: ["client"] },
  );
}

function hangUp(): Prepared {
  return prepared(
    {
      stages: [{
        roles: [server("server")],
        stimuli: [whenAsleep("server", "SIGHUP"), whenAsleep("server", "SIGINT")],
      }],
    },
    { role: "server", signal: "SIGINT" },
  );
}

function supervisor(random: Random): Prepared {
  const ticks = 1 + random.integer(3);
  // The first one comes when it waits for certain, so that it interrupts the wait. The last one comes when it waits again.
  const first: Stimulus = { when: { kind: "stuck" }, signal: "SIGUSR1", to: "supervisor" };
  const more = Array.from({ length: ticks - 1 }, (_, index): Stimulus => ({
    when: { kind: "note", role: "supervisor", note: "tick", count: index + 1 },
    signal: "SIGUSR1",
    to: "supervisor",
  }));
  const last: Stimulus = { when: { kind: "stuck" }, signal: "SIGTERM", to: "supervisor" };
  return supervised([first, ...more, last]);
}

/** One supervisor to whom this is done: some SIGUSR1, each when the one before was dealt with, and SIGTERM. */
function supervised(stimuli: readonly Stimulus[]): Prepared {
  const ticks = stimuli.filter(({ signal }) => signal === "SIGUSR1").length;
  const supervise = { function: "supervise", arguments: [Marker.callback("ready"), Marker.callback("tick")] };
  return {
    scenario: { stages: [{ roles: [{ name: "supervisor", calls: [supervise] }], stimuli }] },
    judge: (history) => judgeSupervise(history, "supervisor", ticks),
    explain: (history) =>
      returnOf(history, "supervisor") === undefined ? null : judgeSupervise(history, "supervisor", ticks),
  };
}

/** The first SIGUSR1 comes at any moment from ready() on; a client's comes at any moment after it was heard. */
function hitsAtAnyMoment(): Prepared {
  const heard = { kind: "note", role: "server", note: "hit" } as const;
  return prepared(
    {
      stages: [{
        roles: [server("server"), client("client", "server", heard)],
        stimuli: [whenReady("server", "SIGUSR1"), whenAsleep("server", "SIGTERM")],
      }],
    },
    { role: "server", signal: "SIGTERM", clients: ["client"] },
  );
}

function hangUpAtAnyMoment(): Prepared {
  return prepared(
    {
      stages: [{
        roles: [server("server")],
        stimuli: [whenReady("server", "SIGHUP"), whenAsleep("server", "SIGINT")],
      }],
    },
    { role: "server", signal: "SIGINT" },
  );
}

/** A tick at any moment from ready() on, and the end at any moment after it: a supervisor need not be asleep to hand it on. */
function supervisorAtAnyMoment(): Prepared {
  return supervised([
    { when: { kind: "note", role: "supervisor", note: "ready" }, signal: "SIGUSR1", to: "supervisor" },
    { when: { kind: "note", role: "supervisor", note: "tick" }, signal: "SIGTERM", to: "supervisor" },
  ]);
}

/** All of them. */
export const CHECKS: readonly Check[] = [
  { name: "SIGINT and SIGTERM end it gracefully", points: 25, runs: 2, prepare: gracefulEnd },
  {
    name: "each SIGUSR1 is counted, and its sender named",
    points: 25,
    runs: 3,
    prepare: hitsCounted,
    explore: { prepare: hitsAtAnyMoment },
  },
  { name: "SIGHUP does not end it", points: 5, runs: 1, prepare: hangUp, explore: { prepare: hangUpAtAnyMoment } },
  {
    name: "a supervisor waits, whatever signals come",
    points: 15,
    runs: 2,
    prepare: supervisor,
    explore: { prepare: supervisorAtAnyMoment },
  },
];
