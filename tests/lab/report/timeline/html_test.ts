import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createHash } from "node:crypto";
import type { Trace } from "../../../../lab/explore/trace.ts";
import { timelineHtml } from "../../../../lab/report/timeline/html.ts";
import { chromium, domOf } from "./chromium.ts";
import { HOSTILE, hostile, STORIES, story } from "./traces.ts";

function contentOf(html: string, element: string): string[] {
  return [...html.matchAll(new RegExp(`<${element}[^>]*>([^]*?)</${element}>`, "g"))].map(([, inner]) =>
    inner as string
  );
}

function dataOf(html: string): { trace: Trace } {
  return JSON.parse(contentOf(html, "script")[0] as string);
}

Deno.test("timelineHtml() carries the whole trace", () => {
  for (const name of STORIES) assertEquals(dataOf(timelineHtml(story(name))).trace, cleaned(story(name)));
});

/** The lines of the fixtures need no cleaning but for tabs. */
function cleaned(trace: Trace): Trace {
  return JSON.parse(JSON.stringify(trace).replaceAll("\\t", "  "));
}

Deno.test("timelineHtml() tells the finding, its cause and how to see it again without its script", () => {
  const [body = ""] = contentOf(timelineHtml(story("no_mutex")), "header");
  for (
    const text of [
      "09 Bounded buffer",
      "every item arrives exactly once",
      "wrong-result",
      "item 38 never arrived, and consumer got 0, which nobody put in",
      "had producer 1 not been stopped between line 75 and line 76, this run passes",
      "found in schedule 17 by context bounding, 1 preemption",
      "deno task exercise 9 --replay A14B24A*C*",
    ]
  ) assertStringIncludes(body, text);
  assertStringIncludes(timelineHtml(story("deadlock")), "consumer waits for semaphore /b.mutex, which producer holds");
});

Deno.test("timelineHtml() lets no text of the student become markup", () => {
  const html = timelineHtml(hostile());
  const scripts = contentOf(html, "script");
  assertEquals(scripts.length, 2, "one block of data and one script");
  assertEquals(html.split("<script").length, 3);
  assert(!html.includes("<script>alert"));
  assert(!html.includes("<!--\"'"));
  assertStringIncludes(html, "&#60;script&#62;alert(1)&#60;/script&#62;&#60;!--&#34;&#39;&#38;`${1}");
  const { trace } = dataOf(html);
  // As text it is still there, but for what cannot be seen.
  // deno-lint-ignore no-control-regex
  const visible = HOSTILE.replaceAll(/\x1b\[2J/g, "").replaceAll(/[\x07\u202e]/g, "?").replaceAll(/[\u2028\n]/g, " ");
  assertEquals(trace.finding.message, story("lost_wake_up").finding.message + visible);
  const files = Object.keys(trace.sources);
  assert(trace.steps.every(({ file }) => file === null || files.includes(file)));
});

Deno.test("timelineHtml() needs nothing from outside, and lets nothing run but its own script", () => {
  for (const trace of [story("four_lanes"), hostile()]) {
    const html = timelineHtml(trace);
    const hashed = (text = ""): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    const [, script] = contentOf(html, "script");
    const [style] = contentOf(html, "style");
    const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
    assertEquals(
      policy,
      `default-src 'none'; script-src ${hashed(script)}; style-src ${
        hashed(style)
      }; base-uri 'none'; form-action 'none'`,
    );
    const page = html.replace(contentOf(html, "script")[0] as string, "");
    assertEquals(/\b(?:src|href|action)=|\burl\(|@import|\bimport\b.*from|\bfetch\(/.exec(page), null);
    assertEquals(/\{\{/.exec(page.replace(script as string, "")), null, "every placeholder is filled");
    assert(!/\b(?:innerHTML|outerHTML|insertAdjacentHTML|eval)\b/.test(script as string));
    // It is a script, not a module: what was imported and exported is simply there.
    new Function(script as string);
  }
});

/** A page's markup once its script has run. */
type Dom = (trace: Trace, fragment: string) => Promise<string>;

function testInBrowser(name: string, check: (dom: Dom) => Promise<void>): void {
  Deno.test({
    name: chromium === null ? `${name} (not tried: there is no chromium here)` : name,
    ignore: chromium === null,
    fn: () => check((trace, fragment) => domOf(chromium ?? "", timelineHtml(trace), fragment)),
  });
}

testInBrowser("the page shows the step that its address names: the line, the memory, who waits", async (dom) => {
  const trace = story("deadlock");
  const page = await dom(trace, "#step=35");
  assertEquals(/<li[^>]*aria-current="step"[^>]*><span class="number">(\d+)</.exec(page)?.[1], "35");
  assertStringIncludes(page, '<output id="count" for="slider">35 of 37</output>');
  assertStringIncludes(page, '<p class="call">sem_wait("/b.free") waits</p>');
  const present = /<div class="here present"[^>]*><span class="tags">.*?<\/span><span class="line">(\d+)</.exec(page);
  assertEquals(present?.[1], "75");
  const words = [...page.matchAll(/data-word="([^"]+)"><small>[^<]*<\/small>([^<]*)</g)].map(([, ...word]) => word);
  assertEquals(words, [["0+0", "1"], ["0+4", "0"], ["0+12", "5"]]);
  assert(!(await dom(trace, "#step=34")).includes("waits for semaphore /b.free</p>"));
});

Deno.test("timelineHtml() takes the first sentence of a long message for the headline", () => {
  const trace = {
    ...story("no_mutex"),
    finding: { kind: "order", message: "Item 1. came late. Why? See sem_post(3)." },
  };
  assertStringIncludes(timelineHtml(trace), "</span> Item 1. came late.</h1>\n      <p>Why? See sem_post(3).</p>");
});

testInBrowser(
  "the page begins just before the preemption that matters, or at the end where all are stuck",
  async (dom) => {
    assertStringIncludes(await dom(story("lost_wake_up"), ""), ">3 of 11</output>");
    assertStringIncludes(await dom(story("deadlock"), ""), ">37 of 37</output>");
    const last = story("four_lanes").steps.findLastIndex(({ preempted }) => preempted);
    assertStringIncludes(await dom(story("four_lanes"), ""), `>${last} of 80</output>`);
  },
);

testInBrowser("the page draws red bars while somebody waits, and an arrow for each that is woken", async (dom) => {
  const page = await dom(story("four_lanes"), "");
  const count = (shape: string): number => page.split(`class="${shape}"`).length - 1;
  assertEquals([count("wait"), count("wake"), count("wake-head")], [4, 4, 4]);
  assertEquals(count("preemption"), story("four_lanes").steps.filter(({ preempted }) => preempted).length);
});

testInBrowser("the page marks two accesses that race, and begins just before the second", async (dom) => {
  const { critical: _, ...trace } = story("no_mutex");
  const page = await dom({ ...trace, racing: [14, 20] }, "");
  assertEquals(page.split(/<span class="fault"[^>]*>~</).length - 1, 2);
  assertStringIncludes(page, `20 of ${trace.steps.length}`);
});

testInBrowser("the page takes the student's text for text", async (dom) => {
  const page = await dom(hostile(), "");
  assert(!page.includes("<script>alert"), "no markup came of it");
  assertStringIncludes(page, "3 of 11");
});
