/**
 * From a scenario to a cast: the same run, as what a controlled stage needs.
 *
 * @module
 */
import type { Cast, Part, Scene } from "../arena/controlled/cast.ts";
import { toPlain } from "../arena/value.ts";
import { type Argument, Marker, type Role, type Scenario, type Stage, type Trigger } from "../course/scenario.ts";
import { DEED, MOMENT, type Moment } from "../explore/moments.ts";
import { MAX_PARTIES } from "../explore/region.ts";
import { numberOfSignal } from "./signal_names.ts";

/** More roles than these leave no party for the processes that they fork. */
export const MOST_ROLES = MAX_PARTIES - 3;

/** The cast of a scenario. `scratch` is the run's folder as the roles see it. */
export function castOf(scenario: Scenario, scratch: string): Cast {
  const notes = [...new Set(scenario.stages.flatMap((stage) => [...namesOfNotes(stage)]))];
  const parts: Part[] = [];
  const scenes: Scene[] = [];
  for (const [index, stage] of scenario.stages.entries()) {
    const first = 1 + parts.length;
    const partyOf = (name: string): number => first + stage.roles.findIndex((role) => role.name === name);
    for (const role of stage.roles) parts.push(partOf(role, 1 + parts.length, index));
    scenes.push(sceneOf(stage, first, partyOf, notes));
  }
  if (parts.length > MOST_ROLES) {
    throw new RangeError(`A scenario that is explored has at most ${MOST_ROLES} roles in all, not ${parts.length}`);
  }
  return { parts, scenes, notes, scratch };
}

function partOf(role: Role, party: number, stage: number): Part {
  return {
    party,
    stage,
    name: role.name,
    calls: role.calls.map((call) => ({ function: call.function, arguments: call.arguments.map(toPlain) })),
    daemon: role.daemon === true,
    waits: role.start !== undefined,
  };
}

function sceneOf(stage: Stage, first: number, partyOf: (name: string) => number, notes: readonly string[]): Scene {
  const moments: Moment[] = [];
  const add = (when: Trigger, deed: number, target: number): void => {
    moments.push({ ...waitedFor(when, partyOf, notes), deed, target });
  };
  for (const [index, role] of stage.roles.entries()) {
    if (role.start !== undefined) add(role.start, DEED.start, first + index);
  }
  const stimuli = (stage.stimuli ?? []).map((stimulus, number) => {
    add(stimulus.when, DEED.stimulus, number);
    return {
      party: partyOf(stimulus.to),
      signal: numberOfSignal(stimulus.signal),
      queue: stimulus.queue ?? null,
    };
  });
  return { mayStick: stage.end === "stuck", moments, stimuli };
}

function waitedFor(
  when: Trigger,
  partyOf: (name: string) => number,
  notes: readonly string[],
): Pick<Moment, "kind" | "party" | "index" | "count"> {
  switch (when.kind) {
    case "stuck":
      return { kind: MOMENT.stuck, party: 0, index: 0, count: 1 };
    case "note": {
      const { role, note, count = 1 } = when;
      return { kind: MOMENT.note, party: partyOf(role), index: notes.indexOf(note), count };
    }
    case "returned":
      return { kind: MOMENT.returned, party: partyOf(when.role), index: when.call, count: 1 };
    case "ended":
      return { kind: MOMENT.ended, party: partyOf(when.role), index: 0, count: 1 };
  }
}

function namesOfNotes(stage: Stage): Set<string> {
  const names = new Set<string>();
  const look = (argument: Argument): void => {
    if (argument instanceof Marker) {
      if (argument.kind === "callback") names.add(argument.name);
    } else if (Array.isArray(argument)) argument.forEach((one) => look(one as Argument));
    else if (typeof argument === "object" && argument !== null && !(argument instanceof Uint8Array)) {
      Object.values(argument).forEach((one) => look(one as Argument));
    }
  };
  for (const role of stage.roles) for (const call of role.calls) call.arguments.forEach(look);
  return names;
}
