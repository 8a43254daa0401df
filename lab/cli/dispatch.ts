/**
 * From the words of a command line to an exit status: finds the command, runs it, and puts into calm words whatever goes wrong.
 *
 * @module
 */
import { UsageError } from "./command.ts";
import { type CommandEntry, COMMANDS } from "./commands.ts";
import { type Context, type ExitCode, mediumFor } from "./context.ts";
import { reportFailure } from "./failure.ts";
import { unsupportedReason } from "./platform.ts";

/** Runs one command. Never throws. */
export async function dispatch(
  args: readonly string[],
  context: Context,
  commands: readonly CommandEntry[] = COMMANDS,
): Promise<ExitCode> {
  try {
    const reason = unsupportedReason(context.platform);
    if (reason !== null) {
      context.stderr.write(`${reason}\n`);
      return 4;
    }
    return await run(args, context, commands);
  } catch (error) {
    if (context.interrupt.aborted) return 130;
    if (error instanceof UsageError) return await refuse(error, context);
    return await reportFailure(error, args, context);
  }
}

async function run(
  [word, ...rest]: readonly string[],
  context: Context,
  commands: readonly CommandEntry[],
): Promise<ExitCode> {
  const { Style } = await import("../report/style.ts");
  const style = (): InstanceType<typeof Style> => new Style(mediumFor(context.stdout, context));
  if (word === undefined || ["help", "--help", "-h"].includes(word)) {
    const { overview } = await import("./help.ts");
    context.stdout.write(overview(commands, style()));
    return 0;
  }
  const entry = commands.find(({ name }) => name === word);
  if (entry === undefined) {
    const [{ didYouMean }, { cleanLine }] = await Promise.all([import("./suggest.ts"), import("../report/clean.ts")]);
    const names = commands.map(({ name }) => name);
    throw new UsageError(
      `There is no command ${cleanLine(word)}.${didYouMean(word, names)}`,
      `Known: ${names.join(", ")}`,
    );
  }
  const [{ default: body }, { parseArguments }] = await Promise.all([entry.load(), import("./arguments.ts")]);
  const command = { ...entry, ...body };
  const parsed = parseArguments(command, rest);
  if (parsed.flag("help")) {
    const { commandHelp } = await import("./help.ts");
    context.stdout.write(commandHelp(command, style()));
    return 0;
  }
  return await command.run(context, parsed);
}

async function refuse(error: UsageError, context: Context): Promise<ExitCode> {
  const { wrap } = await import("../report/width.ts");
  const { Style } = await import("../report/style.ts");
  const { columns } = new Style(mediumFor(context.stderr, context));
  context.stderr.write([error.message, ...error.advice].flatMap((text) => wrap(text, columns)).join("\n") + "\n");
  return 2;
}
