/**
 * Whether a definition is one: an author's slip is told by file and field, not by a crash in the middle of a student's run.
 *
 * @module
 */
import { FAULT_KINDS } from "../explore/model.ts";
import { FINDING_KINDS } from "../judge/finding.ts";
import type { Check, Exercise, HiddenChecks, Proof } from "./definition.ts";

/** A file of the course that is not as it must be. */
export class DefinitionError extends Error {
  override readonly name = "DefinitionError";
  /** Path of the file. */
  readonly path: string;

  /** `problem` says what is wrong in the file at `path`. */
  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`${path}: ${problem}`, options);
    this.path = path;
  }
}

type Fields = { readonly [key: string]: unknown };

/** Checks the default export of an `exercise.ts` that stands in the folder NN-name. */
export function checkExercise(path: string, value: unknown, folder: { number: number; name: string }): Exercise {
  const at = new Place(path, "");
  const fields = at.object(value);
  if (fields.number !== folder.number) {
    at.field("number").wrong(`${folder.number}, as in the folder's name`, fields.number);
  }
  if (fields.name !== folder.name) at.field("name").wrong(`"${folder.name}", as in the folder's name`, fields.name);
  for (const key of ["title", "topic"]) at.field(key).text(fields[key]);
  const file = at.field("file").text(fields.file);
  if (!/^[\w-]+\.ts$/.test(file)) at.field("file").wrong('the name of a file like "bounded_buffer.ts"', file);
  if (at.field("functions").texts(fields.functions).length === 0) at.field("functions").wrong("at least one name", []);
  checkMechanisms(at.field("mechanisms"), fields.mechanisms);
  if (at.field("hints").texts(fields.hints).length !== 3) at.field("hints").wrong("three hints", fields.hints);
  checkChecks(at.field("checks"), fields.checks, new Set());
  return value as Exercise;
}

/** Checks the default export of a `grading/checks.ts`. */
export function checkHiddenChecks(path: string, value: unknown, exercise: Exercise): HiddenChecks {
  checkChecks(new Place(path, ""), value, new Set(exercise.checks.map(({ name }) => name)));
  return value as HiddenChecks;
}

/** Checks the default export of a `grading/proof.ts`. */
export function checkProof(path: string, value: unknown): Proof {
  const at = new Place(path, "");
  const fields = at.object(value);
  const names = new Set(at.field("solutions").texts(fields.solutions));
  if (names.size !== (fields.solutions as unknown[]).length) {
    at.field("solutions").wrong("different names", fields.solutions);
  }
  const mutants = new Set<string>();
  at.field("mutants").array(fields.mutants).forEach((mutant, index) => {
    const here = at.field("mutants").item(index);
    const { name, finding, mistake, explored = true } = here.object(mutant);
    here.field("name").unique(name, mutants);
    here.field("mistake").text(mistake);
    if (explored !== true) here.field("explored").wrong("true, or nothing", explored);
    const kinds = Array.isArray(finding) ? finding : [finding];
    for (const kind of kinds) {
      if (typeof kind !== "string" || !Object.hasOwn(FINDING_KINDS, kind)) {
        here.field("finding").wrong("a kind of finding", kind);
      }
    }
    if (kinds.length === 0) here.field("finding").wrong("at least one kind", finding);
  });
  return value as Proof;
}

function checkMechanisms(at: Place, value: unknown): void {
  const { must = [], mustNot = [] } = at.object(value);
  at.field("must").array(must).forEach((calls, index) => {
    const here = at.field("must").item(index);
    if (here.texts(calls).length === 0) here.wrong("at least one call", calls);
  });
  at.field("mustNot").texts(mustNot);
}

function checkChecks(at: Place, value: unknown, names: Set<string>): void {
  const checks = at.array(value);
  if (checks.length === 0) at.wrong("at least one check", value);
  checks.forEach((check, index) => {
    const here = at.item(index);
    const { name, points, runs = 20, prepare, explore } = here.object(check) as Partial<Check>;
    here.field("name").unique(name, names);
    here.field("points").count(points, 0);
    here.field("runs").count(runs, 1);
    here.field("prepare").function(prepare);
    if (explore !== undefined) checkExplored(here.field("explore"), explore);
  });
}

function checkExplored(at: Place, value: unknown): void {
  const { prepare, faults = [], schedules = 1, buffered = false, racesAllowed = true, overlap } = at.object(value);
  at.field("prepare").function(prepare);
  const kinds = new Set<string>();
  at.field("faults").array(faults).forEach((fault, index) => {
    const here = at.field("faults").item(index);
    here.unique(fault, kinds);
    if (!FAULT_KINDS.some((kind) => kind === fault)) here.wrong("a kind of fault", fault);
  });
  at.field("schedules").count(schedules, 1);
  if (typeof buffered !== "boolean") at.field("buffered").wrong("true or false", buffered);
  if (racesAllowed !== true) at.field("racesAllowed").wrong("true, or nothing", racesAllowed);
  if (overlap === undefined) return;
  const { what, seen } = at.field("overlap").object(overlap);
  at.field("overlap").field("what").text(what);
  at.field("overlap").field("seen").function(seen);
}

/** A field, by the way to it from the default export. */
class Place {
  readonly #path: string;
  readonly #field: string;

  constructor(path: string, field: string) {
    this.#path = path;
    this.#field = field;
  }

  field(key: string): Place {
    return new Place(this.#path, this.#field === "" ? key : `${this.#field}.${key}`);
  }

  item(index: number): Place {
    return new Place(this.#path, `${this.#field}[${index}]`);
  }

  wrong(wanted: string, seen: unknown): never {
    const shown = typeof seen === "function" ? "a function" : JSON.stringify(seen) ?? "nothing";
    throw new DefinitionError(this.#path, `${this.#field || "default export"}: expected ${wanted}, got ${shown}`);
  }

  object(value: unknown): Fields {
    if (typeof value !== "object" || value === null || Array.isArray(value)) this.wrong("an object", value);
    return value as Fields;
  }

  array(value: unknown): readonly unknown[] {
    return Array.isArray(value) ? value : this.wrong("an array", value);
  }

  text(value: unknown): string {
    return typeof value === "string" && value.trim() !== "" ? value : this.wrong("a text", value);
  }

  texts(value: unknown): readonly string[] {
    return this.array(value).map((item, index) => this.item(index).text(item));
  }

  function(value: unknown): void {
    if (typeof value !== "function") this.wrong("a function", value);
  }

  count(value: unknown, least: number): void {
    if (!Number.isSafeInteger(value) || (value as number) < least) {
      this.wrong(`a whole number of at least ${least}`, value);
    }
  }

  unique(value: unknown, taken: Set<string>): void {
    const name = this.text(value);
    if (taken.has(name)) this.wrong("a name that is not taken", name);
    taken.add(name);
  }
}
