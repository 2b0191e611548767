import type { Category, Kind } from "../../records/place.ts";
import { phraseTerm, tokenize } from "../../text/tokens.ts";
import type { Kinds } from "./category.ts";
import { TagPresets } from "./tag-presets.ts";

/** So many different words are remembered. */
const MOST_REMEMBERED = 10_000;

/** What has tags in it counts. The words are only asked for where they are needed: that can take some seconds. */
export interface Vocabulary {
  kinds(): readonly Kind[];
  /** With words in many languages. */
  categories(): readonly Category[];
}

/** Kinds of places by a vocabulary: the tagging schema's, in some fifty languages. */
export function kindsOf(vocabulary: Vocabulary): Kinds {
  const known = vocabulary.kinds().filter(isOfSchema);
  const labels = new Map(known.map(({ path, label }) => [path, label]));
  let presets: TagPresets | undefined;
  let paths: Map<string, string> | undefined;
  const remembered = new Map<string, string | undefined>();
  return {
    ofTags(tags) {
      presets ??= new TagPresets(known);
      return presets.pathOf(tags);
    },
    ofWords(words) {
      if (!remembered.has(words)) {
        if (remembered.size >= MOST_REMEMBERED) remembered.clear();
        paths ??= pathsByWord(vocabulary.categories().filter(isOfSchema), labels);
        remembered.set(words, paths.get(keyOf(words)));
      }
      return remembered.get(words);
    },
    labelOf: (category) => labels.get(category) ?? titleOf(category),
  };
}

/** Not of somebody's own scheme, and no parent that only groups others. */
function isOfSchema({ tags }: Kind): boolean {
  return tags !== undefined;
}

/** The words that mean one kind only. What a kind is called in English means that kind first. */
function pathsByWord(
  categories: readonly Category[],
  labels: ReadonlyMap<string, string>,
): Map<string, string> {
  const found = new Map<string, Set<string>>();
  for (const { path, words } of categories) {
    for (const word of words) {
      const key = keyOf(word);
      found.set(key, (found.get(key) ?? new Set()).add(path));
    }
  }
  const paths = new Map<string, string>();
  for (const [key, [path, ...others]] of found) {
    if (path && others.length === 0) paths.set(key, path);
  }
  for (const [path, label] of [...labels].sort()) {
    const key = keyOf(label);
    if (path.includes("/") && found.get(key)?.has(path)) paths.set(key, path);
  }
  return paths;
}

function keyOf(words: string): string {
  return phraseTerm(tokenize(words));
}

function titleOf(category: string): string {
  const last = category.slice(category.lastIndexOf("/") + 1).replaceAll("_", " ");
  return last.charAt(0).toUpperCase() + last.slice(1);
}
