import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { getPlatformProxy } from "wrangler";
import { inSqlite, type RunStatement } from "./metered-database.ts";

const ROOT = join(import.meta.dirname, "../..");

/** The local stores that keep their files in a folder, as `wrangler dev` has them: real D1 and R2, in workerd. */
export async function openD1(persistPath: string, configPath = join(ROOT, "wrangler.toml")) {
  const { env, dispose } = await getPlatformProxy<Env>({
    configPath,
    persist: { path: persistPath },
    remoteBindings: false,
  });
  return { database: env.PLACES_DB, bucket: env.PLACES_BUCKET, close: dispose };
}

export function migrations(): string[] {
  return globSync("migrations/*.sql", { cwd: ROOT })
    .sort()
    .map((file) => readFileSync(join(ROOT, file), "utf8"));
}

/** The SQLite file that is the D1 database of a folder. */
export function pathOfD1(persistPath: string): string {
  const files = globSync("d1/*/*.sqlite", { cwd: persistPath });
  const [file] = files.filter((path) => !path.endsWith("metadata.sqlite"));
  if (!file) throw new Error(`No D1 database in ${persistPath}`);
  return join(persistPath, file);
}

/**
 * Makes a folder's D1 database and fills its file from outside: half a million places come in 17 s, ten million
 * through D1's door would take an hour.
 */
export async function fillD1(
  persistPath: string,
  fill: (run: RunStatement) => Promise<void>,
  configPath?: string,
): Promise<void> {
  // Lets D1 make its file.
  const { database, close } = await openD1(persistPath, configPath);
  await database.prepare("SELECT 1").run();
  await close();

  const path = pathOfD1(persistPath);
  const file = new DatabaseSync(path);
  file.exec("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000");
  for (const migration of migrations()) file.exec(migration);
  await fill(inSqlite(file));
  file.close();
  // Anew: FTS5 keeps something open, and then the journal cannot be changed.
  const filled = new DatabaseSync(path);
  filled.exec("PRAGMA journal_mode = WAL; PRAGMA wal_checkpoint(TRUNCATE)");
  filled.close();
}
