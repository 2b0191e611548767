import { hash } from "node:crypto";
import { degrees } from "./draft.ts";

/** 96 bits: among a hundred million places, the odds that two ids meet are 1 to 10^13. */
const DIGITS = 24;

/**
 * The id of a place that has none in its source: the same name and point are the same place, whatever kind of place it is
 * said to be.
 */
export function contentId(name: string, latitude: number, longitude: number): string {
  const content = JSON.stringify([name, degrees(latitude), degrees(longitude)]);
  return `c${hash("sha256", content).slice(0, DIGITS)}`;
}
