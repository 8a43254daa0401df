/**
 * What a student's file may import: "ipc", and files of the exercise's folder.
 *
 * @module
 */
import { basename, dirname, extname, relative, resolve, sep } from "node:path";
import { nearestName } from "./nearest_name.ts";
import type { Problem } from "./model.ts";

/** What an import leads to. */
export type Target =
  | { readonly kind: "ipc" }
  | { readonly kind: "file"; readonly realPath: string }
  | { readonly kind: "problem"; readonly problem: Pick<Problem, "kind" | "message"> };

/** The folder of an exercise that its students never see. */
const HIDDEN_FOLDER = "grading";
const EXTENSIONS: readonly string[] = [".ts", ".mts", ".js", ".mjs"];

/** Path of a file below `root`, with forward slashes. */
export function pathBelow(root: string, realPath: string): string {
  return relative(root, realPath).replaceAll(sep, "/");
}

/** Where `specifier` leads from the file `from`. `root` and `from` are real paths. */
export function resolveSpecifier(specifier: string, from: string, root: string): Target {
  if (specifier === "ipc") return { kind: "ipc" };
  if (!/^\.\.?\//.test(specifier)) return forbidden(describeForeign(specifier));

  const wanted = resolve(dirname(from), specifier);
  if (!isBelow(root, wanted)) return forbidden(outside(specifier));
  const realPath = existingFile(wanted);
  if (realPath === null) return doesNotLoad(describeMissing(specifier, wanted));
  // A symbolic link counts as what it leads to.
  if (!isBelow(root, realPath)) return forbidden(outside(specifier));
  if (isHidden(realPath, root) && !isHidden(from, root)) {
    return forbidden(`"${specifier}" is part of the grading and may not be imported.`);
  }
  if (!EXTENSIONS.includes(extname(realPath))) {
    return doesNotLoad(`"${specifier}" is not a TypeScript file. Only files that end in .ts can be imported here.`);
  }
  return { kind: "file", realPath };
}

function forbidden(message: string): Target {
  return { kind: "problem", problem: { kind: "forbidden-mechanism", message } };
}

function doesNotLoad(message: string): Target {
  return { kind: "problem", problem: { kind: "does-not-load", message } };
}

function describeForeign(specifier: string): string {
  const nearest = nearestName(specifier, ["ipc"]);
  const advice = nearest === undefined
    ? 'Solve the exercise with the calls of "ipc", and put code of your own into files beside this one (`import … from "./helper.ts"`).'
    : `Did you mean "${nearest}"?`;
  return `"${specifier}" may not be imported here. ${advice}`;
}

function outside(specifier: string): string {
  return `"${specifier}" lies outside the exercise's folder and may not be imported. ` +
    'Calls come from "ipc"; files of your own go into the folder of the exercise.';
}

function describeMissing(specifier: string, wanted: string): string {
  const start = `There is no file "${specifier}".`;
  const folder = specifier.slice(0, specifier.lastIndexOf("/") + 1);
  for (const extension of EXTENSIONS) {
    if (existingFile(wanted + extension) !== null) return `${start} Did you mean "${specifier}${extension}"?`;
  }
  const nearest = nearestName(basename(wanted), siblings(dirname(wanted)));
  return nearest === undefined
    ? `${start} Create it, or take the import out.`
    : `${start} Did you mean "${folder}${nearest}"?`;
}

function siblings(folder: string): string[] {
  try {
    return Array.from(Deno.readDirSync(folder), ({ name }) => name).filter((name) =>
      EXTENSIONS.includes(extname(name))
    );
  } catch {
    return [];
  }
}

function existingFile(path: string): string | null {
  try {
    const real = Deno.realPathSync(path);
    return Deno.statSync(real).isFile ? real : null;
  } catch {
    return null;
  }
}

function isBelow(root: string, path: string): boolean {
  const below = relative(root, path);
  return below !== "" && below !== ".." && !below.startsWith(`..${sep}`);
}

function isHidden(path: string, root: string): boolean {
  return pathBelow(root, path).split("/")[0] === HIDDEN_FOLDER;
}
