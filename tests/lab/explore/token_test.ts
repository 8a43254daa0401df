import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { FAULT_KINDS } from "../../../lab/explore/model.ts";
import { decodeToken, encodeToken, fileHash, planOf, type Replay } from "../../../lab/explore/token.ts";

const REPLAY: Replay = {
  exercise: 9,
  check: 2,
  file: "3f9a01c2",
  seed: 7,
  blocks: [{ party: 1, steps: 5 }, { party: 2, steps: 3 }],
  faults: [],
  buffered: false,
  then: "stay",
};

const CASES: readonly Replay[] = [
  REPLAY,
  { ...REPLAY, blocks: [] },
  { ...REPLAY, seed: 0xffffffff, exercise: 24, check: 11 },
  { ...REPLAY, blocks: [0, 1, 15, 17, 31].map((party) => ({ party, steps: party + 1 })), buffered: true, then: "fair" },
  { ...REPLAY, faults: FAULT_KINDS.map((kind, i) => ({ party: i + 1, call: 10 * i, kind })) },
];

for (const replay of CASES) {
  const token = encodeToken(replay);
  Deno.test(`decodeToken() reads what encodeToken() wrote: ${token}`, () => {
    assertEquals(decodeToken(token), replay);
    assertEquals(decodeToken(` ${token}\n`, { exercise: replay.exercise, file: replay.file }), replay);
    // No shell takes it for anything but a word, and no program for an option.
    assertMatch(token, /^[0-9A-Za-z][0-9A-Za-z._-]*$/);
  });
}

const TOKEN = encodeToken(REPLAY);

for (
  const [when, text, error, message] of [
    ["what is no token", "abc", SyntaxError, 'Cannot replay "abc": this is no token'],
    ["an empty text", "", SyntaxError, 'Cannot replay "": this is no token'],
    [
      "a token of another version",
      TOKEN.replace("1", "2"),
      SyntaxError,
      "has format 2, and this lab writes and reads format 1",
    ],
    ["a mistyped character", TOKEN.replace("A5", "A6"), SyntaxError, "a character is wrong or missing somewhere"],
    ["a token that was cut off", TOKEN.slice(0, -1), SyntaxError, "a character is wrong or missing somewhere"],
  ] as const
) {
  Deno.test(`decodeToken() refuses ${when}`, () => {
    assertThrows(() => decodeToken(text), error, message);
  });
}

Deno.test("decodeToken() refuses a token of another exercise, or of another version of the file", () => {
  assertThrows(
    () => decodeToken(TOKEN, { exercise: 7, file: REPLAY.file }),
    RangeError,
    "it is for exercise 9, not 7",
  );
  assertThrows(
    () => decodeToken(TOKEN, { exercise: 9, file: "00000000" }),
    RangeError,
    "the file has changed since (it was 3f9a01c2, and is 00000000)",
  );
});

Deno.test("decodeToken() finds nearly every single mistyped character", () => {
  let missed = 0;
  let tried = 0;
  for (let at = 0; at < TOKEN.length; at++) {
    for (const character of "0123456789abcAB.-_") {
      if (TOKEN[at] === character) continue;
      tried++;
      try {
        decodeToken(TOKEN.slice(0, at) + character + TOKEN.slice(at + 1));
        missed++;
      } catch (error) {
        assert(error instanceof SyntaxError);
      }
    }
  }
  assert(missed <= tried / 200, `${missed} of ${tried}`);
});

Deno.test("planOf() is the plan of the blocks, and fileHash() tells files apart", () => {
  assertEquals(planOf(REPLAY), { blocks: REPLAY.blocks, faults: [], buffered: false, then: { kind: "stay" } });
  assertMatch(fileHash(""), /^[0-9a-f]{8}$/);
  assert(fileHash("a") !== fileHash("b"));
});
