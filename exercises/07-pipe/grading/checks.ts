/**
 * The checks that a student does not see.
 *
 * @module
 */
import type { HiddenChecks, Prepared, Random } from "../../../lab/course/definition.ts";
import { longText, MORE_THAN_A_PIPE, transfer, transferring } from "../checks.ts";
import { explainStop, explainTransfer, judgeHead, judgeTransfer } from "../judge.ts";

/** Texts that look like the seams of a message to somebody who marks its end instead of its length. */
function awkward(random: Random): Prepared {
  const word = random.word(6);
  return transfer(random.shuffled([
    "",
    "\n",
    `${word}\n${word}\n`,
    `${word}\0${word}`,
    "5:hello",
    `{"length":${random.integer(99)}}`,
    `\u{1F98A} ${word} \u00e4\u00f6\u00fc \u65e5\u672c\u8a9e`,
    "",
  ]));
}

/** One process that does all of it several times: what a call leaves open, the next one stumbles over. */
function again(random: Random): Prepared {
  const first = [random.word(9), longText(random, MORE_THAN_A_PIPE)];
  const second = Array.from({ length: 40 }, () => random.word(3));
  return {
    scenario: {
      stages: [{
        roles: [{
          name: "parent",
          calls: [transferring(first), { function: "head", arguments: [3] }, { function: "head", arguments: [0] }],
        }],
      }, {
        roles: [{ name: "second parent", calls: [transferring(second)] }, {
          name: "third parent",
          calls: [transferring([])],
        }],
      }],
    },
    judge: (history) =>
      judgeTransfer(history, "parent", first) ??
        judgeHead(history, "parent", 3, 1) ??
        judgeHead(history, "parent", 0, 2) ??
        judgeTransfer(history, "second parent", second) ??
        judgeTransfer(history, "third parent", []),
    explain: (history) =>
      explainStop(history, "parent") ?? explainTransfer(history, "parent", first) ??
        explainStop(history, "second parent") ?? explainStop(history, "third parent"),
  };
}

const checks: HiddenChecks = [
  { name: "every text is a message, whatever is in it", points: 15, runs: 3, prepare: awkward },
  { name: "it works again and again, with few and with none", points: 15, runs: 2, prepare: again },
];

export default checks;
