import type { Tier } from "../contract.ts";

/** What makes a prompt hard for a model, a point each: length, length again, code, numbers, several questions. */
const POINTS: readonly ((prompt: string) => boolean)[] = [
  ({ length }) => length > 600,
  ({ length }) => length > 6_000,
  (prompt) => CODE.test(prompt),
  (prompt) => hasAtLeast(3, NUMBER, prompt),
  (prompt) => hasAtLeast(2, QUESTION, prompt),
];

/** A block of Markdown, the end of a statement or of a block, a call, an arrow, a tag, a definition. */
const CODE = /```|[;{}]\s*$|\w\(\w*\)|=>|->|<\/\w|\b(?:def \w|function\b)|#include\b/m;
const NUMBER = /\p{Nd}+(?:[.,]\p{Nd}+)*/gu;
/** A question mark of any script, or an item of a numbered list at the start of a line. */
const QUESTION = /[?\uff1f\u061f\u2047\u037e\u055e\u1367]+|^\s{0,8}\p{Nd}{1,3}[.)]\s/gmu;

/** How hard a prompt is, as the tier of models that is asked first. */
export function tierOf(prompt: string): Tier {
  const points = POINTS.filter((counts) => counts(prompt)).length;
  if (points >= 3) return "large";
  return points === 0 ? "small" : "medium";
}

/** The tiers, best first: the one that is wanted, then stronger ones, then weaker ones. */
export const TIERS_FOR: Readonly<Record<Tier, readonly Tier[]>> = {
  small: ["small", "medium", "large"],
  medium: ["medium", "large", "small"],
  large: ["large", "medium", "small"],
};

function hasAtLeast(least: number, pattern: RegExp, text: string): boolean {
  let found = 0;
  for (const _ of text.matchAll(pattern)) if (++found === least) return true;
  return false;
}
