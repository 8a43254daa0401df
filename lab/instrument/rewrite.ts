/**
 * From a linked module to the script that a role compiles.
 *
 * The script's value is a generator function, the module's *factory*:
 *
 *     function* ($ipc, $stop, $stopped, $meta, $watch, ...namespaces of `links`)
 *
 * Its first `next()` brings the module's functions into being and yields `{ exports, anonymous }`: a getter for each exported
 * name, and the anonymous default function, if there is one. Its second `next()` runs the module's body. So all functions of
 * all modules exist before the first body runs, and an exported variable is seen as it is and not as it was: as ECMAScript
 * has it, import cycles included. Everything that is added stands in the line where it belongs; no line is moved.
 *
 * @module
 */
import type { AnyNode } from "acorn";
import MagicString from "magic-string";
import type { Binding, Graph } from "./link.ts";
import type { ProgramModule } from "./model.ts";
import { ANONYMOUS_DEFAULT, type ModuleRecord } from "./module_record.ts";
import { columnShifts } from "./column_shifts.ts";
import { freshNames } from "./fresh_names.ts";
import type { Places } from "./places.ts";
import type { Reference } from "./scope.ts";
import { walk } from "./syntax_tree.ts";
import { noteUnseen } from "./unseen.ts";
import { copies } from "./visitors/copies.ts";
import { elementAccesses } from "./visitors/element_accesses.ts";
import { importedNames } from "./visitors/imported_names.ts";
import { moduleSyntax } from "./visitors/module_syntax.ts";
import { optionalChains } from "./visitors/optional_chains.ts";
import { scriptSyntax } from "./visitors/script_syntax.ts";
import { stopChecks } from "./visitors/stop_checks.ts";

/** What a visitor works on. */
export interface Edit {
  /** The text under change. Put before: `prependRight`; put after: `appendLeft`; replace: `update`. */
  readonly text: MagicString;
  /** The text as it was. */
  readonly source: string;
  /** Names that mean nothing else in the module. */
  readonly names: Names;
}

/** What the names that the lab brings into a module are called there. */
export type Names = ReturnType<typeof freshNames>;

/**
 * Called for every node of a module, children first. With the three ways to edit that `Edit` names, what is put around an
 * outer node comes out around what is put around an inner one, also where both begin or end at one place.
 */
export type Visitor = (node: AnyNode, parent: AnyNode | null) => void;

/** A module with all that is known about it after linking. */
export interface LinkedModule {
  readonly record: ModuleRecord;
  readonly url: string;
  /** Names in the module that stand for something of another. */
  readonly imports: ReadonlyMap<string, Binding>;
  /** Uses of such names. */
  readonly references: ReadonlyMap<string, readonly Reference[]>;
}

/** The script of a linked module. With `places`, it tells of the elements that it uses; sites and notes are added there. */
export function rewrite(
  { record, url, imports, references }: LinkedModule,
  graph: Graph,
  places: Places | null = null,
): ProgramModule {
  const names = freshNames(record.tree);
  const source = record.javaScript;
  const text = new MagicString(source);
  const edit: Edit = { text, source, names };
  const links: ModuleRecord[] = [];
  const expressionOf = (binding: Binding): string => {
    if (binding.kind === "ipc-namespace") return names.ipc;
    if (binding.kind === "ipc") return property(names.ipc, binding.name);
    if (!links.includes(binding.module)) links.push(binding.module);
    const namespace = `${names.link}${links.indexOf(binding.module)}`;
    return binding.kind === "namespace" ? namespace : property(namespace, binding.name);
  };

  const live = new Map<string, string>();
  const prologue: string[] = [];
  for (const [local, binding] of imports) {
    const expression = expressionOf(binding);
    // Only a variable of a student's file can change, or be there later than its importer.
    if (binding.kind === "export") live.set(local, expression);
    else prologue.push(`const ${local} = ${expression};`);
  }
  const getters = graph.exportNames(record).map((name) => {
    const binding = graph.resolveExport(record, name) as Binding;
    const own = record.exports.find((entry) => entry.name === name);
    const local = own !== undefined && "local" in own && !imports.has(own.local) ? own.local : undefined;
    return `get ${JSON.stringify(name)}() { return ${
      local === ANONYMOUS_DEFAULT ? names.default : local ?? expressionOf(binding)
    }; }`;
  });

  const syntax = moduleSyntax(edit);
  const visitors: Visitor[] = [
    importedNames(edit, live, references),
    scriptSyntax(edit),
    stopChecks(edit),
    syntax.visit,
  ];
  if (places !== null) {
    const { path } = record.file;
    visitors.push(elementAccesses(edit, places, path), optionalChains(edit, places, path), copies(edit, places, path));
    noteUnseen(record.tree, references, places, path);
  }
  walk(record.tree, (node, parent) => {
    for (const visit of visitors) visit(node, parent);
  });
  if (source.startsWith("#!")) text.update(0, 2, "//");

  const parameters = [
    ...[names.ipc, names.stop, names.stopped, names.meta, names.watch],
    ...links.map((_, i) => `${names.link}${i}`),
  ];
  prologue.push(
    `yield { exports: { ${getters.join(", ")} }, anonymous: ${syntax.anonymous() ? names.default : null} };`,
  );
  text.prepend(`"use strict"; (function* (${parameters.join(", ")}) { ${prologue.join(" ")} `);
  text.append("\n})");
  return {
    path: record.file.path,
    url,
    code: text.toString(),
    links: links.map(({ file }) => file.path),
    columns: columnShifts(text),
  };
}

function property(object: string, name: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)
    ? `${object}.${name}`
    : `${object}[${JSON.stringify(name)}]`;
}
