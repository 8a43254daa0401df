/**
 * The hand-over of the turn, as a model that is gone through whole: gates counted up, futexes waited on. Whatever the order of
 * their machine-level steps, exactly one party has the turn, or it is on its way to exactly one.
 */
import { assert, assertEquals } from "@std/assert";

/** Where a party is in its program. */
const PLACE = {
  /** Has the turn. */
  runs: 0,
  /** Has counted the other's gate up, and is to wake it. */
  wakes: 1,
  /** Is to compare its gate with what it has passed. */
  looks: 2,
  /** Has found its gate closed, and is to enter FUTEX_WAIT, which compares once more. */
  enters: 3,
  /** Sleeps in the kernel. */
  sleeps: 4,
  /** Only in a wrong protocol: has woken the other, and is to count its gate up. */
  counts: 5,
} as const;

interface Party {
  readonly place: number;
  /** How much its gate is ahead of what it has passed: the counters themselves do not matter, as they only go up. */
  readonly ahead: number;
  /** Whom it wakes next. */
  readonly to: number;
}

type State = readonly Party[];

interface Protocol {
  /** FUTEX_WAIT compares the word with the value that was expected. */
  readonly futexCompares: boolean;
  /** The gate is counted up before the wake, not after it. */
  readonly countsFirst: boolean;
  /** The waiter looks again after each return of FUTEX_WAIT. */
  readonly looksAgain: boolean;
}

const REAL: Protocol = { futexCompares: true, countsFirst: true, looksAgain: true };

function changed(state: State, party: number, change: Partial<Party>): State {
  return state.map((old, i) => i === party ? { ...old, ...change } : old);
}

function counted(state: State, party: number): State {
  return changed(state, party, { ahead: (state[party] as Party).ahead + 1 });
}

/** All states that may come after this one. */
function* after(state: State, protocol: Protocol): Generator<State> {
  for (const [me, party] of state.entries()) {
    switch (party.place) {
      case PLACE.runs:
        for (let to = 0; to < state.length; to++) {
          if (to === me) continue;
          const left = changed(state, me, { place: PLACE.wakes, to });
          yield protocol.countsFirst ? counted(left, to) : left;
        }
        break;
      case PLACE.wakes: {
        const done = changed(state, me, { place: protocol.countsFirst ? PLACE.looks : PLACE.counts });
        const sleeps = (state[party.to] as Party).place === PLACE.sleeps;
        yield sleeps ? awoken(done, party.to, protocol) : done;
        break;
      }
      case PLACE.counts:
        yield counted(changed(state, me, { place: PLACE.looks }), party.to);
        break;
      case PLACE.looks:
        yield party.ahead === 0
          ? changed(state, me, { place: PLACE.enters })
          : changed(state, me, { place: PLACE.runs, ahead: party.ahead - 1 });
        break;
      case PLACE.enters: {
        const refused = protocol.futexCompares && party.ahead > 0;
        yield changed(state, me, { place: refused ? PLACE.looks : PLACE.sleeps });
        break;
      }
      case PLACE.sleeps:
        // A signal, or a spurious return.
        yield awoken(state, me, protocol);
        break;
    }
  }
}

function awoken(state: State, party: number, { looksAgain }: Protocol): State {
  return changed(state, party, { place: looksAgain ? PLACE.looks : PLACE.runs });
}

/** Without signals: a sleeper is only woken. */
function isStuck(state: State): boolean {
  return state.every(({ place }) => place === PLACE.sleeps);
}

/** How many have the turn, or will have it without anybody's doing. */
function turns(state: State): number {
  return state.filter(({ place, ahead }) => place === PLACE.runs || ahead > 0).length;
}

function explore(parties: number, protocol: Protocol): { states: number; wrong: string | null } {
  const first: State = Array.from({ length: parties }, (_, i) => ({
    place: i === 0 ? PLACE.runs : PLACE.looks,
    ahead: 0,
    to: 0,
  }));
  const seen = new Set<string>();
  const left = [first];
  for (let state = left.pop(); state !== undefined; state = left.pop()) {
    const key = state.map(({ place, ahead, to }) => `${place}${ahead}${to}`).join();
    if (seen.has(key)) continue;
    seen.add(key);
    if (state.filter(({ place }) => place === PLACE.runs).length > 1) return { states: seen.size, wrong: "two run" };
    if (turns(state) !== 1 && protocol.countsFirst) return { states: seen.size, wrong: "the turn is nobody's" };
    if (isStuck(state)) return { states: seen.size, wrong: "all sleep" };
    left.push(...after(state, protocol));
  }
  return { states: seen.size, wrong: null };
}

for (const parties of [2, 3, 4]) {
  Deno.test(`hand-over: ${parties} parties never lose the turn, and never have it twice`, () => {
    const { states, wrong } = explore(parties, REAL);
    assertEquals(wrong, null);
    assert(states > 10 ** parties / 10, `only ${states} states`);
  });
}

for (
  const [protocol, wrong] of [
    [{ ...REAL, futexCompares: false }, "all sleep"],
    [{ ...REAL, countsFirst: false }, "all sleep"],
    [{ ...REAL, looksAgain: false }, "two run"],
  ] as const
) {
  const changedPart = Object.entries(protocol).filter(([, value]) => !value).map(([name]) => name).join();
  Deno.test(`hand-over: the model sees what goes wrong without ${changedPart}`, () => {
    assertEquals(explore(2, protocol).wrong, wrong);
  });
}
