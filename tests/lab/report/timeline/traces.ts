/** Traces for the tests of the pictures: the stories in the fixtures, and one with everything that a student may put in. */
import type { Trace } from "../../../../lab/explore/trace.ts";

export const STORIES = ["no_mutex", "deadlock", "lost_wake_up", "four_lanes"] as const;

export function story(name: typeof STORIES[number]): Trace {
  return JSON.parse(Deno.readTextFileSync(new URL(`../../../fixtures/traces/${name}.json`, import.meta.url)));
}

/** What could break out of a picture, wherever a student has a say. */
export const HOSTILE = `</script><script>alert(1)</script><!--"'&\`\${1}\x1b[2J\x07\u202e\u2028\nnext`;

/** A trace in which every text is hostile. */
export function hostile(): Trace {
  const replaceTexts = (value: unknown): unknown => {
    if (typeof value === "string") return value + HOSTILE;
    if (Array.isArray(value)) return value.map(replaceTexts);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, KEPT.includes(key) ? inner : replaceTexts(inner)]),
    );
  };
  const trace = replaceTexts(story("lost_wake_up")) as Trace;
  const lines = Object.values(trace.sources)[0] ?? [];
  return {
    ...trace,
    sources: { [`door.ts${HOSTILE}`]: lines },
    steps: trace.steps.map((step) => ({ ...step, file: step.file === null ? null : `door.ts${HOSTILE}` })),
  };
}

/** Words of the lab's own, not text: a student has no say in them. */
const KEPT = ["what", "event"];
