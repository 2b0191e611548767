import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { dropCachedSnapshot } from "../../src/index/snapshot.ts";
import released from "../imports/released/format-7.json";

/** The migrations that the released version had. */
const RELEASED_MIGRATIONS = 7;
/** Contentless: of what they hold only the terms are known. */
const WORDS: Readonly<Record<string, string>> = {
  places_text: "words",
  category_words: "phrases",
  region_words: "phrases",
};

/**
 * Puts the stores into the state in which the released version (format 7 of the index, 1 of the log) left them, after it
 * had loaded three collections and taken four edits, and then applies today's migrations.
 */
export async function upgradeFromReleased(): Promise<void> {
  await reset();
  const migrations = env.TEST_MIGRATIONS ?? [];
  await applyD1Migrations(env.PLACES_DB, migrations.slice(0, RELEASED_MIGRATIONS));
  const { PLACES_DB: database, PLACES_BUCKET: bucket } = env;
  const statements = Object.entries(released.tables).flatMap(([table, rows]) => {
    const columns = WORDS[table] ? ` (rowid, ${WORDS[table]})` : "";
    const values = rows[0]!.map(() => "?").join(", ");
    return rows.map((row) =>
      database.prepare(`INSERT INTO ${table}${columns} VALUES (${values})`).bind(...row),
    );
  });
  await database.batch([database.prepare("DELETE FROM data_version"), ...statements]);
  for (const [key, text] of Object.entries(released.objects)) await bucket.put(key, text);
  await applyD1Migrations(database, migrations);
  dropCachedSnapshot(database);
}
