import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod/v4";
import { CallerError } from "../../src/errors.ts";
import { runWrangler, type WranglerRun } from "../server/wrangler.ts";

/** What a deployment asks of Cloudflare, each by a command of wrangler. Whatever fails is told in its words. */

const Account = z.object({
  loggedIn: z.boolean(),
  accounts: z.array(z.object({ name: z.string() })).default([]),
});
type Account = z.infer<typeof Account>;

const THE_SET_ONE = "the account that is set";

/**
 * Whose account it is.
 *
 * @throws CallerError if nobody is logged in, or it is not clear which account is meant
 */
export async function accountName(hasAccountId: boolean, signal: AbortSignal): Promise<string> {
  // A build's token may not ask for whom it is.
  if (hasAccountId && process.env.CLOUDFLARE_API_TOKEN) return THE_SET_ONE;
  const { loggedIn, accounts } = await run(["whoami", "--json"], { signal }).then(
    (text): Account => Account.parse(JSON.parse(text)),
    (error: Error): Account => {
      // It fails where nobody is logged in.
      if (error.message.includes('"loggedIn":false')) return { loggedIn: false, accounts: [] };
      throw error;
    },
  );
  if (!loggedIn) {
    throw new CallerError(
      "Nobody is logged in to Cloudflare here. Log in with npx wrangler login, or set CLOUDFLARE_API_TOKEN.",
    );
  }
  const names = accounts.map(({ name }) => name);
  if (names.length > 1 && !hasAccountId) {
    throw new CallerError(
      `There are several accounts: ${names.join(", ")}. Say which one: set CLOUDFLARE_ACCOUNT_ID, or account_id in wrangler.toml.`,
    );
  }
  return names.length === 1 ? names[0]! : THE_SET_ONE;
}

/** Builds the Worker and shows what it is bound to, without a word to Cloudflare. */
export function rehearse(signal: AbortSignal): Promise<string> {
  return run(["deploy", "--dry-run", "--outdir", ".wrangler/dry-run"], { signal });
}

const Deployed = z.object({ type: z.literal("deploy"), targets: z.array(z.string()) });

/**
 * Deploys the Worker. wrangler makes the database, the bucket and the namespaces that are missing.
 *
 * @returns where it answers, as wrangler writes it, and what else it has
 */
export async function deploy(signal: AbortSignal): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), "hereabouts-"));
  const report = join(folder, "report.ndjson");
  try {
    await run(["deploy"], { signal, env: { WRANGLER_OUTPUT_FILE_PATH: report } });
    const lines = (await readFile(report, "utf8")).trim().split("\n");
    const reports = lines.map((line) => Deployed.safeParse(JSON.parse(line)).data);
    return reports.flatMap((report) => report?.targets ?? []);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Makes the tables, and changes those of an earlier version. */
export async function migrate(signal: AbortSignal): Promise<void> {
  await run(["d1", "migrations", "apply", "PLACES_DB", "--remote"], { signal });
}

/** The secrets that a deployment is to have, with what they are for. */
export const SECRETS = {
  ADMIN_TOKEN: "whoever has it may change the data",
  METRICS_TOKEN: "whoever has it may read /metrics",
} as const;
export type Secret = keyof typeof SECRETS;

const Names = z.array(z.object({ name: z.string() }));

/** The names of the secrets that the Worker has. */
export async function secretsThere(signal: AbortSignal): Promise<ReadonlySet<string>> {
  const listed = Names.parse(JSON.parse(await run(["secret", "list"], { signal })));
  return new Set(listed.map(({ name }) => name));
}

/** Gives the Worker a secret of 192 random bits. @returns it: Cloudflare does not show it again */
export async function makeSecret(name: Secret, signal: AbortSignal): Promise<string> {
  const value = randomBytes(24).toString("base64url");
  await run(["secret", "put", name], { signal, input: `${value}\n` });
  return value;
}

function run(args: readonly string[], options: WranglerRun): Promise<string> {
  return runWrangler(args, options).catch((error: Error) => {
    throw options.signal?.aborted ? error : new CallerError(error.message);
  });
}
