import { type Category, type Kind, lineageOf } from "../../../src/records/place.ts";
import { phraseTerm, tokenize } from "../../../src/text/tokens.ts";
import { BRANDS } from "./brands.ts";
import { OWN_WORDS, SAME_WORDS } from "./own-words.ts";
import { englishCores, parts, plural, shopsOf } from "./phrases.ts";
import {
  englishNames,
  isLookedFor,
  type PresetTags,
  presetTags,
  presetTexts,
} from "./tagging-schema.ts";

/**
 * How firmly a phrase stands for a preset, in points for each language: as its whole name or alias,
 * as a part of one ("Harbor / Port"), or only as a search term. Terms are loose: French lists
 * "restaurant" for cafés. So a phrase means only the presets that come near to its firmest one.
 */
const NAME = 6;
const PART = 4;
const TERM = 1;
const NEAR = 1 / 3;

/** A term of more presets than this says too little. */
const MOST_MEANINGS = 12;

/** The points of presets that are parts or properties of places: "church" is no building type to us. */
const NO_PLACE = 0.2;
/** How much tags weigh that tell no kind of place, and how much more those that do. */
const NO_PLACE_TAGS = 1 / 4;
const PLACE_TAGS = 1;

/** Keys whose presets are places that people look for. */
const PLACE_KEYS = new Set(
  (
    "aerialway aeroway amenity attraction club craft education emergency healthcare highway historic " +
    "landuse leisure man_made military natural office place public_transport railway shop tourism waterway"
  ).split(" "),
);

/** Values that say nothing by themselves, as in `shop=yes`. */
const NO_WORDS = new Set(["Yes", "No", "Other", "Unknown", "User Defined", "Fixme"]);

interface Phrase {
  readonly text: string;
  /** The categories that our own words give it; no other ones count then. */
  readonly own: Set<string>;
  readonly presets: Map<string, Score>;
}

interface Score {
  points: number;
  /** What the last language added. */
  language: string;
  added: number;
}

/** The kinds of the tagging schema. */
export function schemaKinds(): Kind[] {
  const kindOf = kindReader();
  return Array.from(englishNames().keys(), kindOf);
}

function kindReader(): (path: string) => Kind {
  const names = englishNames();
  const presets = presetTags();
  return (path) => {
    const label =
      ownLabel(path) ?? names.get(path)?.replace(/ Features?$/, "") ?? titleCase(lastOf(path));
    const preset = presets.get(path);
    return { path, label, ...(preset && { tags: preset.tags, score: scoreOf(path, preset) }) };
  };
}

function scoreOf(path: string, { matchScore }: PresetTags): number {
  const isPlace = PLACE_KEYS.has(path.replace(/\/.*/, ""));
  return isPlace ? matchScore + PLACE_TAGS : matchScore * NO_PLACE_TAGS;
}

