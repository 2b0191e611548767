import geographiclib from "geographiclib-geodesic";
import type { Point } from "../../src/geo/point.ts";
import { lineageOf, type PlaceRecord } from "../../src/records/place.ts";
import type { PlainQuestion } from "../support/question.ts";
import { type Random, seeded } from "../support/random.ts";
import type { RealSet } from "./set.ts";

/** Where the questions of a kind are asked, around or opposite to some place. */
export const CENTERS = {
  "near a place": ({ anchor, random }) => jitter(anchor, 50 * 400 ** random(), random),
  "on a point that places share": ({ shared, random }) => pointOf(oneOf(shared, random)),
  anywhere: ({ random }) => ({
    latitude: degrees(Math.asin(2 * random() - 1)),
    longitude: 360 * random() - 180,
  }),
  "at a pole": ({ random }) => ({
    latitude: oneOf([90, -90, 89.99999, -89.99999, 89.2, -89.2], random),
    longitude: oneOf([0, 180, -180, 57.3, 360 * random() - 180], random),
  }),
  "on the date line": ({ random }) => ({
    latitude: oneOf([0, 66.2, -16.8, 52.4, -43.9, 170 * random() - 85], random),
    longitude: oneOf([180, -180], random),
  }),
  "beside the date line": ({ random }) => ({
    latitude: 140 * random() - 70,
    longitude: oneOf([180, -180], random) * (1 - (0.5 / 180) * random() ** 3),
  }),
  "in the middle of nowhere": ({ random }) => oneOf(NOWHERE, random),
  "opposite to a place": ({ anchor, random }) =>
    jitter(antipode(anchor), oneOf([0, 1e-3, 10, 1e3, 5e4, 5e5], random), random),
} satisfies Record<string, (given: Given) => Point>;

export type Kind = keyof typeof CENTERS;
export const KINDS = Object.keys(CENTERS) as Kind[];

interface Given {
  /** A place of the set, any one. */
  readonly anchor: PlaceRecord;
  /** The places that are not alone on their points. */
  readonly shared: readonly PlaceRecord[];
  readonly random: Random;
}

/** Null Island, Point Nemo, oceans, the edges between the faces and corners of a cube around the earth. */
const NOWHERE: readonly Point[] = [
  [0, 0],
  [-0, -180],
  [-48.8767, -123.3933],
  [30, -40],
  [-35, 80],
  [0, 45],
  [0, -135],
  [45, 0],
  [-45, 90],
  [35.26438968275466, 45],
  [-35.26438968275466, -45],
].map(([latitude, longitude]) => ({ latitude: latitude!, longitude: longitude! }));

/** Writes questions about a set of places: the same ones for the same seed. */
export function questioner({ collections, categories }: RealSet, seed: number) {
  const random = seeded(seed);
  const records = collections.flatMap(({ records }) => records);
  const counts = new Map<string, number>();
  for (const record of records) counts.set(spot(record), (counts.get(spot(record)) ?? 0) + 1);
  const shared = records.filter((record) => counts.get(spot(record))! > 1);
  const used = new Set([...new Set(records.map(({ category }) => category))].flatMap(lineageOf));
  const phrases = categories.flatMap(({ words }) => words);
  const usedPhrases = categories.flatMap(({ path, words }) => (used.has(path) ? words : []));

  return (kind: Kind): PlainQuestion => {
    const opposite = kind === "opposite to a place";
    const anchor = oneOf(records, random);
    const center = CENTERS[kind]({ anchor, shared, random });
    const named = opposite || random() < 0.5 ? anchor : oneOf(records, random);
    const asks: (() => Pick<PlainQuestion, "text" | "category">)[] = [
      () => ({ text: wordsOf(named, 1, random) }),
      () => ({ text: wordsOf(named, 2, random) }),
      () => ({ text: wordsOf(named, 3, random) }),
      () => ({ text: oneOf(phrases, random) }),
      () => ({ text: oneOf(usedPhrases, random) }),
      () => ({ text: `${oneOf(usedPhrases, random)} near ${wordsOf(named, 1, random)}` }),
      () => ({ text: "", category: oneOf(usedPhrases, random) }),
      () => ({ text: "", category: oneOf(lineageOf(named.category), random) }),
      () => ({
        text: wordsOf(named, 1, random),
        category: oneOf(lineageOf(named.category), random),
      }),
      () => ({ text: slip(wordsOf(named, 1, random), random) }),
      () => ({ text: wordsOf(named, 2, random).slice(0, -2) }),
    ];
    return {
      center,
      radiusMeters: opposite || random() < 0.2 ? FARTHEST : 10 * (FARTHEST / 10) ** random(),
      limit: oneOf([1, 2, 10, 50, 1 + Math.floor(50 * random())], random),
      ...(random() < (opposite ? 0.05 : 0.3) ? { text: "" } : oneOf(asks, random)()),
    };
  };
}

/** Beyond what the ellipsoid has: every place is within. */
const FARTHEST = 20_004_000;

/** Some words of a place's names in any order; of an unspaced name, some letters in a row. */
function wordsOf({ name, otherNames = [] }: PlaceRecord, most: number, random: Random): string {
  const names = [name, ...otherNames];
  const words =
    oneOf(random() < 0.5 ? [name] : names, random).match(/[\p{L}\p{M}\p{N}'’]+/gu) ?? [];
  const chosen = Array.from({ length: most }, () => oneOf(words.length ? words : [""], random));
  return [...new Set(chosen)]
    .map((word) => {
      if (
        !/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u.test(
          word,
        )
      )
        return word;
      const letters = [...word];
      const first = Math.floor(letters.length * random());
      return letters.slice(first, first + 1 + Math.floor(4 * random())).join("");
    })
    .join(oneOf([" ", " ", ", ", "-"], random));
}

/** A letter left out, doubled, or swapped with the next. */
function slip(word: string, random: Random): string {
  const letters = [...word];
  const at = Math.floor(letters.length * random());
  const [here = "", next = ""] = letters.slice(at);
  const typed = oneOf(["", here + here, next + here], random);
  return [
    ...letters.slice(0, at),
    typed,
    ...letters.slice(at + (typed === next + here ? 2 : 1)),
  ].join("");
}

function oneOf<T>(items: readonly T[], random: Random): T {
  return items[Math.floor(items.length * random())]!;
}

function pointOf({ latitude, longitude }: Point): Point {
  return { latitude, longitude };
}

function antipode({ latitude, longitude }: Point): Point {
  return { latitude: -latitude, longitude: longitude > 0 ? longitude - 180 : longitude + 180 };
}

function jitter({ latitude, longitude }: Point, meters: number, random: Random): Point {
  const to = geographiclib.Geodesic.WGS84.Direct(latitude, longitude, 360 * random(), meters);
  return { latitude: to.lat2!, longitude: to.lon2! };
}

const degrees = (radians: number) => (radians * 180) / Math.PI;
const spot = ({ latitude, longitude }: Point) => `${latitude} ${longitude}`;
