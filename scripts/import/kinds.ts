import type { Kinds } from "../../src/formats/category.ts";
import { phraseWord, runsOf } from "../../src/places/words.ts";
import { lexicon } from "../dataset/lexicon.ts";
import { englishNames } from "../dataset/tagging-schema.ts";
import { presetOfTags } from "./presets.ts";

/** So many different words are remembered. */
const MOST_REMEMBERED = 10_000;

/** Kinds of places by the tagging schema and its words in some fifty languages. */
export function tagKinds(): Kinds {
  const names = englishNames();
  let paths: Map<string, string> | undefined;
  const remembered = new Map<string, string | undefined>();
  return {
    ofTags: presetOfTags,
    ofWords(words) {
      if (!remembered.has(words)) {
        if (remembered.size >= MOST_REMEMBERED) remembered.clear();
        // It takes some seconds: only for who has words.
        paths ??= pathsByWord(names);
        remembered.set(words, paths.get(keyOf(words)));
      }
      return remembered.get(words);
    },
    labelOf: (category) => names.get(category) ?? titleOf(category),
  };
}

/** The words that mean one kind only. What is the English name of a kind means that kind first. */
function pathsByWord(names: ReadonlyMap<string, string>): Map<string, string> {
  const found = new Map<string, Set<string>>();
  for (const { path, words } of lexicon(names.keys())) {
    for (const word of words) {
      const key = keyOf(word);
      found.set(key, (found.get(key) ?? new Set()).add(path));
    }
  }
  const paths = new Map<string, string>();
  for (const [key, [path, ...others]] of found) {
    if (path && others.length === 0) paths.set(key, path);
  }
  for (const [path, name] of names) {
    const key = keyOf(name);
    if (path.includes("/") && found.get(key)?.has(path)) paths.set(key, path);
  }
  return paths;
}

function keyOf(words: string): string {
  return phraseWord(runsOf(words));
}

function titleOf(category: string): string {
  const last = category.slice(category.lastIndexOf("/") + 1).replaceAll("_", " ");
  return last.charAt(0).toUpperCase() + last.slice(1);
}
