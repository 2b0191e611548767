import { Listr } from "listr2";
import { RowBudget } from "./api/row-budget.ts";
import { TARGET_OPTIONS, withApi } from "./api/target.ts";
import { type Command, parsedOptions, runCommand } from "./command/command.ts";
import { rowsPerDay } from "./import/options.ts";
import { basemapTask } from "./load/basemap-task.ts";
import { loadTask } from "./load/load-task.ts";

const USAGE = `npm run load -- [--again]

  --again                  even what is there already, and the map
  --to <url>               the deployed Worker (default: the server on this machine, started if needed)
  --token <token>          its admin token (or the variable ADMIN_TOKEN)
  --max-rows-per-day <n>   stops before D1 has written so many rows today; the same command goes on tomorrow`;

const OPTIONS = {
  ...TARGET_OPTIONS,
  "max-rows-per-day": { type: "string" },
  again: { type: "boolean", default: false },
} as const;

/** `npm run load`: brings the default data and the map in, here or into a deployed Worker. */
const load: Command = {
  usage: USAGE,
  kept: "What was sent is kept: the same command goes on where this one stopped.",
  async run(args, signal) {
    const { values } = parsedOptions({ args, options: OPTIONS }, USAGE);
    const most = rowsPerDay(values["max-rows-per-day"]);
    await withApi(
      values,
      signal,
      async (api) => {
        const budget = new RowBudget(most, api.origin);
        const { again } = values;
        // Before the data, which may take days of a budget.
        const tasks = [
          basemapTask(() => api, { again, signal }),
          loadTask(() => api, { again, budget }),
        ];
        await new Listr(tasks, { registerSignalListeners: false }).run();
      },
      { withData: false },
    );
    return 0;
  },
};

await runCommand(load);
