import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");

/** Makes the tables of an empty database: each statement by itself, as wrangler does. */
export async function migrate(database: D1Database): Promise<void> {
  for (const file of globSync("migrations/*.sql", { cwd: ROOT }).sort()) {
    const text = (await readFile(join(ROOT, file), "utf8")).replace(/^\s*--.*$/gm, "");
    for (const sql of text.split(";").filter((part) => part.trim())) {
      await database.prepare(sql).run();
    }
  }
}
