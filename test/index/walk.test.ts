import { beforeAll, describe, expect, it } from "vitest";
import { leafPosition } from "../../src/geo/cell.ts";
import type { LeafRange } from "../../src/geo/disc.ts";
import type { Point } from "../../src/geo/point.ts";
import { stage, startImport } from "../../src/imports/job.ts";
import { checkFilter, type FilterPlan } from "../../src/index/search/filter.ts";
import { compileQuery } from "../../src/index/search/query.ts";
import { WALK_START, type WalkPosition } from "../../src/index/walk.ts";
import { matchOf } from "../../src/nearby/find.ts";
import type { PlaceRecord } from "../../src/records/place.ts";
import { Admin } from "../support/admin.ts";
import { importAll, metadata, place, store } from "../support/engine.ts";
import { seeded } from "../support/random.ts";
import { STORES } from "../support/stores.ts";

const PARIS = { latitude: 48.8566, longitude: 2.3522 };
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

it("finds each place once though a rebuild is committed between its pages", async () => {
  const walk = { leaves: ALL, nowMs: NOW, withNames: true };
  const first = await store.walk(walk, WALK_START, 100);
  await new Admin().rebuild();
  const ids = first.places.map(({ source_id }) => source_id);
  for (let at = first.next; at; ) {
    const { places, next } = await store.walk(walk, at, 1_000);
    ids.push(...places.map(({ source_id }) => source_id));
    at = next;
  }
  const counted = records.filter(({ sourceId }) => /^[sc]/.test(sourceId));
  expect(ids.toSorted()).toEqual(counted.map(({ sourceId }) => sourceId).toSorted());
});
