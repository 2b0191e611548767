import { type ParseArgsConfig, parseArgs } from "node:util";
import { CallerError } from "../../src/errors.ts";
import { ServerError, ServerGone } from "../api/admin-api.ts";

/** A command that a person runs. */
export interface Command {
  /** How it is called. */
  readonly usage: string;
  /** What is to be known where it ends in the middle. */
  readonly kept: string;
  /** @returns its exit code */
  run(args: string[], signal: AbortSignal): Promise<number>;
}

/** Runs a command with the arguments of this process. Ctrl+C stops it. */
export async function runCommand(command: Command): Promise<void> {
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stopping.abort());
  process.exitCode = await execute(command, process.argv.slice(2), stopping.signal);
}

/** Runs a command, and says in words what goes wrong. @returns its exit code */
export async function execute(
  { usage, kept, run }: Command,
  args: string[],
  signal: AbortSignal,
): Promise<number> {
  if (args.includes("--help")) {
    console.log(usage);
    return 0;
  }
  try {
    return await run(args, signal);
  } catch (error) {
    if (signal.aborted) {
      console.error(`\nStopped. ${kept}`);
    } else if (error instanceof CallerError || error instanceof ServerError) {
      console.error(`\n${error.message}`);
      if (error instanceof ServerGone) console.error(kept);
    } else {
      console.error(error);
      console.error(`\n${kept}`);
    }
    return 1;
  }
}

/** The options and names of a command line. Throws a CallerError with the usage for what is not understood. */
export function parsedOptions<Config extends ParseArgsConfig>(config: Config, usage: string) {
  try {
    return parseArgs<Config>(config);
  } catch (error) {
    throw new CallerError(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}
