import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { checkExercise, checkHiddenChecks, checkProof, DefinitionError } from "../../../lab/course/validation.ts";

const PATH = "exercises/07-pipe/exercise.ts";
const FOLDER = { number: 7, name: "pipe" };
const CHECK = { name: "it flows", points: 3, prepare: () => {} };
const GOOD = {
  number: 7,
  name: "pipe",
  title: "Pipe",
  topic: "ends",
  file: "pipe.ts",
  functions: ["send"],
  mechanisms: { must: [["pipe", "pipe2"]], mustNot: ["mkfifo"] },
  hints: ["a", "b", "c"],
  checks: [CHECK, { ...CHECK, name: "it ends", runs: 5 }],
};

function problem(change: { [field: string]: unknown }): string {
  const error = assertThrows(() => checkExercise(PATH, { ...GOOD, ...change }, FOLDER), DefinitionError);
  assertEquals(error.path, PATH);
  return error.message.slice(PATH.length + 2);
}

Deno.test("checkExercise() says which field is wrong, what was expected and what is there", () => {
  assertEquals(problem({ number: 8 }), "number: expected 7, as in the folder's name, got 8");
  assertEquals(problem({ name: "pipes" }), 'name: expected "pipe", as in the folder\'s name, got "pipes"');
  assertEquals(problem({ title: " " }), 'title: expected a text, got " "');
  assertEquals(problem({ topic: undefined }), "topic: expected a text, got nothing");
  assertEquals(
    problem({ file: "../pipe.ts" }),
    'file: expected the name of a file like "bounded_buffer.ts", got "../pipe.ts"',
  );
  assertEquals(problem({ functions: [] }), "functions: expected at least one name, got []");
  assertEquals(problem({ functions: [1] }), "functions[0]: expected a text, got 1");
  assertEquals(problem({ mechanisms: null }), "mechanisms: expected an object, got null");
  assertEquals(problem({ mechanisms: { must: ["pipe"] } }), 'mechanisms.must[0]: expected an array, got "pipe"');
  assertEquals(problem({ mechanisms: { must: [[]] } }), "mechanisms.must[0]: expected at least one call, got []");
  assertEquals(problem({ hints: ["a"] }), 'hints: expected three hints, got ["a"]');
  assertEquals(problem({ checks: [] }), "checks: expected at least one check, got []");
  assertEquals(
    problem({ checks: [{ ...CHECK, points: "two" }] }),
    'checks[0].points: expected a whole number of at least 0, got "two"',
  );
  assertEquals(
    problem({ checks: [{ ...CHECK, runs: 0 }] }),
    "checks[0].runs: expected a whole number of at least 1, got 0",
  );
  assertEquals(
    problem({ checks: [CHECK, CHECK] }),
    'checks[1].name: expected a name that is not taken, got "it flows"',
  );
  assertEquals(problem({ checks: [{ ...CHECK, prepare: 1 }] }), "checks[0].prepare: expected a function, got 1");
});

Deno.test("checkExercise() says what is wrong with the scenario that is to be explored", () => {
  const explored = (explore: unknown): string =>
    problem({ checks: [{ ...CHECK, explore }] }).replace("checks[0].explore", "");
  const prepare = (): void => {};
  const overlap = { what: "two write at once", seen: () => true };
  assertEquals(explored(null), ": expected an object, got null");
  assertEquals(explored({}), ".prepare: expected a function, got nothing");
  assertEquals(explored({ prepare, faults: "eintr" }), '.faults: expected an array, got "eintr"');
  assertEquals(explored({ prepare, faults: ["eintr", "rain"] }), '.faults[1]: expected a kind of fault, got "rain"');
  assertEquals(
    explored({ prepare, faults: ["eintr", "eintr"] }),
    '.faults[1]: expected a name that is not taken, got "eintr"',
  );
  assertEquals(explored({ prepare, schedules: 0 }), ".schedules: expected a whole number of at least 1, got 0");
  assertEquals(explored({ prepare, buffered: 1 }), ".buffered: expected true or false, got 1");
  assertEquals(explored({ prepare, racesAllowed: false }), ".racesAllowed: expected true, or nothing, got false");
  assertEquals(explored({ prepare, overlap: { ...overlap, what: "" } }), '.overlap.what: expected a text, got ""');
  assertEquals(
    explored({ prepare, overlap: { ...overlap, seen: true } }),
    ".overlap.seen: expected a function, got true",
  );
  const good = { prepare, faults: ["short", "kill"], schedules: 100, buffered: true, overlap, racesAllowed: true };
  for (const explore of [{ prepare }, good]) {
    checkExercise(PATH, { ...GOOD, checks: [{ ...CHECK, explore }] }, FOLDER);
  }
});

Deno.test("checkExercise() refuses what is no object at all", () => {
  for (const value of [null, "x", [], () => {}]) {
    assertThrows(
      () => checkExercise(PATH, value, FOLDER),
      DefinitionError,
      `${PATH}: default export: expected an object, got `,
    );
  }
});

Deno.test("checkExercise() gives back what is right", () => {
  assertStrictEquals(checkExercise(PATH, GOOD, FOLDER) as unknown, GOOD);
});

Deno.test("checkHiddenChecks() refuses a name that a visible check has", () => {
  const exercise = checkExercise(PATH, GOOD, FOLDER);
  assertEquals(checkHiddenChecks("c.ts", [{ ...CHECK, name: "other" }], exercise).length, 1);
  const message = 'c.ts: [0].name: expected a name that is not taken, got "it flows"';
  assertThrows(() => checkHiddenChecks("c.ts", [CHECK], exercise), DefinitionError, message);
});

Deno.test("checkProof() refuses unknown findings and names that occur twice", () => {
  const mutant = { name: "lost", finding: "wrong-result", mistake: "loses" };
  assertEquals(checkProof("p.ts", { solutions: ["a"], mutants: [mutant] }).mutants.length, 1);
  const problem = (proof: unknown): string => assertThrows(() => checkProof("p.ts", proof), DefinitionError).message;
  assertEquals(
    problem({ solutions: [], mutants: [{ ...mutant, finding: ["deadlock", "sadness"] }] }),
    'p.ts: mutants[0].finding: expected a kind of finding, got "sadness"',
  );
  assertEquals(
    problem({ solutions: [], mutants: [{ ...mutant, finding: "toString" }] }),
    'p.ts: mutants[0].finding: expected a kind of finding, got "toString"',
  );
  assertEquals(
    problem({ solutions: [], mutants: [mutant, mutant] }),
    'p.ts: mutants[1].name: expected a name that is not taken, got "lost"',
  );
  assertEquals(
    problem({ solutions: ["a", "a"], mutants: [] }),
    'p.ts: solutions: expected different names, got ["a","a"]',
  );
});
