import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { ByteWriter, parquetWriteBuffer, parquetWriteRows } from "hyparquet-writer";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openFile } from "../../../scripts/import/open-file.ts";
import { type Bounds, readParquet } from "../../../scripts/import/parquet/read.ts";
import { CallerError } from "../../../src/errors.ts";
import type { Row } from "../../../src/formats/readers/row.ts";
import { placesOf } from "../../support/rows.ts";

// Each file is read in a process of its own, which starts in half the time when its modules need not be compiled anew.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, "../../../node_modules/.cache/node");

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hereabouts-"));
  file = join(folder, "x.parquet");
});
afterAll(() => rmSync(folder, { recursive: true }));

async function read(bytes: ArrayBuffer | Uint8Array): Promise<Row[]> {
  writeFileSync(file, new Uint8Array(bytes));
  const { format, rows } = await openFile(file);
  expect(format()).toBe("GeoParquet");
  const list: Row[] = [];
  for await (const row of rows) list.push(row);
  return list;
}

it("reads a geometry, whatever the columns are", async () => {
  const polygon = [
    [
      [2, 48],
      [3, 48],
      [3, 49],
      [2, 49],
      [2, 48],
    ],
  ];
  const rows = await read(
    parquetWriteBuffer({
      rowGroupSize: 2,
      columnData: [
        { name: "id", data: [1n, 2n, 3n], type: "INT64" },
        { name: "name", data: ["A", "B", "C"], type: "STRING" },
        {
          name: "geometry",
          type: "GEOMETRY",
          data: [
            { type: "Point", coordinates: [2.5, 48.5] },
            { type: "Polygon", coordinates: polygon },
            { type: "Point", coordinates: [3, 49] },
          ],
        },
      ],
    }),
  );
  expect(rows.map(({ line }) => line)).toEqual([1, 2, 3]);
  expect(placesOf(rows).records).toMatchObject([
    { sourceId: "1", name: "A", latitude: 48.5, longitude: 2.5 },
    { sourceId: "2", name: "B", latitude: 48.5, longitude: 2.5 },
    { sourceId: "3", name: "C", latitude: 49, longitude: 3 },
  ]);
});

/** In columns of their own, as writers write them that know no geometry. */
function wkbPoint(longitude: number, latitude: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(21));
  view.setUint8(0, 1);
  view.setUint32(1, 1, true);
  view.setFloat64(5, longitude, true);
  view.setFloat64(13, latitude, true);
  return new Uint8Array(view.buffer);
}

it("maps Overture's places", async () => {
  const writer = new ByteWriter();
  parquetWriteRows({
    writer,
    columns: [
      "id",
      "geometry",
      "bbox",
      "names",
      "categories",
      "confidence",
      "websites",
      "addresses",
      "sources",
    ].map((name) => ({ name })),
    rows: [
      {
        id: "08f1",
        geometry: wkbPoint(2.5, 48.5),
        bbox: { xmin: 2.5, xmax: 2.5, ymin: 48.5, ymax: 48.5 },
        names: { primary: "Chez Nous" },
        categories: { primary: "coffee_shop", alternate: ["cafe"] },
        confidence: 0.9,
        websites: ["https://example.com"],
        addresses: [{ freeform: "1 Rue", locality: "Paris", region: "IDF", country: "FR" }],
        sources: [{ dataset: "meta" }],
      },
    ],
  });
  const { records, problems } = placesOf(await read(writer.getBuffer()));
  expect(problems).toEqual([]);
  expect(records).toEqual([
    {
      sourceId: "08f1",
      name: "Chez Nous",
      category: "amenity/cafe",
      latitude: 48.5,
      longitude: 2.5,
      country: "FR",
      region: "IDF",
      city: "Paris",
      attributes: {
        "categories.alternate": "cafe",
        confidence: 0.9,
        websites: "https://example.com",
        "addresses.0.freeform": "1 Rue",
      },
    },
  ]);
});

it("maps Foursquare's places", async () => {
  const writer = new ByteWriter();
  const names = [
    "fsq_place_id",
    "name",
    "latitude",
    "longitude",
    "locality",
    "region",
    "country",
    "date_refreshed",
    "fsq_category_ids",
    "fsq_category_labels",
  ];
  parquetWriteRows({
    writer,
    columns: names.map((name) => ({ name })),
    rows: [
      {
        fsq_place_id: "4a27",
        name: "Bob's",
        latitude: 48.5,
        longitude: 2.5,
        locality: "Paris",
        region: "IDF",
        country: "FR",
        date_refreshed: "2026-01-01",
        fsq_category_ids: ["63be"],
        fsq_category_labels: ["Dining and Drinking > Cafe, Coffee, and Tea House > Coffee Shop"],
      },
    ],
  });
  expect(placesOf(await read(writer.getBuffer())).records).toMatchObject([
    {
      sourceId: "4a27",
      name: "Bob's",
      category: "amenity/cafe",
      city: "Paris",
      region: "IDF",
      country: "FR",
    },
  ]);
});

