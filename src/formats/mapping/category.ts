import { withoutNone } from "../../text/no-value.ts";
import { cleanText } from "../../text/plain-text.ts";
import type { CategoryMatcher } from "./category-matcher.ts";
import { textOf, type Value } from "./flat-fields.ts";

/** The category of a place whose row does not tell one. */
export const UNCATEGORIZED = "uncategorized";

const MOST_LEVELS = 4;
const MOST_SEGMENT = 40;

/** Whether a text is a category's path: `amenity/cafe`. */
export function isCategoryPath(text: string): boolean {
  return (
    text.length <= MOST_LEVELS * MOST_SEGMENT && /^[\p{L}\p{N}_-]+(\/[\p{L}\p{N}_-]+)*$/u.test(text)
  );
}

/**
 * The category of a cell: a path as it is; words for a category, which of "Dining > Café" and "Sports: Golf" are the last level; else a path
 * made of the text: "Food & Drink/Restaurant" → `food_and_drink/restaurant`. Of a list, the first item counts.
 */
export function categoryOf(value: Value | undefined, matcher: CategoryMatcher): string {
  const first = typeof value === "object" ? textOf(value[0]) : textOf(value).split(/[|;]/)[0]!;
  const text = withoutNone(cleanText(first));
  if (!text) return UNCATEGORIZED;
  const levels = text.split(/\s*>\s*|:\s+/).filter(Boolean);
  const path = levels.length > 1 ? levels.join("/") : text;
  if (path.includes("/") && path === path.toLowerCase() && isCategoryPath(path)) return path;
  const words = path.includes("/") && levels.length === 1 ? undefined : levels.at(-1);
  const matched = words && matcher.matchWords(words.replaceAll("_", " "));
  return matched || slugPath(path) || UNCATEGORIZED;
}

function slugPath(path: string): string {
  const segments = path.split("/").map(slug).filter(Boolean);
  return segments.slice(0, MOST_LEVELS).join("/");
}

/** With whole words, unless the first one is too long. */
function slug(segment: string): string {
  const whole = segment
    .toLowerCase()
    .replaceAll("&", " and ")
    .replace(/[^\p{L}\p{N}]+/gu, "_")
    .replace(/^_+|_+$/g, "");
  if (whole.length <= MOST_SEGMENT) return whole;
  const end = whole.lastIndexOf("_", MOST_SEGMENT);
  return whole.slice(0, end > 0 ? end : MOST_SEGMENT);
}
