import { type Command, runCommand } from "./command/command.ts";
import { withDownloads } from "./import/download.ts";
import { importOptions, USAGE } from "./import/options.ts";
import { runImport } from "./import/run.ts";

/** `npm run import`: brings files of places into a collection, here or in a deployed Worker. */
export const importCommand: Command = {
  usage: USAGE,
  kept: "What was sent is kept: the same command goes on where this one stopped.",
  run: async (args, signal) => {
    const options = importOptions(args);
    return withDownloads(options, signal, (files) => runImport({ ...options, files }, signal));
  },
};

if (import.meta.main) await runCommand(importCommand);
