/**
 * What a run of the rows amounts to, as text.
 *
 * @module
 */
import { interfaceOf, type Row } from "./rows.ts";
import type { Outcome, Verdict } from "./verdict.ts";

/** The verdicts, in the order of the table's columns. */
const VERDICTS: readonly Verdict[] = ["as expected", "not expressible", "not yet in lib", "needs root", "different"];

/** How many rows have each verdict. */
export function count(outcomes: readonly Outcome[]): Record<Verdict, number> {
  const counts = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as Record<Verdict, number>;
  for (const { verdict } of outcomes) counts[verdict]++;
  return counts;
}

/** The table: a line for each interface, the reasons why rows were not run, and every difference. */
export function table(rows: readonly Row[], outcomes: readonly Outcome[]): string {
  const groups = Map.groupBy(rows.map((row, i) => ({ row, outcome: outcomes[i] as Outcome })), ({ row }) => {
    return interfaceOf(row);
  });
  const lines = [...groups].map(([name, members]) => line(name, members.map(({ outcome }) => outcome)));
  return [
    cells("interface", ["rows", ...VERDICTS]),
    ...lines.sort(),
    line("all", outcomes),
    ...reasons("not expressible", outcomes),
    ...reasons("not yet in lib", outcomes),
    ...differences(rows, outcomes),
    "",
  ].join("\n");
}

function line(name: string, outcomes: readonly Outcome[]): string {
  const counts = count(outcomes);
  return cells(name, [outcomes.length, ...VERDICTS.map((verdict) => counts[verdict] === 0 ? "" : counts[verdict])]);
}

function cells(name: string, rest: readonly (string | number)[]): string {
  return (name.padEnd(18) + rest.map((cell) => String(cell).padStart(16)).join("")).trimEnd();
}

function reasons(verdict: Verdict, outcomes: readonly Outcome[]): string[] {
  const groups = Map.groupBy(outcomes.filter((outcome) => outcome.verdict === verdict), ({ reason }) => reason);
  const sorted = [...groups].sort(([a, left], [b, right]) => right.length - left.length || a.localeCompare(b));
  return sorted.length === 0 ? [] : [
    "",
    `${verdict}:`,
    ...sorted.map(([reason, members]) => `${String(members.length).padStart(5)}  ${reason}`),
  ];
}

function differences(rows: readonly Row[], outcomes: readonly Outcome[]): string[] {
  const found = rows.flatMap((row, i) => {
    const { verdict, reason } = outcomes[i] as Outcome;
    if (verdict !== "different") return [];
    return [`  ${row.id}: ${reason}`, `    ${row.source}${row.note === undefined ? "" : `; ${row.note}`}`];
  });
  return found.length === 0 ? [] : ["", "different:", ...found];
}
