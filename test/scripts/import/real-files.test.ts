import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { schemaMatcher } from "../../../scripts/dataset/words/schema-matcher.ts";
import { type OpenedPath, openPath } from "../../../scripts/import/open-file.ts";
import type { Columns } from "../../../src/formats/mapping/columns.ts";
import type { PlaceRecord } from "../../../src/records/place.ts";

/** Files that lie beside the repository on some machines; a clone alone has none. */
const SHARED = join(import.meta.dirname, "../../../../shared/data");
const VENUES = join(SHARED, "wof-venues");
const isThere = existsSync(VENUES);

const matcher = schemaMatcher();
const silent = { onBytes() {}, onNote() {} };

interface Told {
  readonly columns?: Columns;
  readonly category?: string;
}

interface Read {
  readonly opened: OpenedPath;
  readonly rows: number;
  readonly ids: ReadonlySet<string>;
  readonly categories: ReadonlyMap<string, number>;
  readonly problems: ReadonlyMap<string, number>;
  readonly last: PlaceRecord | undefined;
}

async function read(path: string, told: Told = {}): Promise<Read> {
  const opened = await openPath({ path, name: path }, told, matcher, silent);
  const [ids, categories, problems] = [new Set<string>(), new Map(), new Map()];
  let rows = 0;
  let last: PlaceRecord | undefined;
  const count = (counts: Map<string, number>, key: string) =>
    counts.set(key, (counts.get(key) ?? 0) + 1);
  for await (const place of opened.places({})) {
    rows += 1;
    if ("problem" in place) {
      count(problems, place.problem);
      continue;
    }
    last = place.record;
    ids.add(place.record.sourceId);
    count(categories, place.record.category);
  }
  return { opened, rows, ids, categories, problems, last };
}

const columnsOf = ({ opened }: Read) =>
  Object.fromEntries(
    Object.entries(opened.mapping.columns).map(([key, names]) => [key, names.join()]),
  );

it.skipIf(!isThere)("reads Who's On First's venues", async () => {
  const rowsOf: Record<string, number> = {};
  for (const file of readdirSync(VENUES).filter((name) => name.endsWith(".tsv.gz"))) {
    const all = await read(join(VENUES, file));
    rowsOf[file] = all.rows;
    expect(all.opened.format).toBe("TSV, gzip");
    expect(all.problems.size).toBe(0);
    expect(all.ids.size).toBe(all.rows);
    expect(columnsOf(all)).toEqual({
      id: "wof_id",
      name: "name",
      latitude: "lat",
      longitude: "lon",
      category: "categories",
      city: "city",
      region: "province",
      country: "country",
    });
    expect(all.categories.size).toBeGreaterThan(200);
  }
  expect(rowsOf).toEqual({
    "fr.tsv.gz": 185_458,
    "us-hi.tsv.gz": 48_140,
    "us-id.tsv.gz": 54_718,
    "us-nm.tsv.gz": 75_787,
    "us-nv.tsv.gz": 105_901,
    "us-vt.tsv.gz": 30_345,
  });
});

it.skipIf(!isThere)("reads points of OpenStreetMap", async () => {
  const all = await read(join(SHARED, "osm-pois.ndjson.gz"));
  expect([all.opened.format, all.rows, all.ids.size]).toEqual(["NDJSON, gzip", 184_063, 184_063]);
  expect(all.problems.size).toBe(0);
  expect(all.opened.mapping.category).toEqual({ by: "tags", part: "tags" });
  expect(all.categories.get("amenity/charging_station")).toBeGreaterThan(109_000);
  expect(all.categories.get("tourism/museum")).toBeGreaterThan(400);
  expect(all.categories.get("uncategorized") ?? 0).toBeLessThan(100);
});

it.skipIf(!isThere)("reads postal codes, told what is a place's id", async () => {
  const columns = { id: ["country", "postcode", "place", "admin3"] };
  const all = await read(join(SHARED, "geonames-postal.tsv.gz"), {
    columns,
    category: "boundary/postal_code",
  });
  expect(all.rows).toBe(1_201_340);
  expect([...all.problems]).toEqual([["has no name", 1]]);
  expect(columnsOf(all)).toMatchObject({ name: "place", latitude: "lat", region: "admin1" });
  expect(all.ids.size).toBeGreaterThan(1_150_000);
});

it.skipIf(!isThere)("reads the towns of Japan", async () => {
  const all = await read(join(SHARED, "japan-towns.tsv.gz"), { category: "place/quarter" });
  expect([all.rows, all.ids.size, all.problems.size]).toEqual([277_207, 277_205, 0]);
  expect(columnsOf(all)).toEqual({
    name: "town",
    city: "municipality",
    region: "prefecture",
    latitude: "lat",
    longitude: "lon",
  });
});

it.skipIf(!isThere)("reads the points of Natural Earth", async () => {
  const all = await read(join(SHARED, "natural-earth-points.ndjson.gz"));
  expect(all.rows).toBe(10_576);
  expect([...all.problems]).toEqual([["has no name", 67]]);
  expect(columnsOf(all)).toMatchObject({ name: "name", country: "iso_a2", population: "pop_max" });
  expect(all.categories.get("aeroway/aerodrome")).toBe(891);
});
