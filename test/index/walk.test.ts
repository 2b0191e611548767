import { beforeAll, describe, expect, it } from "vitest";
import { leafPosition } from "../../src/geo/cell.ts";
import type { LeafRange } from "../../src/geo/disc.ts";
import type { Point } from "../../src/geo/point.ts";
import { stage, startImport } from "../../src/imports/job.ts";
import { checkFilter, type FilterPlan } from "../../src/index/search/filter.ts";
import { compileQuery } from "../../src/index/search/query.ts";
import { WALK_START, type WalkPage, type WalkPosition } from "../../src/index/walk.ts";
import { matchOf } from "../../src/nearby/find.ts";
import type { PlaceRecord } from "../../src/records/place.ts";
import { Admin, required } from "../support/admin.ts";
import { importAll, metadata, place, store } from "../support/engine.ts";
import { seeded } from "../support/random.ts";
import { STORES } from "../support/stores.ts";

const PARIS = { latitude: 48.8566, longitude: 2.3522 };
const CROWD = { latitude: 45.764, longitude: 4.8357 };
const FEW = { latitude: 43.2965, longitude: 5.3698 };
const ATTRIBUTES = { stars: { type: "number" } } as const;
const ALL: readonly LeafRange[] = [[0, 6 * 4 ** 20 - 1]];
const NOW = Date.now();

const random = seeded(13);
const scattered = Array.from({ length: 300 }, (_, n) => {
  const at = { latitude: 180 * random() - 90, longitude: 360 * random() - 180 };
  return n % 3 === 0
    ? {
        latitude: PARIS.latitude + at.latitude / 9_000,
        longitude: PARIS.longitude + at.longitude / 9_000,
      }
    : at;
});
const kindOf = (n: number) => (n % 2 === 0 ? "amenity/cafe" : "shop/books");
const records: readonly PlaceRecord[] = [
  ...scattered.map((at, n) =>
    place(`s${n}`, at.latitude, at.longitude, {
      name: n % 5 === 0 ? `Oak ${n}` : `Elm ${n}`,
      category: kindOf(n),
      attributes: { stars: n % 6 },
    }),
  ),
  // More than a leaf cell has keys for.
  ...Array.from({ length: 1_100 }, (_, n) =>
    place(`c${n}`, PARIS.latitude, PARIS.longitude, {
      name: n % 2 === 0 ? "Oak" : "Elm",
      category: kindOf(n),
    }),
  ),
  // More than half of a leaf cell's keys, and a few.
  ...Array.from({ length: 600 }, (_, n) => place(`b${n}`, CROWD.latitude, CROWD.longitude)),
  ...Array.from({ length: 30 }, (_, n) => place(`f${n}`, FEW.latitude, FEW.longitude)),
  ...Array.from({ length: 40 }, (_, n) =>
    place(`z${n}`, PARIS.latitude + n / 100, PARIS.longitude, {
      name: "Oak code",
      category: "boundary/postal_code",
    }),
  ),
  place("over", 10, 10, { name: "Oak over", validTo: 1_600_000_000_000 }),
];

beforeAll(async () => {
  await importAll("c", records, { attributes: ATTRIBUTES, partSize: records.length });
  const start = { mode: "merge", fingerprint: "x", metadata: metadata("d") } as const;
  const { number } = await startImport(STORES, start);
  const entries = [place("hidden", 1, 1, { name: "Oak hidden" })];
  await stage(STORES, { collection: "d", number }, { part: 0, digest: "", entries });
});

interface Asked {
  readonly text?: string;
  readonly category?: string;
  readonly filter?: FilterPlan;
}

async function idsOf(
  { text = "", category, filter }: Asked,
  leaves: readonly LeafRange[],
  most: number,
  wants?: (point: Point) => boolean,
) {
  const query = compileQuery(text, category);
  const asked = matchOf({ query, filter }, "exact");
  const [match] = asked ? await store.resolve([asked]) : [];
  const walk = { leaves, match, tests: filter?.tests, nowMs: NOW, ...(wants && { wants }) };
  const keys: number[] = [];
  let [lookedAt, rowsRead] = [0, 0];
  for (let at: WalkPosition | undefined = WALK_START; at; ) {
    const page = await store.walk(walk, JSON.parse(JSON.stringify(at)), most);
    expect(page.lookedAt).toBeLessThanOrEqual(most);
    keys.push(...page.places.map(({ key }) => key));
    lookedAt += page.lookedAt;
    rowsRead += page.rowsRead;
    at = page.next;
  }
  const { results } = await STORES.database
    .prepare("SELECT source_id FROM json_each(?1) CROSS JOIN places ON places.key = value")
    .bind(JSON.stringify(keys))
    .all<{ source_id: string }>();
  return { ids: results.map(({ source_id }) => source_id).sort(), lookedAt, rowsRead };
}

const expected = (matches: (record: PlaceRecord) => boolean) =>
  records
    .filter((record) => record.sourceId !== "over" && matches(record))
    .map(({ sourceId }) => sourceId)
    .sort();
const isCode = ({ category }: PlaceRecord) => category === "boundary/postal_code";
const isOak = ({ name }: PlaceRecord) => name.startsWith("Oak");
const stars = checkFilter([{ attribute: "stars", at_least: 4 }], [
  ["stars", ATTRIBUTES.stars],
] as never);

