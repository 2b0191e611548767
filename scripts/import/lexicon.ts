import type { Category } from "../../src/places/place.ts";
import { lexicon } from "../dataset/lexicon.ts";
import { englishNames } from "../dataset/tagging-schema.ts";
import { Anything, Lexicon } from "./answers.ts";
import type { AdminApi } from "./api.ts";

const CATEGORIES_A_PAGE = 250;
const FINGERPRINT = "tagging schema";

/** Teaches the words for all kinds of places to a server that has none yet: one without the default data. */
export async function sendLexicon(api: AdminApi): Promise<void> {
  const { fingerprint } = await api.ask(Lexicon, { method: "GET", path: "/lexicon" });
  if (fingerprint !== null) return;
  const categories = lexicon(englishNames().keys());
  const pages = Math.ceil(categories.length / CATEGORIES_A_PAGE);
  for (let page = 0; page < pages; page += 1) {
    const first = page * CATEGORIES_A_PAGE;
    const json: { categories: Category[]; fingerprint?: string } = {
      categories: categories.slice(first, first + CATEGORIES_A_PAGE),
    };
    if (page === pages - 1) json.fingerprint = FINGERPRINT;
    await api.ask(Anything, { method: "PUT", path: `/lexicon/${page}`, json });
  }
}
