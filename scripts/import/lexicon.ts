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
  for (const [page, json] of lexiconPages().entries()) {
    await api.ask(Anything, { method: "PUT", path: `/lexicon/${page}`, json });
  }
}

export interface LexiconPage {
  readonly categories: readonly Category[];
  /** With the last page: the words are complete then. */
  readonly fingerprint?: string;
}

export function lexiconPages(): LexiconPage[] {
  const categories = lexicon(englishNames().keys());
  const pages = Math.ceil(categories.length / CATEGORIES_A_PAGE);
  return Array.from({ length: pages }, (_, page) => {
    const first = page * CATEGORIES_A_PAGE;
    const isLast = page === pages - 1;
    return {
      categories: categories.slice(first, first + CATEGORIES_A_PAGE),
      ...(isLast && { fingerprint: FINGERPRINT }),
    };
  });
}
