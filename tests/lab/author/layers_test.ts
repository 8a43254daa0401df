import { assertEquals } from "@std/assert";
import { refusal } from "../../../lab/author/layers.ts";

const EXERCISE = "exercises/09-bounded-buffer";

for (
  const [from, specifier, why] of [
    ["lib/raw/pipe.ts", "../calls/pipe.ts", "lib/raw must not import lib/calls/pipe.ts"],
    ["lib/raw/pipe.ts", "../abi/layout.ts", "lib/raw must not import lib/abi/layout.ts"],
    ["lib/abi/layout.ts", "../raw/library.ts", "lib/abi must not import lib/raw/library.ts"],
    ["lib/abi/layout.ts", "../errors/arguments.ts", "lib/abi must not import lib/errors/arguments.ts"],
    ["lib/errors/arguments.ts", "../gate/gate.ts", "lib/errors must not import lib/gate/gate.ts"],
    ["lib/gate/gate.ts", "../calls/pipe.ts", "lib/gate must not import lib/calls/pipe.ts"],
    [
      "lib/calls/fifo.ts",
      "./pipe.ts",
      "two files of lib/calls share through a lower layer, and do not import one another",
    ],
    ["lib/calls/pipe.ts", "../models/mailbox.ts", "lib/calls must not import lib/models/mailbox.ts"],
    ["lib/calls/pipe.ts", "../event_loop/readiness.ts", "lib/calls must not import lib/event_loop/readiness.ts"],
    ["lib/event_loop/readiness.ts", "../models/mailbox.ts", "lib/event_loop must not import lib/models/mailbox.ts"],
    ["lib/models/mailbox.ts", "../raw/pipe.ts", "lib/models must not import lib/raw/pipe.ts"],
    ["lib/calls/pipe.ts", "ipc", "lib/calls must not import lib/mod.ts"],
    ["lib/calls/pipe.ts", "../../lab/main.ts", "lib imports only lib, not lab/main.ts"],
    ["lib/calls/pipe.ts", "node:fs", "lib imports only lib, not node:fs"],
    ["lib/mod.ts", "../lab/main.ts", "lib imports only lib, not lab/main.ts"],
    ["lib/misc/x.ts", "./y.ts", "lib/misc is no layer; lab/author/layers.ts lists them"],
    [
      "lab/arena/main.ts",
      "../judge/finding.ts",
      "lab/judge/finding.ts is out of reach of student code: lab/arena must not import it",
    ],
    [
      "lab/arena/main.ts",
      "../course/definition.ts",
      "lab/course/definition.ts is out of reach of student code: lab/arena must not import it",
    ],
    [
      "lab/arena/main.ts",
      `../../${EXERCISE}/grading/checks.ts`,
      `${EXERCISE}/grading/checks.ts is out of reach of student code: lab/arena must not import it`,
    ],
    ["lab/arena/main.ts", "acorn", "lab/arena imports no package"],
    [
      "lab/judge/judge.ts",
      `../../${EXERCISE}/exercise.ts`,
      `lab imports only lab and lib, not ${EXERCISE}/exercise.ts`,
    ],
    ["lab/judge/judge.ts", "../cli/list.ts", "lab/cli is on top: only lab/main.ts imports it"],
    ["lab/cli/list.ts", "../main.ts", "lab/main.ts is where the program begins: nothing imports it"],
    ["lab/cli/list.ts", "@std/assert", "@std/assert is for tests"],
    [
      `${EXERCISE}/bounded_buffer.ts`,
      "../../lab/course/scenario.ts",
      'an exercise imports only "ipc" and its own folder, not lab/course/scenario.ts',
    ],
    [
      `${EXERCISE}/grading/mutants/no_lock.ts`,
      "node:fs",
      'an exercise imports only "ipc" and its own folder, not node:fs',
    ],
    [
      `${EXERCISE}/grading/solution.ts`,
      "../../10-rendezvous/rendezvous.ts",
      'an exercise imports only "ipc" and its own folder, not exercises/10-rendezvous/rendezvous.ts',
    ],
    [
      `${EXERCISE}/exercise.ts`,
      "../../lab/arena/main.ts",
      'an exercise imports only "ipc" and its own folder, lab/course/, lab/judge/finding.ts, not lab/arena/main.ts',
    ],
    [`${EXERCISE}/bounded_buffer.ts`, "./exercise.ts", "a solution must not import what judges it"],
    [`${EXERCISE}/bounded_buffer.ts`, "./grading/checks.ts", "a solution must not import what judges it"],
    [`${EXERCISE}/bounded_buffer.ts`, "./grading/solution.ts", "what students see imports nothing of grading/"],
    [`${EXERCISE}/exercise.ts`, "./bounded_buffer.ts", "the judge must not load a solution"],
    [`${EXERCISE}/exercise.ts`, "./.starter/bounded_buffer.ts", "the judge must not load a solution"],
    [`${EXERCISE}/exercise.ts`, "./grading/checks.ts", "what students see imports nothing of grading/"],
    [`${EXERCISE}/grading/checks.ts`, "./solution.ts", "the judge must not load a solution"],
  ] as const
) {
  Deno.test(`${from} must not import ${specifier}`, () => assertEquals(refusal(from, specifier), why));
}

for (
  const [from, specifier] of [
    ["lib/mod.ts", "./calls/pipe.ts"],
    ["lib/raw/errno.ts", "./library.ts"],
    ["lib/abi/layout.ts", "../raw/machine.ts"],
    ["lib/errors/system_error.ts", "./errno_table.ts"],
    ["lib/gate/gate.ts", "../errors/system_error.ts"],
    ["lib/gate/safe_point.ts", "../raw/errno.ts"],
    ["lib/calls/pipe.ts", "../raw/pipe.ts"],
    ["lib/models/mailbox.ts", "../calls/posix_mq.ts"],
    ["lab/arena/main.ts", "ipc"],
    ["lab/arena/main.ts", "../../lib/raw/library.ts"],
    ["lab/arena/main.ts", "../course/scenario.ts"],
    ["lab/instrument/hook.ts", "acorn"],
    ["lab/judge/judge.ts", "../arena/protocol.ts"],
    ["lab/cli/exercise.ts", "@std/cli/parse-args"],
    ["lab/main.ts", "./cli/exercise.ts"],
    [`${EXERCISE}/bounded_buffer.ts`, "ipc"],
    [`${EXERCISE}/exercise.ts`, "../../lab/course/definition.ts"],
    [`${EXERCISE}/exercise.ts`, "./oracle.ts"],
    [`${EXERCISE}/grading/checks.ts`, "../oracle.ts"],
    [`${EXERCISE}/grading/checks.ts`, "../../../lab/judge/finding.ts"],
    [`${EXERCISE}/grading/mutants/no_lock.ts`, "../solution.ts"],
    ["tests/lab/author/layers_test.ts", "../../../lab/author/layers.ts"],
  ] as const
) {
  Deno.test(`${from} may import ${specifier}`, () => assertEquals(refusal(from, specifier), null));
}
