import { type ParseArgsConfig, parseArgs } from "node:util";
import { CallerError } from "../src/errors.ts";
import { ServerError } from "./import/api.ts";

/**
 * Runs a command: Ctrl+C aborts its signal, and an error is told in words.
 *
 * @param kept what to say where it ends before it is done: "What was sent is kept."
 */
export async function runCommand(
  run: (signal: AbortSignal) => Promise<void>,
  kept: string,
): Promise<void> {
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stopping.abort());
  try {
    await run(stopping.signal);
  } catch (error) {
    process.exitCode = 1;
    if (stopping.signal.aborted) {
      console.error(`\nStopped. ${kept}`);
    } else if (error instanceof CallerError || error instanceof ServerError) {
      console.error(`\n${error.message}`);
    } else {
      console.error(error);
      console.error(`\n${kept}`);
    }
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
