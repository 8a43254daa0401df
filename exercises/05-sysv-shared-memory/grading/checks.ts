/**
 * The checks that a student does not see.
 *
 * @module
 */
import type { HiddenChecks, Prepared, Random } from "../../../lab/course/definition.ts";
import { Marker } from "../../../lab/course/scenario.ts";
import { call, OWN, process, REMOVER, SEGMENT } from "../checks.ts";
import { judgeDescribed, judgeGone, judgeHeard, judgeValue } from "../judge.ts";

/** A long message, then a shorter one in the same place, then letters of several bytes, then none at all. */
function oneAfterAnother(random: Random): Prepared {
  const texts = [
    random.word(40 + random.integer(20)),
    random.word(3),
    `gr\u00fc\u00df dich, ${random.word(4)} \u{1F98A} \u65e5\u672c\u8a9e`,
    "",
  ];
  return {
    scenario: {
      stages: [
        process("writer", call("create", 200), ...texts.flatMap((text) => [call("say", OWN, text), call("hear", OWN)])),
        process("reader", call("hear", SEGMENT), call("say", SEGMENT, texts[1] as string)),
        process("second reader", call("hear", SEGMENT)),
        REMOVER,
      ],
    },
    judge: (history) => {
      for (const [index, text] of texts.entries()) {
        const finding = judgeHeard(history, "writer", text, 2 + 2 * index);
        if (finding !== null) return finding;
      }
      return judgeHeard(history, "reader", "") ?? judgeHeard(history, "second reader", texts[1] as string);
    },
  };
}

/** One byte too many, and exactly enough: a message takes its bytes, and one more for its end. */
function tight(random: Random): Prepared {
  const size = 20 + random.integer(40);
  const fits = `\u00e9${random.word(size - 3)}`;
  return {
    scenario: {
      stages: [
        process(
          "writer",
          call("create", size),
          call("say", OWN, fits),
          call("say", OWN, `${fits}.`),
          call("describe", OWN),
          call("hear", OWN),
        ),
        REMOVER,
      ],
    },
    judge: (history) =>
      judgeValue(
        history,
        "writer",
        1,
        true,
        `A message of ${
          size - 1
        } bytes and the byte 0 at its end fit into a segment of ${size} bytes; say() did not say so.`,
      ) ??
        judgeValue(
          history,
          "writer",
          2,
          false,
          `A message of ${size} bytes has no room for the byte 0 at its end in a segment of ${size} bytes: say() is to return ` +
            "false, and leave what is in it.",
        ) ??
        judgeDescribed(history, "writer", { attached: 0 }, 3) ??
        judgeHeard(history, "writer", fits, 4),
  };
}

function gone(random: Random): Prepared {
  const text = random.word(10);
  return {
    scenario: {
      stages: [
        process("writer", call("create", 64), call("say", OWN, text)),
        process("reader", call("hear", SEGMENT), call("remove", SEGMENT), call("hear", SEGMENT)),
        process("late reader", call("hear", Marker.from("writer"))),
      ],
    },
    judge: (history) =>
      judgeHeard(history, "reader", text) ??
        judgeValue(history, "reader", 2, null, "After remove() there is no segment: hear() is to return null.") ??
        judgeValue(
          history,
          "late reader",
          0,
          null,
          "After remove() there is no segment, in any process: hear() is to return null.",
        ),
  };
}

/** It is removed while somebody hears: before, after, or in the middle of it. */
function goneMeanwhile(random: Random): Prepared {
  const text = random.word(3);
  const scenario = {
    stages: [
      process("writer", call("create", 8), call("say", OWN, text)),
      {
        roles: [
          { name: "reader", calls: [call("hear", SEGMENT), call("hear", SEGMENT)] },
          { name: "remover", calls: [call("remove", SEGMENT)] },
        ],
      },
      process("late reader", call("hear", SEGMENT)),
    ],
  };
  return {
    scenario,
    judge: (history) =>
      judgeGone(scenario, history, "reader", text) ?? judgeGone(scenario, history, "late reader", text),
  };
}

const checks: HiddenChecks = [
  { name: "a new message replaces the old one, in any language", points: 10, runs: 2, prepare: oneAfterAnother },
  { name: "a message that does not fit is refused", points: 10, runs: 3, prepare: tight },
  {
    name: "a removed segment is gone for everybody",
    points: 10,
    runs: 2,
    prepare: gone,
    explore: { prepare: goneMeanwhile },
  },
];

export default checks;
