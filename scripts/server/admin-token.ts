import { randomBytes } from "node:crypto";
import { appendFile, readFile } from "node:fs/promises";

/** Where wrangler takes the secrets of this machine's server from. */
const FILE = ".dev.vars";

/** The admin token of the server on this machine; made if there is none yet. */
export async function localAdminToken(): Promise<string> {
  const text = await readFile(FILE, "utf8").catch(() => "");
  const [, quoted] = /^ADMIN_TOKEN\s*=\s*(.*)$/m.exec(text) ?? [];
  const known = quoted?.trim().replace(/^(["'])(.*)\1$/, "$2");
  if (known) return known;
  const token = randomBytes(24).toString("base64url");
  const gap = text === "" || text.endsWith("\n") ? "" : "\n";
  await appendFile(FILE, `${gap}ADMIN_TOKEN=${token}\n`, { mode: 0o600 });
  return token;
}
