import { randomBytes } from "node:crypto";
import { appendFile, readFile } from "node:fs/promises";

/** Where wrangler finds the secrets of a local run; git does not track it. */
const FILE = ".dev.vars";

/** The admin token of the local server, made if there is none. */
export async function ensureAdminToken(): Promise<string> {
  const text = await readFile(FILE, "utf8").catch(() => "");
  const [, known] = /^ADMIN_TOKEN\s*=\s*"?([^"\r\n]+)"?/m.exec(text) ?? [];
  if (known) return known;
  const token = randomBytes(24).toString("base64url");
  await appendFile(FILE, `${text && !text.endsWith("\n") ? "\n" : ""}ADMIN_TOKEN="${token}"\n`, {
    mode: 0o600,
  });
  return token;
}
