/**
 * Counting tests, from what test runners leave behind.
 *
 * @module
 */

/** How many tests there were, by what came of them. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The sum of two. */
export function addTallies(a: Tally, b: Tally): Tally {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/**
 * "12 passed, 0 failed", and what was skipped if anything was.
 *
 * @example
 * ```ts
 * import { tallyText } from "./tally.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(tallyText({ passed: 12, failed: 0, skipped: 1 }), "12 passed, 0 failed, 1 skipped");
 * ```
 */
export function tallyText({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`;
}

/**
 * Counts a JUnit file. A run that broke off leaves none, or half of one: that gives null, and so does one without a test.
 *
 * @example
 * ```ts
 * import { tallyOfJUnit } from "./tally.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const report = '<testsuites><testsuite tests="3" disabled="1" errors="0" failures="1"></testsuite></testsuites>';
 * assertEquals(tallyOfJUnit(report), { passed: 1, failed: 1, skipped: 1 });
 * assertEquals(tallyOfJUnit(""), null);
 * ```
 */
export function tallyOfJUnit(xml: string): Tally | null {
  if (!xml.trimEnd().endsWith("</testsuites>")) return null;
  let total: Tally = { passed: 0, failed: 0, skipped: 0 };
  for (const [tag] of xml.matchAll(/<testsuite [^>]*>/g)) {
    const count = (name: string): number => Number(new RegExp(` ${name}="(\\d+)"`).exec(tag)?.[1] ?? 0);
    const failed = count("failures") + count("errors");
    const skipped = count("disabled");
    total = addTallies(total, { passed: count("tests") - failed - skipped, failed, skipped });
  }
  return total.passed + total.failed > 0 ? total : null;
}

/**
 * Reads the tally off the last line of what a program printed; null if it closed with anything else, or counted nothing.
 *
 * @example
 * ```ts
 * import { tallyOfText } from "./tally.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(tallyOfText("…\n12 passed, 1 failed\n"), { passed: 12, failed: 1, skipped: 0 });
 * assertEquals(tallyOfText("12 passed, 1 failed\nSegmentation fault\n"), null);
 * ```
 */
export function tallyOfText(text: string): Tally | null {
  const last = text.trimEnd().split("\n").at(-1) as string;
  const [, passed, failed, skipped] = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/.exec(last) ?? [];
  if (passed === undefined) return null;
  const tally = { passed: Number(passed), failed: Number(failed), skipped: Number(skipped ?? 0) };
  return tally.passed + tally.failed + tally.skipped > 0 ? tally : null;
}
