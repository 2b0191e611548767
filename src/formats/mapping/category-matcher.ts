import type { Category, Kind } from "../../records/place.ts";
import { phraseTerm, tokenize } from "../../text/tokens.ts";
import { TagPresets } from "./tag-presets.ts";

/** Finds the category that a row tells by tags or by words. */
export interface CategoryMatcher {
  /** The most specific category of OpenStreetMap tags. */
  matchTags(tags: Readonly<Record<string, string>>): string | undefined;
  /** The only category that a word or phrase means: "Coffee Shop" → `amenity/cafe`. */
  matchWords(words: string): string | undefined;
  /** What a place without a name is called: "Cafe". */
  displayName(category: string): string;
}

/** Only categories with tags are matched. Their words are read when they are first needed: that may take some seconds. */
export interface Vocabulary {
  kinds(): readonly Kind[];
  /** The same with words in many languages. */
  categories(): readonly Category[];
}

/** How many texts the cache of matches holds. */
const MOST_REMEMBERED = 10_000;

/** Matches by a vocabulary, such as that of the OpenStreetMap tagging schema. */
export function categoryMatcher(vocabulary: Vocabulary): CategoryMatcher {
  const known = vocabulary.kinds().filter(isOfSchema);
  const labels = new Map(known.map(({ path, label }) => [path, label]));
  let presets: TagPresets | undefined;
  let paths: Map<string, string> | undefined;
  const remembered = new Map<string, string | undefined>();
  return {
    matchTags(tags) {
      presets ??= new TagPresets(known);
      return presets.pathOf(tags);
    },
    matchWords(words) {
      if (!remembered.has(words)) {
        if (remembered.size >= MOST_REMEMBERED) remembered.clear();
        paths ??= pathsByPhrase(vocabulary.categories().filter(isOfSchema), labels);
        remembered.set(words, paths.get(phraseOf(words)));
      }
      return remembered.get(words);
    },
    displayName: (category) => labels.get(category) ?? lastLevel(category),
  };
}

/** Whether it is neither of somebody's own scheme nor a parent that only groups others. */
function isOfSchema({ tags }: Kind): boolean {
  return tags !== undefined;
}

/** The categories by the phrases that mean only one of them. An English label means its own category first. */
function pathsByPhrase(
  categories: readonly Category[],
  labels: ReadonlyMap<string, string>,
): Map<string, string> {
  const found = new Map<string, string[]>();
  for (const { path, words } of categories) {
    for (const phrase of new Set(words.map(phraseOf))) {
      const others = found.get(phrase);
      if (others) others.push(path);
      else found.set(phrase, [path]);
    }
  }
  const paths = new Map<string, string>();
  for (const [phrase, [path, ...others]] of found) {
    if (path && others.length === 0) paths.set(phrase, path);
  }
  for (const [path, label] of [...labels].sort()) {
    const phrase = phraseOf(label);
    if (path.includes("/") && found.get(phrase)?.includes(path)) paths.set(phrase, path);
  }
  return paths;
}

/** Phrases are the same if the index takes them for the same. */
function phraseOf(words: string): string {
  return phraseTerm(tokenize(words));
}

/** "leisure/water_park" → "Water park" */
function lastLevel(category: string): string {
  const last = category.slice(category.lastIndexOf("/") + 1).replaceAll("_", " ");
  return last.charAt(0).toUpperCase() + last.slice(1);
}