it("reads a file slice by slice, and knows each row's number", async () => {
  const count = 45_000;
  const numbers = Array.from({ length: count }, (_, index) => index);
  const rows = await read(
    parquetWriteBuffer({
      rowGroupSize: count,
      columnData: [{ name: "id", data: numbers, type: "INT32" }],
    }),
  );
  expect(rows).toHaveLength(count);
  expect(rows.every(({ line, fields }) => fields.id === line - 1)).toBe(true);
});

/** Little of everything, so that what never ends is soon given up. */
const BOUNDS = { patienceMs: 1_000, heapMegabytes: 128 };

/** The names of so many places in a page that is not packed. */
const GOOD = new Uint8Array(
  parquetWriteBuffer({
    codec: "UNCOMPRESSED",
    columnData: [
      {
        name: "name",
        data: Array.from({ length: 64 }, (_, k) => "ABCDEFGH".charAt(k % 8)),
        type: "STRING",
        encoding: "RLE_DICTIONARY",
      },
    ],
  }),
);

interface Damage {
  readonly at: number;
  readonly bytes: readonly number[];
}

async function readDamaged({ at, bytes }: Damage, bounds: Bounds = BOUNDS): Promise<void> {
  const damaged = Uint8Array.from(GOOD);
  damaged.set(bytes.slice(0, GOOD.length - at), at);
  const path = join(folder, `${at}-${bytes.join("-")}.parquet`);
  writeFileSync(path, damaged);
  for await (const { line } of readParquet(path, GOOD.length, () => {}, bounds)) {
    // The damage may be in how many rows the file says that it has: they are not waited for.
    if (line > 64) break;
  }
}

const DATA_PAGE = [0x15, 0x06, 0x15, 0x3a, 0x15, 0x3a, 0x5c];
const pageAt = Buffer.from(GOOD).indexOf(Buffer.from(DATA_PAGE));

it.each([
  ["a page whose header never ends", DATA_PAGE.length, [0x01]],
  ["two thousand million values where there are 64", 27, [0xfe, 0xff, 0xff, 0xff, 0x0f]],
])("gives up on %s", async (_, offset, bytes) => {
  const patient = { patienceMs: 60_000, heapMegabytes: 128 };
  await readDamaged({ at: pageAt, bytes: DATA_PAGE }, patient);
  await expect(readDamaged({ at: pageAt + offset, bytes })).rejects.toThrow(CallerError);
});

it("refuses a file that says it has more rows than its columns have", async () => {
  const rows = [0x16, 0x80, 0x01];
  const at = Buffer.from(GOOD).lastIndexOf(Buffer.from(rows));
  const patient = { patienceMs: 60_000, heapMegabytes: 128 };
  await readDamaged({ at, bytes: rows }, patient);
  // As many bytes say 8,191 instead of 64.
  const reading = readDamaged({ at, bytes: [0x16, 0xfe, 0x7f] }, patient);
  await expect(reading).rejects.toThrow("fewer rows");
});

it("reads on where it is only a value that is damaged", async () => {
  const at = Buffer.from(GOOD).indexOf(Buffer.from([1, 0, 0, 0, "A".charCodeAt(0)])) + 4;
  expect(at).toBeGreaterThan(4);
  await readDamaged({ at, bytes: ["Z".charCodeAt(0)] }, { patienceMs: 60_000, heapMegabytes: 128 });
});

it("refuses what is damaged in our own words, wherever it is", async () => {
  const damage: fc.Arbitrary<Damage> = fc.record({
    at: fc.integer({ min: 4, max: GOOD.length - 5 }),
    bytes: fc.array(fc.nat(255), { minLength: 1, maxLength: 5 }),
  });
  // Some at once: mostly, processes are started and waited for.
  const some = fc.array(damage, { minLength: 6, maxLength: 6 });
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(some, async (damages) => {
      const outcomes = await Promise.allSettled(damages.map((one) => readDamaged(one)));
      for (const outcome of outcomes) {
        if (outcome.status === "fulfilled") continue;
        expect(outcome.reason).toBeInstanceOf(CallerError);
        refused++;
      }
    }),
    { seed: 120, numRuns: 10 },
  );
  expect(refused).toBeGreaterThan(0);
});
