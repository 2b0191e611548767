import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CallerError } from "../../src/errors.ts";
import { toRecord } from "../../src/records/draft.ts";
import type { PlaceRecord } from "../../src/records/place.ts";
import { PlaceRecordSchema } from "../../src/records/schema.ts";
import { gzipped, type Places, placesOf, readAll, readPlaces } from "../support/rows.ts";

/** Whatever comes in: places, told problems, or an error in our own words. Nothing else, and no row twice. */
async function judge(content: string | Uint8Array): Promise<void> {
  let read: Awaited<ReturnType<typeof readAll>>;
  let places: Places;
  try {
    read = await readAll(content, 64);
    places = placesOf(read.rows);
  } catch (error) {
    expect(error).toBeInstanceOf(CallerError);
    return;
  }
  const { records, problems } = places;
  expect(records.length + problems.length).toBe(read.rows.length);
  for (const { line, problem } of problems) {
    expect(line).toBeGreaterThanOrEqual(1);
    expect(problem).not.toBe("");
  }
  for (const record of records) expectSound(record);
}

function expectSound(record: PlaceRecord): void {
  // The server takes it, and as it is.
  expect(PlaceRecordSchema.parse(record)).toEqual(record);
  // It goes over the wire as JSON, and comes out the same.
  expect(JSON.parse(JSON.stringify(record))).toEqual(record);
  expect(JSON.stringify(record).length).toBeLessThan(200_000);
}

const anyText = fc.string({ unit: "binary", maxLength: 40 });
const cell = fc.oneof(
  anyText,
  fc.double().map(String),
  fc.constantFrom(
    "",
    "NaN",
    "inf",
    "181",
    "-91",
    "0",
    "48,5",
    "1e400",
    '"',
    "\\",
    "\t",
    "\r\n",
    "__proto__",
    "\ufeff",
    "\ud800",
    "a\u202eb\u2028c",
    "\u0915\u093c\u200d",
    "\u0958".repeat(300),
    "😀".repeat(260),
    "..",
  ),
);
const columns = fc.constantFrom(
  "name",
  "lat",
  "lon",
  "id",
  "category",
  "valid_from",
  "tags",
  "geometry",
  "attributes",
  "__proto__",
  "x",
  "",
);

describe("no crash, every row told", () => {
  it("of bytes", async () => {
    const starts = [
      "",
      "PAR1",
      "\x1f\x8b\x08",
      "\ufeff",
      '{"type":"FeatureCollection","features":[',
      "[{",
      '{"a":1}\n',
      "name,lat,lon\n",
      "\0\0\0\x0d\n\tOSMHeader",
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...starts),
        fc.uint8Array({ maxLength: 300 }),
        async (start, bytes) => {
          const head = Uint8Array.from(start, (sign) => sign.charCodeAt(0));
          await judge(new Uint8Array([...head, ...bytes]));
        },
      ),
      { seed: 102, numRuns: 300 },
    );
  });

  it("of tables with anything in them", async () => {
    const table = fc.tuple(
      fc.constantFrom(",", ";", "\t", "|"),
      fc.uniqueArray(columns, { minLength: 1, maxLength: 8 }),
      fc.array(fc.array(cell, { maxLength: 9 }), { maxLength: 12 }),
    );
    await fc.assert(
      fc.asyncProperty(table, async ([delimiter, header, rows]) => {
        await judge([header, ...rows].map((cells) => cells.join(delimiter)).join("\n"));
      }),
      { seed: 103, numRuns: 300 },
    );
  });

  it("of JSON with anything in it", async () => {
    const value = fc.oneof(fc.jsonValue({ maxDepth: 3 }), cell, fc.double());
    const object = fc.dictionary(columns, value, { maxKeys: 8 });
    const place = fc.record({ name: cell, lat: fc.double(), lon: fc.double(), rest: value });
    const things = fc.array(fc.oneof(object, place, fc.jsonValue()), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(things, async (list) => {
        await judge(list.map((one) => JSON.stringify(one)).join("\n"));
        await judge(JSON.stringify(list));
        const features = list.map((one, index) => ({
          type: "Feature",
          properties: one,
          geometry: { type: ["Point", "Polygon", "Line"][index % 3], coordinates: [index, one] },
        }));
        await judge(JSON.stringify({ type: "FeatureCollection", features }));
        await judge(JSON.stringify({ elements: list }));
      }),
      { seed: 104, numRuns: 150 },
    );
  });

  it("of good files that are cut, broken or packed", async () => {
    const good = [
      'name,lat,lon\n"A, ""B""",1,2\nC,3,4\n',
      JSON.stringify({
        features: [
          {
            type: "Feature",
            properties: { name: "A" },
            geometry: { type: "Point", coordinates: [1, 2] },
          },
        ],
      }),
      '{"name":"A","lat":1,"lon":2}\n{"name":"B","lat":3,"lon":4}\n',
    ];
    const damage = fc.tuple(fc.nat(200), fc.nat(255), fc.nat(200), fc.boolean());
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...good),
        damage,
        async (text, [at, byte, end, isPacked]) => {
          const bytes = new TextEncoder().encode(text);
          bytes[at % bytes.length] = byte;
          const cut = bytes.subarray(0, Math.max(1, bytes.length - (end % bytes.length)));
          await judge(isPacked ? await gzipped(cut) : cut);
          const packed = await gzipped(text);
          packed[12 + (at % (packed.length - 12))] = byte;
          await judge(packed);
        },
      ),
      { seed: 105, numRuns: 200 },
    );
  });
});

