import { CallerError } from "../src/errors.ts";
import { ServerError } from "./import/api.ts";
import { importOptions, USAGE } from "./import/options.ts";
import { EXIT, runImport } from "./import/run.ts";

/** `npm run import`: brings files of places into a collection, here or in a deployed Worker. */

const stopping = new AbortController();
process.on("SIGINT", () => stopping.abort());
process.on("SIGTERM", () => stopping.abort());

try {
  if (process.argv.includes("--help")) console.log(USAGE);
  else process.exitCode = await runImport(importOptions(process.argv.slice(2)), stopping.signal);
} catch (error) {
  process.exitCode = EXIT.failed;
  if (stopping.signal.aborted) {
    console.error(
      "\nStopped. What was sent is kept: the same command goes on where this one stopped.",
    );
  } else if (error instanceof CallerError || error instanceof ServerError) {
    console.error(`\n${error.message}`);
  } else {
    console.error(error);
    console.error("\nThe import is kept: the same command goes on where this one stopped.");
  }
}
