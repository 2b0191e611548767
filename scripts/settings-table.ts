import { readFile, writeFile } from "node:fs/promises";
import { settingsTable } from "../src/config/config.ts";

/** `npm run settings`: writes the table of settings into README.md, from what src/config/settings.ts says of them. */

const TABLE = /(?<=<!-- made by `npm run settings` -->\n)[\s\S]*?(?=<!-- end -->)/;

/** The text of README.md with the table as it should be. */
export function withSettings(readme: string): string {
  return readme.replace(TABLE, () => `${settingsTable()}\n`);
}

if (import.meta.main) {
  await writeFile("README.md", withSettings(await readFile("README.md", "utf8")));
}
