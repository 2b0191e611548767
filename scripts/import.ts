import { runCommand } from "./command.ts";
import { withDownloads } from "./import/download.ts";
import { importOptions, USAGE } from "./import/options.ts";
import { runImport } from "./import/run.ts";

/** `npm run import`: brings files of places into a collection, here or in a deployed Worker. */

await runCommand(async (signal) => {
  if (process.argv.includes("--help")) console.log(USAGE);
  else {
    const options = importOptions(process.argv.slice(2));
    process.exitCode = await withDownloads(options, signal, (files) =>
      runImport({ ...options, files }, signal),
    );
  }
}, "What was sent is kept: the same command goes on where this one stopped.");
