import { type Command, runCommand } from "./command/command.ts";
import { cronLine } from "./import/cron.ts";
import { withDownloads } from "./import/download.ts";
import { importOptions, USAGE } from "./import/options.ts";
import { EXIT, runImport } from "./import/run.ts";

/** `npm run import`: brings files of places into a collection, here or in a deployed Worker. */
export const importCommand: Command = {
  usage: USAGE,
  kept: "What was sent is kept: the same command goes on where this one stopped.",
  run: async (args, signal) => {
    const options = importOptions(args);
    const exit = await withDownloads(options, signal, (files) => runImport(options, files, signal));
    if (options.every && exit !== EXIT.failed) console.log(cronLine(args, options.every));
    return exit;
  },
};

if (import.meta.main) await runCommand(importCommand);
