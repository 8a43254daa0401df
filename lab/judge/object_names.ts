/**
 * Names of kernel objects as they are told. A check's names are random, so that no process can guess one: what tells them apart
 * for a reader is the rest, `.free` of `/ipclab.bucxungmnfog.free`.
 *
 * @module
 */

/** What `Random.objectName` makes. */
const RANDOM = /\/?\bipclab\.([a-z]{12})([^\w]?)/g;

/**
 * What shortens the random names in texts. `texts` are all that may be asked for: with several random names among them, as many
 * of their letters stay as tell them apart.
 *
 * @example
 * ```ts
 * import { shortNames } from "./object_names.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const short = shortNames(["/ipclab.bucxungmnfog", "/ipclab.bucxungmnfog.free"]);
 * assertEquals(short("/ipclab.bucxungmnfog.free, 192, 384, 2"), ".free, 192, 384, 2");
 * assertEquals(short('"/ipclab.bucxungmnfog", 2'), '"/ipclab…", 2');
 * ```
 */
export function shortNames(texts: Iterable<string>): (text: string) => string {
  const stems = new Set<string>();
  for (const text of texts) for (const [, stem = ""] of text.matchAll(RANDOM)) stems.add(stem);
  const letters = enough([...stems]);
  return (text) =>
    text.replace(RANDOM, (whole, stem: string, next: string, at: number) => {
      const kept = stem.slice(0, letters);
      const slash = whole.startsWith("/") ? "/" : "";
      if (next === "." || next === "-") return `${kept === "" ? "" : `${slash}${kept}…`}${next}`;
      const more = /^[\w]/.test(text.slice(at + whole.length)) && next === "";
      return more ? `${slash}${kept}…` : `${slash}ipclab${kept === "" ? "" : `.${kept}`}…${next}`;
    });
}

/** How many letters tell the stems apart: none where there is one. */
function enough(stems: readonly string[]): number {
  let letters = 0;
  while (new Set(stems.map((stem) => stem.slice(0, letters))).size < stems.length) letters++;
  return letters;
}