describe("round trips", () => {
  const words = fc.string({ minLength: 1, maxLength: 20 }).map((text) => `N${text}`);
  const plain = fc.stringMatching(/^[A-Za-zäöüéñ漢字かな][A-Za-z0-9äéñ漢字 '",;\t|-]{0,20}$/);
  const micro = (most: number) =>
    fc.integer({ min: -most * 1e6, max: most * 1e6 }).map((units) => units / 1e6);
  const record: fc.Arbitrary<PlaceRecord> = fc
    .record({
      sourceId: fc
        .stringMatching(/^[A-Za-z0-9:/._ #%"',;ä-]{0,30}[A-Za-z0-9]$/)
        .filter((id) => id === id.trim() && !["0", "-1"].includes(id)),
      name: fc.oneof(words, plain),
      category: fc.constantFrom("amenity/cafe", "venue", "food_and_drink/restaurant/thai"),
      latitude: micro(90),
      longitude: micro(180).filter((longitude) => longitude !== 0),
      country: fc.constantFrom("FR", "JP", undefined),
      region: fc.option(plain, { nil: undefined }),
      city: fc.option(plain, { nil: undefined }),
      attributes: fc.record({ note: plain, hours: fc.constant("24/7") }),
      validFrom: fc.option(fc.integer({ min: 1, max: 1e12 }), { nil: undefined }),
      validTo: fc.option(fc.integer({ min: 1.1e12, max: 2e12 }), { nil: undefined }),
    })
    .map(toRecord);
  const records = fc.uniqueArray(record, {
    minLength: 1,
    maxLength: 20,
    selector: ({ sourceId }) => sourceId,
  });

  async function expectSame(list: readonly PlaceRecord[], content: string | Uint8Array) {
    const { records: read, problems } = await readPlaces(content);
    expect(problems).toEqual([]);
    expect(read).toEqual(list);
  }

  it("through NDJSON, a list, and gzip of it", async () => {
    await fc.assert(
      fc.asyncProperty(records, async (list) => {
        const lines = list.map((one) => JSON.stringify(one)).join("\n");
        await expectSame(list, lines);
        await expectSame(list, await gzipped(lines));
        if (list.length > 1) await expectSame(list, JSON.stringify(list, null, 1));
      }),
      { seed: 106, numRuns: 60 },
    );
  });

  it("through GeoJSON", async () => {
    await fc.assert(
      fc.asyncProperty(records, async (list) => {
        const features = list.map(({ latitude, longitude, ...properties }) => ({
          type: "Feature",
          geometry: { type: "Point", coordinates: [longitude, latitude] },
          properties,
        }));
        await expectSame(list, JSON.stringify({ type: "FeatureCollection", features }));
        await expectSame(list, features.map((one) => `\x1e${JSON.stringify(one)}\n`).join(""));
      }),
      { seed: 107, numRuns: 60 },
    );
  });

  it("through CSV with any delimiter", async () => {
    const header = [
      "sourceId",
      "name",
      "category",
      "latitude",
      "longitude",
      "country",
      "region",
      "city",
      "validFrom",
      "validTo",
      "note",
      "hours",
    ];
    const quoted = (value: unknown) => `"${String(value ?? "").replaceAll('"', '""')}"`;
    const lines = (list: readonly PlaceRecord[], delimiter: string) =>
      list.map(({ attributes, validFrom, validTo, ...one }) => {
        const iso = (ms?: number) => ms && new Date(ms).toISOString();
        const row: Record<string, unknown> = {
          ...one,
          ...attributes,
          validFrom: iso(validFrom),
          validTo: iso(validTo),
        };
        return header.map((column) => quoted(row[column])).join(delimiter);
      });
    await fc.assert(
      fc.asyncProperty(records, fc.constantFrom(",", ";", "\t"), async (list, delimiter) => {
        const head = header.map(quoted).join(delimiter);
        await expectSame(list, [head, ...lines(list, delimiter)].join("\r\n"));
      }),
      { seed: 108, numRuns: 60 },
    );
  });
});
