import { env } from "cloudflare:workers";
import geographiclib from "geographiclib-geodesic";
import { beforeAll, expect, it } from "vitest";
import { wholeMillimeters } from "../../src/geo/ranking.ts";
import { PlaceIndex } from "../../src/index/place-index.ts";
import { Nearby } from "../../src/nearby/nearby.ts";
import type { Asked, Where } from "../../src/nearby/question.ts";
import type { PlaceRecord } from "../../src/records/place.ts";
import { loadPlaces } from "../support/load-places.ts";
import { STORES } from "../support/stores.ts";

/** A company register has them, at the address of a government. Six times as many as a leaf cell has keys, 120 pages. */
const STACKED = 6_000;
const NEIGHBOURS = 200;
const SPOT = { latitude: 38.716_67, longitude: -9.133_33 };
const LIMIT = 50;
const MINUTES = 60_000;

const nearby = new Nearby(new PlaceIndex(env.PLACES_DB, env.PLACES_BUCKET), () => {});
const find = async (asked: Asked, where: Where) =>
  nearby.answer(await nearby.compile(asked), where);

/** Every twentieth of them has the word "round" too. */
const nameOf = (k: number) => (k % 20 === 0 ? `Lisboa round ${k}` : `Lisboa ${k}`);

const stacked = Array.from({ length: STACKED }, (_, k): PlaceRecord => {
  return { sourceId: `s${k}`, name: nameOf(k), category: "office", ...SPOT };
});
/** From a decimetre to some kilometres off, in all directions. */
const neighbours = Array.from({ length: NEIGHBOURS }, (_, k): PlaceRecord => {
  const degrees = 1e-6 * 1.05 ** k;
  return {
    sourceId: `n${k}`,
    name: nameOf(k),
    category: "shop",
    latitude: SPOT.latitude + degrees * Math.cos(k),
    longitude: SPOT.longitude + degrees * Math.sin(k),
  };
});

beforeAll(async () => {
  const collection = { id: "c", title: "", license: "", attribution: "", url: "", asOf: "2026" };
  await loadPlaces(STORES, {
    collections: [
      { collection, records: [...neighbours.slice(100), ...stacked, ...neighbours.slice(0, 100)] },
    ],
    categories: ["office", "shop"].map((path) => ({ path, label: path, words: [path] })),
    fingerprint: "stack",
  });
}, 2 * MINUTES);

/** All pages of an answer, one after the other. */
async function walkThrough(change: Partial<Asked>, center = SPOT) {
  const asked: Asked = { query: "", limit: LIMIT, ...change };
  const ids: string[] = [];
  let [farthest, lastKey] = [-1, -1];
  let after: Asked["after"];
  do {
    const page = await find({ ...asked, after }, { center, radiusMeters: 1e6 });
    for (const { row, distanceMeters } of page.places) {
      const far = wholeMillimeters(distanceMeters);
      const isBehind = far > farthest || (far === farthest && row.key > lastKey);
      if (!isBehind) throw new Error(`${row.source_id} is not behind ${ids.at(-1)}`);
      [farthest, lastKey] = [far, row.key];
      ids.push(row.source_id);
    }
    expect(page.places.length === asked.limit || page.next === undefined).toBe(true);
    expect(page.more).toBe(page.next !== undefined);
    after = page.next;
  } while (after !== undefined);
  return ids;
}

const { WGS84 } = geographiclib.Geodesic;
const inOrder = neighbours
  .map(({ sourceId, latitude, longitude }) => {
    const { s12 } = WGS84.Inverse(SPOT.latitude, SPOT.longitude, latitude, longitude);
    return { sourceId, meters: s12! };
  })
  .sort((a, b) => a.meters - b.meters)
  .map(({ sourceId }) => sourceId);

const idsOf = (records: readonly PlaceRecord[]) => records.map(({ sourceId }) => sourceId).sort();
const everything = idsOf([...stacked, ...neighbours]);

it.each([
  ["without a text", {}],
  ["with a word that all of them have", { query: "Lisboa" }],
])("can be walked through from their spot %s", { timeout: 2 * MINUTES }, async (_, change) => {
  const ids = await walkThrough(change);
  expect([...ids].sort()).toEqual(everything);
  // Nothing is nearer than the stack itself; the neighbours are in their order.
  const others = ids.filter((id) => id.startsWith("n"));
  expect(ids.slice(0, STACKED - NEIGHBOURS).every((id) => id.startsWith("s"))).toBe(true);
  expect(others).toEqual(inOrder);
});

it("can be walked through from beside it, where the stack is in the middle", {
  timeout: 2 * MINUTES,
}, async () => {
  const center = { latitude: SPOT.latitude + 0.001, longitude: SPOT.longitude };
  const ids = await walkThrough({ query: "round" }, center);
  const round = (records: readonly PlaceRecord[]) => records.filter((_, k) => k % 20 === 0);
  expect([...ids].sort()).toEqual(idsOf([...round(stacked), ...round(neighbours)]));
  expect(ids[0]).not.toMatch(/^s/);
  expect(ids.at(-1)).not.toMatch(/^s/);
});

it("does not hide what is beside it", async () => {
  const ids = await walkThrough({ limit: 7, category: "shop" });
  expect(ids).toEqual(inOrder);
});

it("is cut off exactly by a radius", async () => {
  const center = { latitude: SPOT.latitude + 0.0001, longitude: SPOT.longitude };
  const asked = { query: "Lisboa", limit: LIMIT };
  const near = await find(asked, { center, radiusMeters: 11 });
  expect(near.places.every(({ row }) => row.source_id.startsWith("n"))).toBe(true);
  expect(near.more).toBe(false);
  const wide = await find(asked, { center, radiusMeters: 11.2 });
  expect(wide.more).toBe(true);
});
