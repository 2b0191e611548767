import { type LexiconRequest, LexiconState } from "../../src/imports/contract.ts";
import { lexicon } from "../dataset/words/lexicon.ts";
import { englishNames } from "../dataset/words/tagging-schema.ts";
import type { AdminApi } from "./admin-api.ts";

const FINGERPRINT = "tagging schema";

/** Sends a lexicon of all kinds of places to a server that has none: one without the default data. */
export async function sendLexicon(api: AdminApi): Promise<void> {
  if ((await lexiconFingerprint(api)) !== null) return;
  await putLexicon(api, { ...kindsOfPlaces(), ifNone: true });
}

/** Of the lexicon that the server has; null if it has none. */
export async function lexiconFingerprint(api: AdminApi): Promise<string | null> {
  return (await api.ask(LexiconState, { method: "GET", path: "/lexicon" })).fingerprint;
}

/** Replaces the lexicon that the server has. */
export async function putLexicon(api: AdminApi, json: LexiconRequest): Promise<void> {
  await api.ask(LexiconState, { method: "PUT", path: "/lexicon", json });
}

export function kindsOfPlaces(): LexiconRequest {
  return { categories: lexicon(englishNames().keys()), fingerprint: FINGERPRINT };
}
