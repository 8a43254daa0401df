/**
 * `doctor`: what this machine can do, and the left-overs of runs that were killed, which it removes.
 *
 * @module
 */
import { machineText } from "../report/machine.ts";
import { Style } from "../report/style.ts";
import type { Arguments, CommandBody } from "./command.ts";
import { type Context, type ExitCode, mediumFor } from "./context.ts";

/** Raised when a field of the document changes its meaning or goes. */
const FORMAT_VERSION = 1;

async function run(context: Context, args: Arguments): Promise<ExitCode> {
  const found = await context.leftovers.find();
  const [facts, leftovers] = await Promise.all([context.inspectMachine(), context.leftovers.remove(found)]);
  if (args.flag("json")) {
    context.stdout.write(JSON.stringify({ formatVersion: FORMAT_VERSION, machine: facts, leftovers }, null, 2) + "\n");
  } else {
    context.stdout.write(machineText(facts, leftovers, new Style(mediumFor(context.stdout, context))));
  }
  if (facts.some(({ state }) => state === "missing")) return 4;
  return leftovers.every(({ removed }) => removed) ? 0 : 1;
}

const doctor: CommandBody = {
  description: [
    "Removes only what runs of this lab made, and nothing of a run that is still going on.",
    "Exits with 4 if exercises cannot run here, and with 1 if something could not be removed.",
  ],
  options: [{ name: "json", summary: "print one JSON document instead" }],
  run,
};

export default doctor;
