import { expect } from "vitest";
import type { Cost, ToolArguments } from "./worker.ts";

const PLAIN: Cost = { roundTrips: 2, rowsRead: 800, bytesBound: 5_000 };
/** All the earth is divided into more cells than a radius is. */
const FAR: Cost = { ...PLAIN, bytesBound: 40_000 };
const RELAXED: Cost = { roundTrips: 3, rowsRead: 7_000, bytesBound: 150_000 };

const PARIS = { latitude: 48.8566, longitude: 2.3522 };
const SEA = { latitude: 40, longitude: -40 };
const MANHATTAN = { latitude: 40.75, longitude: -74 };

const words = (count: number, length: number) =>
  Array.from(
    { length: count },
    (_, n) => `qwzx${"qj".repeat(8)}`.slice(0, length - 1) + "abcdefghijklmnopqrstuvwxyz"[n % 26],
  ).join(" ");

/** Kinds of questions, each with one of the kind, and what it may take on any data. */
export const DECLARED_COSTS: readonly (readonly [string, ToolArguments, Cost])[] = [
  ["anything", {}, PLAIN],
  ["anything far and wide", { radius: 20_000, limit: 50 }, { ...FAR, rowsRead: 5_000 }],
  ["anything, where nothing is", SEA, FAR],
  ["a word", { query: "gare" }, PLAIN],
  ["a kind of place", { query: "airport", radius: 50 }, FAR],
  ["two words", { query: "gare lyon" }, PLAIN],
  // One more where the data has none: to tell which there are.
  ["a category", { category: "railway/station" }, { ...FAR, roundTrips: 3 }],
  ["a code", { query: "10001", ...MANHATTAN }, { ...FAR, roundTrips: 3, bytesBound: 60_000 }],
  [
    "a place by its name",
    { near: "Gare de Lyon, Paris" },
    { ...PLAIN, roundTrips: 3, rowsRead: 4_000 },
  ],
  ["what is there but little words", { query: "things to do" }, RELAXED],
  ["a beginning, at sea", { query: "san", ...SEA }, RELAXED],
  ["a beginning of many words", { query: "sta" }, RELAXED],
  ["a word with a typo", { query: "resturant" }, RELAXED],
  ["words with typos", { query: "gare de lyno statoin" }, RELAXED],
  ["a word that is nowhere", { query: "zxqvjkw" }, RELAXED],
  [
    "a sentence",
    {
      query:
        "please find me a really good italian restaurant with outdoor seating and parking close to the hotel",
    },
    RELAXED,
  ],
  ["33 words of 5 letters", { query: words(33, 5) }, RELAXED],
  ["11 words of 16 letters", { query: words(11, 16) }, RELAXED],
  [
    "common words that no place has all of",
    {
      query:
        "hotel paris museum airport station church park lake river mountain valley bridge castle tower market",
    },
    RELAXED,
  ],
  [
    "60 Chinese characters",
    { query: "東西南北京都駅前大学病院市場公園".repeat(4).slice(0, 60) },
    RELAXED,
  ],
  [
    "words of one letter",
    { query: "a b c d e f g h i j k l m n o p q r s t u v w x y z" },
    RELAXED,
  ],
];

/** The arguments of a kind of question, around Paris unless they say otherwise. */
export function argumentsOf(args: ToolArguments): ToolArguments {
  return args.near === undefined ? { ...PARIS, ...args } : args;
}

export function expectWithin(cost: Cost, most: Cost): void {
  for (const part of ["roundTrips", "rowsRead", "bytesBound"] as const) {
    expect(cost[part], part).toBeLessThanOrEqual(most[part]);
  }
}
