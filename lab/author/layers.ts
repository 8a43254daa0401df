/**
 * Which file may import which: the layers of the project as data. The linter asks here for every import.
 *
 * Paths are relative to the project, with `/` between the names.
 *
 * @module
 */
import { posix } from "node:path";

/** The layers of `lib`, and what each may import besides itself: always something lower. */
const LIB: { readonly [layer: string]: readonly string[] } = {
  raw: [],
  // Pure: which machine this is, and nothing that calls C.
  abi: ["lib/raw/machine.ts"],
  errors: ["lib/raw/", "lib/abi/"],
  gate: ["lib/raw/", "lib/abi/", "lib/errors/"],
  memory: ["lib/raw/", "lib/abi/", "lib/errors/"],
  calls: ["lib/raw/", "lib/abi/", "lib/errors/", "lib/gate/", "lib/memory/"],
  // For programs with an event loop; the calls know nothing of it.
  event_loop: ["lib/raw/", "lib/abi/", "lib/errors/", "lib/gate/", "lib/calls/"],
  models: ["lib/abi/", "lib/errors/", "lib/gate/", "lib/calls/"],
};

/** What runs beside a student's code sees the library, itself, the load hook, and scenarios, which are data. */
const ARENA = [
  "lib/",
  "lab/arena/",
  "lab/explore/",
  "lab/instrument/",
  "lab/course/scenario.ts",
  "lab/course/history.ts",
];

/** What an exercise's definition, checks and proof may take from the lab: types, and what judging is made of. */
const COURSE = ["lab/course/", "lab/judge/finding.ts"];

/** Tools for tests: nothing that a student runs depends on them. */
const TEST_PACKAGES = ["@std/assert", "@std/testing/bdd", "fast-check"];

/**
 * Why `from` must not import `specifier`; null if it may.
 *
 * @example
 * ```ts
 * import { refusal } from "./layers.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(refusal("lib/calls/pipe.ts", "../raw/pipe.ts"), null);
 * assertEquals(refusal("lib/raw/pipe.ts", "../calls/pipe.ts"), "lib/raw must not import lib/calls/pipe.ts");
 * ```
 */
export function refusal(from: string, specifier: string): string | null {
  const target = resolve(from, specifier);
  switch (from.split("/")[0]) {
    case "lib":
      return ofLib(from, target);
    case "lab":
      return ofLab(from, target);
    case "exercises":
      return ofExercise(from, target);
    default:
      return null;
  }
}

/** The file that is meant, or the package's name. */
function resolve(from: string, specifier: string): string {
  if (specifier === "ipc") return "lib/mod.ts";
  return /^\.\.?\//.test(specifier) ? posix.join(posix.dirname(from), specifier) : specifier;
}

function ofLib(from: string, target: string): string | null {
  if (!target.startsWith("lib/")) return `lib imports only lib, not ${target}`;
  if (from === "lib/mod.ts") return null;
  const layer = from.split("/")[1] as string;
  const lower = LIB[layer];
  if (lower === undefined) return `lib/${layer} is no layer; lab/author/layers.ts lists them`;
  if (layer === "calls" && target.startsWith("lib/calls/")) {
    return "two files of lib/calls share through a lower layer, and do not import one another";
  }
  if (target.startsWith(`lib/${layer}/`) || isIn(lower, target)) return null;
  return `lib/${layer} must not import ${target}`;
}

function ofLab(from: string, target: string): string | null {
  const beside = isIn(["lab/arena/", "lab/instrument/"], from);
  // Words in, words out: what chooses schedules touches neither the kernel nor a student's code.
  if (from.startsWith("lab/explore/") && !target.startsWith("lab/explore/")) {
    return `lab/explore imports only itself, not ${target}`;
  }
  if (isPackage(target)) {
    if (TEST_PACKAGES.includes(target)) return `${target} is for tests`;
    return from.startsWith("lab/arena/") && !target.startsWith("node:") ? `lab/arena imports no package` : null;
  }
  if (beside) {
    return isIn(ARENA, target) ? null : `${target} is out of reach of student code: lab/arena must not import it`;
  }
  if (!isIn(["lib/", "lab/"], target)) return `lab imports only lab and lib, not ${target}`;
  if (target === "lab/main.ts") return "lab/main.ts is where the program begins: nothing imports it";
  if (target.startsWith("lab/cli/") && !isIn(["lab/cli/", "lab/main.ts"], from)) {
    return "lab/cli is on top: only lab/main.ts imports it";
  }
  return null;
}

function ofExercise(from: string, target: string): string | null {
  const folder = from.split("/").slice(0, 2).join("/") + "/";
  const judged = isJudged(from, folder);
  if (target === "lib/mod.ts" || (!judged && isIn(COURSE, target))) return null;
  if (!target.startsWith(folder)) {
    const allowed = judged ? "" : `, ${COURSE.join(", ")}`;
    return `an exercise imports only "ipc" and its own folder${allowed}, not ${target}`;
  }
  if (isJudged(target, folder) !== judged) {
    return judged ? "a solution must not import what judges it" : "the judge must not load a solution";
  }
  const grading = `${folder}grading/`;
  return target.startsWith(grading) && !from.startsWith(grading)
    ? "what students see imports nothing of grading/"
    : null;
}

/** Whether a file of an exercise is a solution, right or wrong: the arena loads those, and the judge all others. */
function isJudged(file: string, folder: string): boolean {
  // "exercises/09-bounded-buffer/" has the starter "bounded_buffer.ts".
  const starter = folder.replace(/^exercises\/\d+-|\/$/g, "").replaceAll("-", "_");
  return isIn(
    [`${starter}.ts`, ".starter/", "grading/solution.ts", "grading/solutions/", "grading/mutants/"],
    file.slice(folder.length),
  );
}

function isPackage(target: string): boolean {
  return !isIn(["lib/", "lab/", "exercises/", "tests/", "."], target);
}

function isIn(places: readonly string[], file: string): boolean {
  return places.some((place) => file.startsWith(place));
}