/** The given categories and all their parents, each with its label and its words in some fifty languages. */
export function lexicon(paths: Iterable<string>): Category[] {
  const wanted = new Set<string>();
  for (const path of paths) for (const ancestor of lineageOf(path)) wanted.add(ancestor);

  const names = englishNames();
  const tagKeys = new Set([...names.keys()].map((path) => path.replace(/\/.*/, "")));
  const words = wordsByPath();
  const kindOf = kindReader();
  return [...wanted].sort().map((path) => {
    const last = titleCase(lastOf(path));
    const found = distinct(words.get(path) ?? [], words.get(SAME_WORDS[path] ?? "") ?? []);
    // A category of another scheme has at least its own name.
    const isForeign = !names.has(path) && !tagKeys.has(path) && !NO_WORDS.has(last);
    const isNameless = found.length === 0 && isForeign;
    return { ...kindOf(path), words: isNameless ? [last.toLowerCase()] : found };
  });
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function ownLabel(path: string): string | undefined {
  return OWN_WORDS.find((words) => words.label && words.paths[0] === path)?.label;
}

/** "water_park" → "Water Park" */
function titleCase(segment: string): string {
  return segment.replaceAll("_", " ").replace(/(^| )\p{Ll}/gu, (start) => start.toUpperCase());
}

/** The words of two lists, each of which has no word twice. */
function distinct(words: readonly string[], more: readonly string[]): readonly string[] {
  if (more.length === 0) return words;
  const known = new Set(words.map(keyOf));
  return [...words, ...more.filter((word) => !known.has(keyOf(word)))];
}

/** Phrases are the same if the index takes them for the same. */
function keyOf(phrase: string): string {
  let key = keys.get(phrase);
  if (key === undefined) {
    key = phraseTerm(tokenize(phrase));
    keys.set(phrase, key);
  }
  return key;
}

/** Many languages have the same phrases. */
const keys = new Map<string, string>();

let cachedWords: Map<string, string[]> | undefined;

function wordsByPath(): Map<string, string[]> {
  if (cachedWords) return cachedWords;
  const words = new Map<string, string[]>();
  for (const phrase of allPhrases().values()) {
    for (const path of meanings(phrase)) {
      const list = words.get(path);
      if (list) list.push(phrase.text);
      else words.set(path, [phrase.text]);
    }
  }
  cachedWords = words;
  return words;
}

/** Every phrase of our own words and of the tagging schema, by its folded form. */
function allPhrases(): Map<string, Phrase> {
  const phrases = new Map<string, Phrase>();

  function phraseOf(text: string): Phrase {
    const key = keyOf(text);
    let phrase = phrases.get(key);
    if (!phrase) {
      phrase = { text, own: new Set(), presets: new Map() };
      phrases.set(key, phrase);
    }
    return phrase;
  }

  for (const { paths, english, other } of OWN_WORDS) {
    const words = english.split(", ").flatMap((word) => [word, plural(word)]);
    for (const word of [...words, ...(other?.split(", ") ?? [])]) {
      for (const path of paths) phraseOf(word).own.add(path);
    }
  }

  for (const { path, language, names, terms } of presetTexts()) {
    // Whole keys ("amenity", "Place") are too general to have words.
    if (!path.includes("/")) continue;
    const isPlace = PLACE_KEYS.has(path.slice(0, path.indexOf("/")));
    const add = (text: string, points: number) =>
      addPoints(phraseOf(text).presets, path, language, isPlace ? points : points * NO_PLACE);

    for (const name of names) {
      if (!isLookedFor(path, language) && isBrand(name)) continue;
      for (const part of parts(name)) add(part, part === name ? NAME : PART);
      if (language !== "en") continue;
      for (const part of parts(name)) add(plural(part), part === name ? NAME : PART);
      for (const word of englishCores(name)) add(word, PART);
    }
    // Nobody looks for buildings by what they are good for.
    if (path.startsWith("building/")) continue;
    for (const term of terms) if (!isBrand(term)) add(term, TERM);
    if (language === "en" && path.startsWith("shop/")) {
      for (const sold of [...names.flatMap(parts), ...terms]) {
        if (!isBrand(sold)) for (const word of shopsOf(sold)) add(word, TERM);
      }
    }
  }
  return phrases;
}

const brandKeys = new Set([...BRANDS].map(keyOf));

/** A brand is no word for what it sells, though some languages have it as a search term. */
function isBrand(term: string): boolean {
  return brandKeys.has(keyOf(term));
}

/** Counts each language once, as firmly as it says. The languages come one after the other. */
function addPoints(
  presets: Map<string, Score>,
  path: string,
  language: string,
  points: number,
): void {
  const score = presets.get(path);
  if (!score) {
    presets.set(path, { points, language, added: points });
  } else if (score.language !== language) {
    score.points += points;
    score.language = language;
    score.added = points;
  } else if (points > score.added) {
    score.points += points - score.added;
    score.added = points;
  }
}

/** The categories that a phrase means, of all those it stands for somewhere. */
function meanings({ own, presets }: Phrase): string[] {
  if (own.size > 0) return [...own];
  const most = Math.max(...[...presets.values()].map((score) => score.points));
  const near = [...presets].filter(([, { points }]) => points > most * NEAR);
  const paths = withoutChildren(withParents(near.map(([path]) => path)));
  return paths.length > MOST_MEANINGS ? [] : paths;
}

/** Three or more children of one preset stand for it: "レストラン" names some twenty cuisines. */
function withParents(paths: readonly string[]): string[] {
  const parents = paths.map((path) => path.slice(0, path.lastIndexOf("/")));
  return paths.map((path, index) => {
    const parent = parents[index] ?? "";
    const siblings = parents.filter((other) => other === parent).length;
    return siblings >= 3 && parent.includes("/") ? parent : path;
  });
}

/** Children are found through their parents. */
function withoutChildren(paths: readonly string[]): string[] {
  const set = new Set(paths);
  return [...set].filter((path) => !lineageOf(path).some((up) => up !== path && set.has(up)));
}
