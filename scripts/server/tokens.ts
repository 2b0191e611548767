import { randomBytes } from "node:crypto";
import { appendFile, chmod, readFile } from "node:fs/promises";
import { parseEnv } from "node:util";

/** Where wrangler takes the secrets of this machine's server from. */
const FILE = ".dev.vars";

type TokenName = "ADMIN_TOKEN" | "METRICS_TOKEN";

/** A token of the server on this machine, if there is one. */
export async function knownToken(name: TokenName): Promise<string | undefined> {
  // Node's parser takes blanks at the end of a line for a reason to read on in the next one.
  return parseEnv((await settings()).replace(/[^\S\n]+$/gm, ""))[name];
}

const settings = (): Promise<string> => readFile(FILE, "utf8").catch(() => "");

/** The same; made if there is none yet. */
export async function localToken(name: TokenName): Promise<string> {
  const known = await knownToken(name);
  if (known) return known;
  const text = await settings();
  const token = randomBytes(24).toString("base64url");
  const gap = text === "" || text.endsWith("\n") ? "" : "\n";
  // Of two lines the last one counts.
  await appendFile(FILE, `${gap}${name}=${token}\n`, { mode: 0o600 });
  await chmod(FILE, 0o600);
  return token;
}
