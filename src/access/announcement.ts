import type { Config } from "../config/config.ts";
import { signInWays } from "../config/sign-in.ts";
import { logLine } from "../observe/log.ts";

/** What this isolate has said. It has one deployment, so that it says one thing, once. */
const said = new Set<string>();

/** Says in the log what is open to everybody, and how others sign in: whoever has set nothing is to know, too. */
export function announce(config: Config): void {
  const fields = {
    open: config.anonymousScopes.join(" ") || "nothing",
    sign_in: signInWays(config).join(" ") || "nobody can",
  };
  const text = JSON.stringify(fields);
  if (said.has(text)) return;
  said.add(text);
  logLine("access", fields);
}
