/**
 * What is said when the lab itself fails: calm words on the screen, the details in a file.
 *
 * @module
 */
import { DefinitionError } from "../course/validation.ts";
import { cleanLine } from "../report/clean.ts";
import { Style } from "../report/style.ts";
import { wrap } from "../report/width.ts";
import { type Context, type ExitCode, mediumFor, stateFolder } from "./context.ts";
import { shownPath } from "./paths.ts";

/** Says that the lab failed, and gives the exit status for that. Never throws. */
export async function reportFailure(error: unknown, args: readonly string[], context: Context): Promise<ExitCode> {
  const { columns } = new Style(mediumFor(context.stderr, context));
  const text = `The lab itself failed. This costs you nothing. ${await failureReason(error, args, context)}`;
  context.stderr.write(wrap(text, columns).join("\n") + "\n");
  return 3;
}

/** Why the lab failed, for a student; for an author, the details go to a file whose name is in the text. Never throws. */
export async function failureReason(error: unknown, args: readonly string[], context: Context): Promise<string> {
  if (error instanceof DefinitionError) return `${cleanLine(error.message)}.`;
  const path = `${stateFolder(context)}/failure.txt`;
  try {
    await Deno.mkdir(stateFolder(context), { recursive: true });
    await Deno.writeTextFile(path, details(error, args, context));
  } catch {
    return `The cause: ${cleanLine(messageOf(error))}. Please tell it to who runs the course, and try once more.`;
  }
  return `Please try once more; if it happens again, send ${shownPath(context, path)} to who runs the course.`;
}

function details(error: unknown, args: readonly string[], { machine }: Context): string {
  const { os, arch, kernel, cores, deno } = machine;
  return [
    `command: ${JSON.stringify(args)}`,
    `machine: ${os} ${kernel} ${arch}, ${cores} cores, deno ${deno}`,
    "",
    Deno.inspect(error),
    "",
  ].join("\n");
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
