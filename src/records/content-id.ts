import { hash } from "node:crypto";
import { degrees } from "./draft.ts";

/** 96 bits: among a hundred million places, the odds that two ids meet are 1 to 10^13. */
const DIGITS = 24;

/** The id of a place that has none in its source: the same name, point and category are the same place. */
export function contentId(
  name: string,
  latitude: number,
  longitude: number,
  category: string,
): string {
  const content = JSON.stringify([name, degrees(latitude), degrees(longitude), category]);
  return `c${hash("sha256", content).slice(0, DIGITS)}`;
}
