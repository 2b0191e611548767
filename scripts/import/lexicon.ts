import type { Category, Region } from "../../src/records/place.ts";
import { lexicon } from "../dataset/words/lexicon.ts";
import { englishNames } from "../dataset/words/tagging-schema.ts";
import { Lexicon } from "./answers.ts";
import type { AdminApi } from "./api.ts";

const FINGERPRINT = "tagging schema";

/** What categories and regions are called. */
export interface Words {
  readonly categories: readonly Category[];
  /** Left out: they stay as they are. */
  readonly regions?: readonly Region[];
  /** Tells these words from others. */
  readonly fingerprint: string;
  /** Only for a server that has none: somebody else may have been quicker. */
  readonly ifNone?: true;
}

/** Teaches the words for all kinds of places to a server that has none yet: one without the default data. */
export async function sendLexicon(api: AdminApi): Promise<void> {
  if ((await knownWords(api)) !== null) return;
  await sendWords(api, { ...kindsOfPlaces(), ifNone: true });
}

/** The fingerprint of the words that the server knows; null if it knows none. */
export async function knownWords(api: AdminApi): Promise<string | null> {
  return (await api.ask(Lexicon, { method: "GET", path: "/lexicon" })).fingerprint;
}

/** Replaces what the server knows, at once. */
export async function sendWords(api: AdminApi, words: Words): Promise<void> {
  await api.ask(Lexicon, { method: "PUT", path: "/lexicon", json: words });
}

export function kindsOfPlaces(): Words {
  return { categories: lexicon(englishNames().keys()), fingerprint: FINGERPRINT };
}