describe("a walk gives every place that matches once:", () => {
  it.each<[string, Asked, (record: PlaceRecord) => boolean]>([
    ["all but codes", {}, (record) => !isCode(record)],
    ["a word, of codes too", { text: "oak" }, isOak],
    ["a category", { category: "amenity/cafe" }, ({ category }) => category === "amenity/cafe"],
    ["codes", { category: "boundary/postal_code" }, isCode],
    ["attributes", { filter: stars }, ({ attributes }) => Number(attributes?.stars) >= 4],
    ["a word that no place has", { text: "yew" }, () => false],
  ])("%s", async (_, asked, matches) => {
    for (const most of [97, 5_000]) {
      const { ids } = await idsOf(asked, ALL, most);
      expect(ids).toEqual(expected(matches));
    }
  });

  it("only of its ranges, however many these are", async () => {
    const cell = 4 ** 8;
    const near = new Set(
      scattered.slice(0, 280).map((point) => Math.floor(leafPosition(point) / cell) * cell),
    );
    const ranges = [...near]
      .sort((a, b) => a - b)
      .map((first): LeafRange => [first, first + cell - 1]);
    const isNear = (record: PlaceRecord) =>
      near.has(Math.floor(leafPosition(record) / cell) * cell) && !isCode(record);
    const { ids, lookedAt, rowsRead } = await idsOf({}, ranges, 5_000);
    expect(ids).toEqual(expected(isNear));
    expect(lookedAt).toBe(ids.length);
    expect(rowsRead).toBeLessThan(1.02 * ids.length + 5 * ranges.length);
  });

  it("and reads no crowd beyond a leaf cell's keys that is not wanted", async () => {
    const { ids, lookedAt } = await idsOf({}, ALL, 5_000, () => false);
    expect(ids.length).toBeLessThan(records.length - 50);
    expect(lookedAt).toBeLessThan(records.length - 50);
  });
});

const only = (point: Point): LeafRange[] => [[leafPosition(point), leafPosition(point)]];

describe("a walk finds each place once though a rebuild is committed behind a page that ends", () => {
  // Each begins with the keys that the rebuild before has left.
  it.each<[string, readonly LeafRange[], readonly number[], RegExp]>([
    ["before the overflow keys that a crowd gets only then", only(CROWD), [5_000], /^b/],
    ["within a run of overflow keys", ALL, [5_000, 500], /^[bcfs]/],
    ["between leaf cells", ALL, [100], /^[bcfs]/],
    ["within a leaf cell", only(FEW), [10, 10], /^f/],
  ])("%s", async (_, leaves, pages, sought) => {
    const walk = { leaves, nowMs: NOW, withNames: true };
    let at: WalkPosition | undefined = WALK_START;
    let ids: unknown[] = [];
    const read = async (most: number) => {
      const page: WalkPage = await store.walk(walk, at!, most);
      if (page.isAnew) ids = [];
      ids.push(...page.places.map(({ source_id }) => source_id));
      at = page.next;
    };
    for (const most of pages) await read(most);
    const idsBefore = ids.length;
    await new Admin().rebuild();
    while (at) await read(1_000);
    expect(idsBefore).toBeGreaterThan(0);
    expect(idsBefore).toBeLessThanOrEqual(ids.length);
    const expectedIds = expected(({ sourceId }) => sought.test(sourceId));
    expect(ids.toSorted()).toEqual(expectedIds);
  });
});

describe("a walk finds each place once though places are edited behind each of its pages, among", () => {
  it.each<[string, Point, RegExp]>([
    ["many of one leaf cell", CROWD, /^b/],
    ["more than a leaf cell has keys for", PARIS, /^c/],
  ])("%s", async (_, point, sought) => {
    const admin = new Admin();
    const walk = { leaves: only(point), nowMs: NOW, withNames: true };
    const expectedIds = expected(({ sourceId }) => sought.test(sourceId));
    const ids: string[] = [];
    let edits = 0;
    for (let at: WalkPosition | undefined = WALK_START; at; ) {
      const page: WalkPage = await store.walk(walk, at, 150);
      ids.push(...page.places.map(({ source_id }) => source_id!));
      const ahead = expectedIds.find((id) => !ids.includes(id));
      for (const id of [ids.at(-1)!, ...(ahead ? [ahead] : [])]) {
        const edited = place(id, point.latitude, point.longitude, { name: `Edit ${++edits}` });
        required(await admin.putPlace("c", edited));
      }
      at = page.next;
    }
    expect(edits).toBeGreaterThan(6);
    expect(ids.filter((id) => sought.test(id)).toSorted()).toEqual(expectedIds);
  });
});

describe("a walk behind whose page something is committed", () => {
  const changed = (at: WalkPosition | undefined): WalkPosition => ({ ...at!, catalog: -1 });

  it("goes on where no crowd can have got other keys", async () => {
    const walk = { leaves: only(FEW), nowMs: NOW };
    const { places, next } = await store.walk(walk, WALK_START, 5_000);
    expect(places).toHaveLength(30);
    expect(await store.walk(walk, changed(next), 5_000)).toMatchObject({ isAnew: false });
  });

  it("begins anew a few times, then says what to do", async () => {
    const walk = { leaves: ALL, nowMs: NOW };
    let at = WALK_START;
    for (let times = 0; times < 5; times++) {
      const { next } = await store.walk(walk, at, 100);
      const page = await store.walk(walk, changed(next), 100);
      expect(page).toMatchObject({ isAnew: true, places: [] });
      at = page.next!;
    }
    const { next } = await store.walk(walk, at, 100);
    await expect(store.walk(walk, changed(next), 100)).rejects.toThrow(/Ask again/);
  });
});
