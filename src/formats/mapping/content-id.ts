import { degrees } from "../../records/draft.ts";

/** Odd multipliers, one for each of three hashes of 32 bits: among 100 million places no two will meet. */
const MULTIPLIERS = [0x9e3779b1, 0x85ebca6b, 0xc2b2ae35];
const DIGITS = 7;

/** The id of a place that has none in its source: the same name, point and category are the same place. */
export function contentId(
  name: string,
  latitude: number,
  longitude: number,
  category: string,
): string {
  const text = JSON.stringify([name, degrees(latitude), degrees(longitude), category]);
  const hashes = MULTIPLIERS.map((multiplier) => hash(text, multiplier));
  return `c${hashes.map((each) => each.toString(36).padStart(DIGITS, "0")).join("")}`;
}

function hash(text: string, multiplier: number): number {
  let state = multiplier;
  for (let index = 0; index < text.length; index += 1) {
    const turned = (state << 7) | (state >>> 25);
    state = Math.imul(turned ^ text.charCodeAt(index), multiplier);
  }
  return Math.imul(state ^ (state >>> 15), multiplier) >>> 0;
}
