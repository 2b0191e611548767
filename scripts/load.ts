import { Listr } from "listr2";
import { parsedOptions, runCommand } from "./command.ts";
import { AdminApi } from "./import/api.ts";
import { rowsPerDay, targetUrl } from "./import/options.ts";
import { LEDGER, RowBudget } from "./import/row-budget.ts";
import { loadTask } from "./load-task.ts";
import { openTarget } from "./target.ts";

/** `npm run load`: brings the default data in, here or into a deployed Worker. */

const USAGE = `npm run load -- [--again]

  --again                  even what is there already
  --to <url>               the deployed Worker (default: the server on this machine, started if needed)
  --token <token>          its admin token (or the variable ADMIN_TOKEN)
  --max-rows-per-day <n>   stops before D1 has written so many rows today; the same command goes on tomorrow`;

const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;
const OPTIONS = { to: text, token: text, "max-rows-per-day": text, again: flag, help: flag };

await runCommand(async (signal) => {
  const options = parsed();
  if (options.values.help) console.log(USAGE);
  else await load(options, signal);
}, "What was sent is kept: the same command goes on where this one stopped.");

function parsed() {
  return parsedOptions({ options: OPTIONS }, USAGE);
}

async function load({ values }: ReturnType<typeof parsed>, signal: AbortSignal): Promise<void> {
  const most = rowsPerDay(values["max-rows-per-day"]);
  const to = values.to ? targetUrl(values.to) : undefined;
  const token = values.token ?? process.env.ADMIN_TOKEN;
  const target = await openTarget(to, token, signal, false);
  try {
    const api = new AdminApi(target.url, target.token, signal);
    const budget = new RowBudget(most, LEDGER, target.url.origin);
    const task = loadTask(() => api, { again: values.again, budget });
    await new Listr([task], { registerSignalListeners: false }).run();
  } finally {
    await target.close();
  }
}
