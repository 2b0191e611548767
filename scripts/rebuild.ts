import { CallerError } from "../src/errors.ts";
import { rebuildIndex } from "./api/rebuild-index.ts";
import { TARGET_OPTIONS, withApi } from "./api/target.ts";
import { type Command, parsedOptions, runCommand } from "./command/command.ts";
import { confirm } from "./command/confirm.ts";

const flag = { type: "boolean", default: false } as const;
const OPTIONS = { ...TARGET_OPTIONS, yes: flag, restart: flag };

const USAGE = `npm run rebuild

  --to <url> --token <token>   the deployed Worker (default: the server on this machine)
  --restart                    starts over instead of following the one under way
  --yes                        asks nothing`;

/** `npm run rebuild`: rebuilds the whole index in D1 from the records in R2, or follows the rebuild that is under way. */
export const rebuildCommand: Command = {
  usage: USAGE,
  kept: "The index answers as before. The rebuild goes on while the server is up: run it again to follow it.",
  async run(args, signal) {
    const { values } = parsedOptions({ args, options: OPTIONS }, USAGE);
    const question =
      "Rebuild the index? Searches go on; a collection takes no changes while it is rebuilt.";
    if (!values.yes && !(await confirm(question, false))) {
      throw new CallerError("Nothing done. Without a terminal to ask on, pass --yes.");
    }
    const lost = await withApi(
      values,
      signal,
      (api) => rebuildIndex(api, values.restart, console.log),
      // An index of another version takes no data before it is rebuilt.
      { withData: false },
    );
    if (lost.length === 0) return 0;
    console.error(
      `Lost in the bucket, so that what was in it is not in the index:\n${lost.join("\n")}`,
    );
    return 2;
  },
};

if (import.meta.main) await runCommand(rebuildCommand);
