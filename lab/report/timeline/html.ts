/**
 * A trace as a page: one file that needs no network and no server, to be stepped through by whoever wants to know how it came
 * to that. The student's text is data everywhere: it is escaped in the markup, and the page's script puts it in as text. The
 * policy lets nothing run but that script.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { endTexts, replayCommand, stepText, type Trace, waits, wordText } from "../../explore/trace.ts";
import { cleanLine } from "../clean.ts";
import { tagsOf } from "./lanes.ts";
import { rowsOf } from "./rows.ts";

/** The page of a trace. */
export function timelineHtml(unclean: Trace): string {
  const trace = clean(unclean);
  const { exercise, check, finding, critical } = trace;
  const [, headline = finding.message, rest = ""] = /^(.+?[.!?]) (?=\p{Lu})(.+)$/u.exec(finding.message) ?? [];
  const style = read("page.css");
  const script = joined(["state.js", "page.js"].map(read));
  const parts: { readonly [name: string]: string } = {
    policy: `default-src 'none'; script-src '${hash(script)}'; style-src '${
      hash(style)
    }'; base-uri 'none'; form-action 'none'`,
    title: escape(`${exercise.title}: ${finding.kind}`),
    exercise: escape(`${String(exercise.number).padStart(2, "0")} ${exercise.title}`),
    check: escape(check),
    kind: escape(finding.kind),
    message: escape(headline),
    end: [...rest === "" ? [] : [rest], ...endTexts(trace)].map((text) => `<p>${escape(text)}</p>`).join("\n"),
    critical: critical === undefined
      ? ""
      : `<button type="button" class="critical" id="critical" title="Show this step">${escape(critical.text)}</button>`,
    foundBy: escape(originText(trace)),
    command: escape(replayCommand(trace)),
    style: `<style>${style}</style>`,
    data: `<script type="application/json" id="data">${dataText(trace)}</script>`,
    script: `<script>${script}</script>`,
  };
  return read("page.html").replaceAll(/\{\{ (\w+) \}\}/g, (_, name) => parts[name] as string);
}

/** How it was found, and how much of it is not here. */
function originText({ foundBy, omitted = 0 }: Trace): string {
  const left = omitted === 0 ? [] : [`the first ${omitted} steps are left out`];
  return [...foundBy === "" ? [] : [foundBy], ...left].join("; ");
}

/** JSON that can stand in a page: nothing in it looks like markup. */
function dataText(trace: Trace): string {
  const data = {
    trace,
    texts: trace.steps.map(stepText),
    words: trace.steps.map(({ changes }) => changes.map((change) => wordText(trace, change))),
    tags: tagsOf(trace.lanes),
    waits: waits(trace.steps),
    rows: rowsOf(trace),
  };
  return JSON.stringify(data).replaceAll(/[<>&]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Every text of it, keys as well, made harmless for the eye: no control characters, no change of writing direction. */
function clean<Value>(value: Value): Value;
function clean(value: unknown): unknown {
  if (typeof value === "string") return cleanLine(value);
  if (Array.isArray(value)) return value.map(clean);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [cleanLine(key), clean(inner)]));
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function read(name: string): string {
  return Deno.readTextFileSync(new URL(`page/${name}`, import.meta.url));
}

/** Modules as one script: what one exports, the next one finds. */
function joined(modules: readonly string[]): string {
  return `"use strict";\n${modules.join("\n").replaceAll(/^import .*$|^export (?=function |const )/gm, "")}`;
}

/** What the policy names a script or a style sheet by. */
function hash(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
