import geographiclib from "geographiclib-geodesic";
import { beforeAll, expect, it } from "vitest";
import type { Point } from "../../../src/geo/point.ts";
import { wholeMillimeters } from "../../../src/geo/ranking.ts";
import { findNearby } from "../../../src/nearby/find.ts";
import type { Position } from "../../../src/nearby/question.ts";
import type { PlaceRecord } from "../../../src/records/place.ts";
import { importAll, place, store } from "../../support/engine.ts";
import { questionOf } from "../../support/question.ts";
import { seeded } from "../../support/random.ts";

const MINUTES = 60_000;
const LIMIT = 37;
const PAGES = 12;

const random = seeded(20_261_130);
const anywhere = (): Point => ({
  latitude: (Math.asin(2 * random() - 1) * 180) / Math.PI,
  longitude: 360 * random() - 180,
});

/** Alone all over the earth, and in towns of a few streets; every third one has the word "oak" too. */
const points: Point[] = [
  ...Array.from({ length: 400 }, anywhere),
  ...Array.from({ length: 20 }, anywhere).flatMap((town) =>
    Array.from({ length: 40 }, () => ({
      latitude: town.latitude * 0.999 + (random() - 0.5) / 50,
      longitude: town.longitude * 0.999 + (random() - 0.5) / 50,
    })),
  ),
];
const places = points.map((point, n) =>
  place(`p${n}`, point.latitude, point.longitude, { name: n % 3 === 0 ? `Oak ${n}` : `Elm ${n}` }),
);

beforeAll(() => importAll("c", places, { partSize: places.length }), 2 * MINUTES);

const { WGS84 } = geographiclib.Geodesic;
const millimeters = (from: Point, to: Point) =>
  wholeMillimeters(WGS84.Inverse(from.latitude, from.longitude, to.latitude, to.longitude).s12!);

const opposite = ({ latitude, longitude }: Point): Point => ({
  latitude: -latitude,
  longitude: longitude > 0 ? longitude - 180 : longitude + 180,
});

/** The places of the first pages, in their order. */
async function walk(center: Point, text: string): Promise<PlaceRecord[]> {
  const told: PlaceRecord[] = [];
  let after: Position | undefined;
  for (let page = 0; page < PAGES; page++) {
    const question = questionOf({ center, radiusMeters: 20_004_000, limit: LIMIT, text, after });
    const found = await findNearby(store, question);
    told.push(...found.places.map(({ row }) => places[Number(row.source_id.slice(1))]!));
    const last = found.places.at(-1);
    if (!last || !found.more) break;
    after = { distanceMeters: last.distanceMeters, key: last.row.key, mode: "exact" };
  }
  return told;
}

it.each<[string, Point]>([
  ["a town", points[400]!],
  ["the point opposite to a town", opposite(points[440]!)],
  ["a pole", { latitude: -89.999_99, longitude: 0 }],
  ["the date line", { latitude: 0, longitude: -180 }],
  ["anywhere", anywhere()],
])(
  "gives each place once, page after page, seen from %s",
  { timeout: 2 * MINUTES },
  async (_, center) => {
    for (const text of ["", "oak"]) {
      const matching = places.filter(({ name }) => text === "" || name.startsWith("Oak"));
      const expected = matching
        .map((place) => millimeters(center, place))
        .sort((a, b) => a - b)
        .slice(0, PAGES * LIMIT);
      const told = await walk(center, text);
      expect(new Set(told).size).toBe(told.length);
      expect(told.map((place) => millimeters(center, place))).toEqual(expected);
    }
  },
);
