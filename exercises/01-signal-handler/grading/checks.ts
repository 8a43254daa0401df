/**
 * The checks that a student does not see.
 *
 * @module
 */
import type { HiddenChecks, Prepared } from "../../../lab/course/definition.ts";
import { field, notesOf, pidOf, show, valueOf } from "../../../lab/course/evidence.ts";
import type { History } from "../../../lab/course/history.ts";
import type { Finding } from "../../../lab/judge/finding.ts";
import { client, prepared, server, serving, whenAsleep, whenReady } from "../checks.ts";

function twice(): Prepared {
  return prepared(
    {
      stages: [{
        roles: [server("server", serving("2"))],
        stimuli: [
          whenReady("server", "SIGUSR1"),
          whenAsleep("server", "SIGINT"),
          { when: { kind: "note", role: "server", note: "ready2" }, signal: "SIGUSR1", to: "server" },
          whenAsleep("server", "SIGTERM"),
        ],
      }],
    },
    { role: "server", signal: "SIGINT" },
    { role: "server", signal: "SIGTERM", call: 1 },
  );
}

const CROWD = ["client 1", "client 2", "client 3", "client 4"];

/**
 * Several clients at once. The kernel keeps a standard signal that is pending only once, so there may be fewer hits than
 * signals: what must agree is the number of calls of hit() and the summary.
 */
function crowd(clients: readonly string[]): Prepared {
  return {
    scenario: {
      stages: [{
        roles: [
          server("server"),
          ...clients.map((name) => client(name, "server", { kind: "note", role: "server", note: "ready" })),
        ],
        stimuli: [whenAsleep("server", "SIGTERM")],
      }],
    },
    judge: (history) => judgeCrowd(history, clients),
  };
}

/** What is wrong with a server that these clients poked at the same time. */
export function judgeCrowd(history: History, clients: readonly string[]): Finding | null {
  const hits = notesOf(history, "server", "hit").map((note) => note.values[0]);
  const pids = clients.map((name) => pidOf(history, name));
  if (hits.length < 1 || hits.length > clients.length || hits.some((pid) => !pids.some((known) => known === pid))) {
    return {
      kind: "wrong-result",
      message:
        `${clients.length} clients sent one SIGUSR1 each at about the same time. Signals that are still pending count once, ` +
        `so 1 to ${clients.length} hits are right, each with the pid of a client.`,
      seen: `hit() for ${show(hits)}`,
      wanted: `hit() for some of ${show(pids)}`,
      role: "server",
      readNext: "signal(7), Queueing and delivery semantics for standard signals",
    };
  }
  if (field(valueOf(history, "server"), "hits") !== hits.length) {
    return {
      kind: "wrong-result",
      message: `hit() was called ${hits.length} times, and the summary counts ` +
        `${show(field(valueOf(history, "server"), "hits"))} hits.`,
      role: "server",
    };
  }
  return null;
}

const checks: HiddenChecks = [
  { name: "it can serve twice in a row", points: 20, runs: 2, prepare: twice, explore: { prepare: twice } },
  {
    name: "it keeps its count when many poke at once",
    points: 10,
    runs: 3,
    prepare: () => crowd(CROWD),
    explore: { prepare: () => crowd(CROWD.slice(0, 2)) },
  },
];

export default checks;
