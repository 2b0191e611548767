import type { Category, Region } from "../../src/places/place.ts";
import { lexicon } from "../dataset/lexicon.ts";
import { englishNames } from "../dataset/tagging-schema.ts";
import { Anything, Lexicon } from "./answers.ts";
import type { AdminApi } from "./api.ts";

const CATEGORIES_A_PAGE = 250;
const FINGERPRINT = "tagging schema";

/** What categories and regions are called. */
export interface Words {
  readonly categories: readonly Category[];
  readonly regions: readonly Region[];
  /** Tells these words from others. */
  readonly fingerprint: string;
}

/** Teaches the words for all kinds of places to a server that has none yet: one without the default data. */
export async function sendLexicon(api: AdminApi): Promise<void> {
  if ((await knownWords(api)) !== null) return;
  await sendWords(api, kindsOfPlaces());
}

/** The fingerprint of the words that the server knows; null if it knows none, or not all. */
export async function knownWords(api: AdminApi): Promise<string | null> {
  return (await api.ask(Lexicon, { method: "GET", path: "/lexicon" })).fingerprint;
}

/** Replaces what the server knows. */
export async function sendWords(api: AdminApi, words: Words): Promise<void> {
  for (const [page, json] of lexiconPages(words).entries()) {
    await api.ask(Anything, { method: "PUT", path: `/lexicon/${page}`, json });
  }
}

export function kindsOfPlaces(): Words {
  const categories = lexicon(englishNames().keys());
  return { categories, regions: [], fingerprint: FINGERPRINT };
}

export interface LexiconPage {
  readonly categories: readonly Category[];
  readonly regions: readonly Region[];
  /** With the last page: the words are complete then. */
  readonly fingerprint?: string;
}

export function lexiconPages({ categories, regions, fingerprint }: Words): LexiconPage[] {
  const pages = Math.max(1, Math.ceil(categories.length / CATEGORIES_A_PAGE));
  return Array.from({ length: pages }, (_, page) => {
    const first = page * CATEGORIES_A_PAGE;
    return {
      categories: categories.slice(first, first + CATEGORIES_A_PAGE),
      regions: page === 0 ? regions : [],
      ...(page === pages - 1 && { fingerprint }),
    };
  });
}
