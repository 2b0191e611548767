import { CallerError } from "../src/errors.ts";
import { parsedOptions, runCommand } from "./command.ts";
import { confirm } from "./confirm.ts";
import { AdminApi } from "./import/api.ts";
import { targetUrl } from "./import/options.ts";
import { rebuildIndex } from "./import/rebuild-index.ts";
import { openTarget } from "./target.ts";

/** `npm run rebuild`: makes the index in D1 wholly anew from the records in R2, or goes on with that where it stopped. */

const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;

const OPTIONS = { to: text, token: text, yes: flag, restart: flag, help: flag };

const USAGE = `npm run rebuild

  --to <url> --token <token>   the deployed Worker (default: the server on this machine)
  --restart                    begins anew what was not finished
  --yes                        asks nothing`;

await runCommand(async (signal) => {
  const { values } = parsedOptions({ options: OPTIONS }, USAGE);
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const question = "Empty the index and make it anew? Until it is done, places are missing.";
  if (!values.yes && !(await confirm(question, false))) {
    throw new CallerError("Nothing done. Without a terminal to ask on, pass --yes.");
  }
  const to = values.to ? targetUrl(values.to) : undefined;
  // An index of another version takes no data until it is made anew.
  const target = await openTarget(to, values.token ?? process.env.ADMIN_TOKEN, signal, false);
  try {
    const api = new AdminApi(target.url, target.token, signal);
    await rebuildIndex(api, values.restart, console.log);
  } finally {
    await target.close();
  }
}, "If the index was emptied already, places are missing: run it again, and it goes on.");
