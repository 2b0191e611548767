import { parseArgs } from "node:util";
import * as z from "zod";
import { CallerError } from "../src/errors.ts";
import { confirm } from "./confirm.ts";
import { AdminApi, ServerError } from "./import/api.ts";
import { targetUrl } from "./import/options.ts";
import { openTarget } from "./target.ts";

/** `npm run rebuild`: makes the index in D1 wholly anew from the records in R2, or goes on with that where it stopped. */

const Step = z.object({ done: z.boolean(), phase: z.string(), progress: z.number() });
const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;

try {
  const { values } = parseArgs({ options: { to: text, token: text, yes: flag, restart: flag } });
  const question = "Empty the index and make it anew? Until it is done, places are missing.";
  if (!values.yes && !(await confirm(question, false))) {
    throw new CallerError("Nothing done. Without a terminal to ask on, pass --yes.");
  }
  const to = values.to ? targetUrl(values.to) : undefined;
  const target = await openTarget(to, values.token ?? process.env.ADMIN_TOKEN);
  try {
    const api = new AdminApi(target.url, target.token, new AbortController().signal);
    await rebuild(api, values.restart);
  } finally {
    await target.close();
  }
} catch (error) {
  if (!(error instanceof CallerError || error instanceof ServerError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function rebuild(api: AdminApi, isAnew: boolean): Promise<void> {
  let told = "";
  for (let restart = isAnew, done = false; !done; restart = false) {
    const json = { restart };
    const step = await api.ask(Step, { method: "POST", path: "/rebuild", json });
    const state = `${step.phase}, ${Math.round(100 * step.progress)} %`;
    if (state !== told) console.log(state);
    told = state;
    done = step.done;
  }
}
