import { beforeAll, expect, it, vi } from "vitest";
import { PlaceIndex } from "../../src/index/place-index.ts";
import { Nearby } from "../../src/nearby/nearby.ts";
import type { Asked, Where } from "../../src/nearby/question.ts";
import { Admin, required } from "../support/admin.ts";
import { importAll, place } from "../support/engine.ts";
import { loadParis, PARIS } from "../support/places.ts";
import { STORES } from "../support/stores.ts";

beforeAll(async () => {
  await loadParis();
  const attributes = { stars: 4 };
  await importAll("hotels", [place("1", 48.9, 2.3, { name: "Airport hotel", attributes })], {
    attributes: { stars: { type: "number" } },
  });
});

/** Misspelt, so that it takes more than one search. */
const ASKED: Asked = { query: "airprot", limit: 2 };
const WHERE: Where = { center: PARIS, radiusMeters: 50_000 };

async function ask({ center, radiusMeters, ...asked }: Partial<Asked & Where> = {}) {
  const index = new PlaceIndex(STORES.database, STORES.bucket);
  const kept: Promise<unknown>[] = [];
  const nearby = new Nearby(index, (work) => kept.push(work));
  const what = await nearby.compile({ ...ASKED, ...asked });
  const where = {
    center: center ?? WHERE.center,
    radiusMeters: radiusMeters ?? WHERE.radiusMeters,
  };
  const page = await nearby.answer(what, where);
  await Promise.all(kept);
  return page;
}
const outline = ({ places, more, mode, nearestBeyond }: Awaited<ReturnType<typeof ask>>) => ({
  mode,
  places: places.map(({ row, distanceMeters }) => [row.source_id, distanceMeters]),
  more,
  beyond: nearestBeyond && [nearestBeyond.row.source_id, nearestBeyond.distanceMeters],
});

it("answers the same question again from the cache, and says so", async () => {
  const first = await ask();
  const second = await ask();
  expect([first.cached, second.cached]).toEqual([false, true]);
  expect(outline(second)).toEqual(outline(first));
  expect(second.next).toEqual(first.next);
});

it("does not keep what one search finds", async () => {
  const asked = { query: "airport" };
  const put = vi.spyOn(caches.default, "put");
  const match = vi.spyOn(caches.default, "match");
  expect((await ask(asked)).cached).toBe(false);
  expect((await ask(asked)).cached).toBe(false);
  expect([put, match].map(({ mock }) => mock.calls)).toEqual([[], []]);
  put.mockRestore();
  match.mockRestore();
});

it("keeps what lies beyond, too", async () => {
  const asked = { query: "airport", radiusMeters: 1_000 };
  const first = await ask(asked);
  const second = await ask(asked);
  expect(second.cached).toBe(true);
  expect(outline(second)).toEqual(outline(first));
  expect(outline(second).beyond).toEqual(["ory", expect.any(Number)]);
});

it.each<[string, Partial<Asked & Where>]>([
  ["a point some metres off", { center: { ...PARIS, latitude: PARIS.latitude + 0.0001 } }],
  ["another radius", { radiusMeters: 50_001 }],
  ["another limit", { limit: 1 }],
  ["another text", { query: "aiprort" }],
  ["a category", { category: "aeroway" }],
  ["a filter", { filter: [{ attribute: "stars", at_least: 3 }] }],
  ["another filter", { filter: [{ attribute: "stars", at_least: 5 }] }],
])("does not answer %s from it", async (_, change) => {
  await ask();
  expect((await ask(change)).cached).toBe(false);
  expect((await ask(change)).cached).toBe(true);
});

it("does not answer the next page from the first", async () => {
  const first = await ask({ limit: 1 });
  const second = await ask({ limit: 1, after: first.next });
  expect(second.cached).toBe(false);
  expect(outline(second).places).not.toEqual(outline(first).places);
});

it("answers without the cache where that fails", async () => {
  await ask();
  const broken = vi.spyOn(caches.default, "match").mockRejectedValue(new Error("gone"));
  const answer = await ask();
  expect(answer.cached).toBe(false);
  expect(outline(answer).places).toHaveLength(2);
  broken.mockRestore();
});

it("forgets when the data changes", async () => {
  await ask();
  expect((await ask()).cached).toBe(true);
  const airport = place("new", PARIS.latitude, PARIS.longitude, {
    name: "New airport",
    category: "aeroway/aerodrome",
  });
  required(await new Admin().putPlace("hotels", airport));
  const answer = await ask();
  expect(answer.cached).toBe(false);
  expect(outline(answer).places[0]).toEqual(["new", 0]);
});
