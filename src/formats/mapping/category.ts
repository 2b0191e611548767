import { cleanText } from "../../text/plain-text.ts";
import { textOf, type Value } from "./flat-fields.ts";

/** What is known of kinds of places, given to the mapping by who has the words. */
export interface Kinds {
  /** The most specific category of OpenStreetMap tags. */
  ofTags(tags: Readonly<Record<string, string>>): string | undefined;
  /** The one category that a word or phrase means: "Coffee Shop" → `amenity/cafe`. */
  ofWords(words: string): string | undefined;
  /** What a place without a name is called: "Cafe". */
  labelOf(category: string): string;
}

/** Of a row that does not tell its kind. */
export const UNCATEGORIZED = "uncategorized";

const MOST_LEVELS = 4;
const MOST_SEGMENT = 40;

/** A path as the index has it: `amenity/cafe`. */
export function isCategoryPath(text: string): boolean {
  return (
    text.length <= MOST_LEVELS * MOST_SEGMENT && /^[\p{L}\p{N}_-]+(\/[\p{L}\p{N}_-]+)*$/u.test(text)
  );
}

/**
 * The category of what a column says: a path as it is, a kind that has words (of "Dining > Café" the last
 * part), else a path of its own: "Food & Drink/Restaurant" → `food_and_drink/restaurant`. Of a list the first.
 */
export function categoryOf(value: Value | undefined, kinds: Kinds): string {
  const first = typeof value === "object" ? textOf(value[0]) : textOf(value).split(/[|;]/)[0]!;
  const text = cleanText(first);
  if (!text) return UNCATEGORIZED;
  const levels = text.split(/\s*>\s*/).filter(Boolean);
  const path = levels.length > 1 ? levels.join("/") : text;
  if (path.includes("/") && path === path.toLowerCase() && isCategoryPath(path)) return path;
  const words = path.includes("/") && levels.length === 1 ? undefined : levels.at(-1);
  return (words && kinds.ofWords(words.replaceAll("_", " "))) || slugPath(path) || UNCATEGORIZED;
}

function slugPath(path: string): string {
  const segments = path.split("/").map(slug).filter(Boolean);
  return segments.slice(0, MOST_LEVELS).join("/");
}

function slug(segment: string): string {
  return segment
    .toLowerCase()
    .replaceAll("&", " and ")
    .replace(/[^\p{L}\p{N}]+/gu, "_")
    .slice(0, MOST_SEGMENT)
    .replace(/^_+|_+$/g, "");
}
