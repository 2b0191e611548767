import { type ParseArgsConfig, parseArgs } from "node:util";
import { CallerError } from "../src/errors.ts";
import { ServerError } from "./import/api.ts";

/**
 * Runs a command of ours: Ctrl+C aborts its signal, and what goes wrong is told in words.
 *
 * @param kept What is to be known where it ends in the middle.
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

/** What stands behind a command's name. Throws a CallerError that tells the usage. */
export function parsedOptions<Config extends ParseArgsConfig>(config: Config, usage: string) {
  try {
    return parseArgs<Config>(config);
  } catch (error) {
    throw new CallerError(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}
