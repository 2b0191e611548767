import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { deleteStep } from "../../../src/imports/finish.ts";
import { startImport } from "../../../src/imports/job.ts";
import { putLexicon } from "../../../src/index/write/lexicon.ts";
import type { Category } from "../../../src/records/place.ts";
import { idsNear, importAll, metadata, place, store } from "../../support/engine.ts";
import {
  deliver,
  drop,
  event,
  importDropped,
  reportOf,
  watchImports,
} from "../../support/inbox.ts";
import {
  ask,
  HERE,
  isThere,
  KEY,
  ndjson,
  placesOf,
  recordOf,
  rows,
} from "../../support/inbox-stops.ts";
import { gzipped } from "../../support/rows.ts";
import { modern } from "../../support/rpc.ts";
import { emptyStores, STORES } from "../../support/stores.ts";

beforeEach(() => emptyStores());

const KINDS: Category[] = [
  {
    ...{ path: "amenity/cafe", label: "Cafe", words: ["cafe", "coffee shop", "Kaffeehaus"] },
    ...{ tags: { amenity: "cafe" }, score: 2 },
  },
  {
    ...{ path: "amenity/cafe/ice", label: "Ice Cafe", words: ["ice cafe"] },
    ...{ tags: { amenity: "cafe", cuisine: "ice_cream" }, score: 2 },
  },
];
const teachKinds = () =>
  putLexicon(STORES, { categories: KINDS, regions: [], fingerprint: "some" });

/** A table in an encoding of one byte a character. */
const latin1 = (text: string) => Uint8Array.from(text, (sign) => sign.charCodeAt(0));
const feature = (id: string, properties: object, x = 5) => ({
  ...{ type: "Feature", id, properties },
  geometry: { type: "Point", coordinates: [x, 5] },
});

describe("what is dropped into the inbox", () => {
  it("is imported by the queue's message, and taken out", async () => {
    const records = [
      place("0", 5, 5, { otherNames: ["Zero; zilch", "Null"], attributes: { city: "x", n: 1 } }),
      place("p1", 5, 5.01, { validFrom: 1, validTo: 4_000_000_000_000 }),
    ];
    const dropped = await drop(KEY, ndjson(records));
    const imports = await watchImports();
    expect(await deliver(dropped)).toEqual(["0"]);
    expect(await imports.ends()).toEqual(["finished"]);
    expect(await idsNear(HERE)).toEqual(["0", "p1"]);
    expect(await recordOf("stops:0")).toEqual(records[0]);
    expect(await recordOf("stops:p1")).toEqual(records[1]);
    expect(await isThere(KEY)).toBe(false);
    expect(await reportOf("stops")).toMatchObject({
      ...{ object: KEY, state: "finished", mode: "merge", format: "NDJSON", rows: 2, skipped: 0 },
      ...{ counts: { stored: 2, updated: 0, unchanged: 0, kept: 0, removed: 0 }, rejected: [] },
    });
  });

  it("is CSV with any delimiter and encoding, and its words are known", async () => {
    await teachKinds();
    const text =
      "Nom;Latitude;Longitude;Type\nCaf\xe9 M\xfcller;5,0;5,0;Coffee Shop\nB;5,0;5,1;Kaffeehaus\n;5;5;x\nC;95;5;x\n";
    expect(await importDropped(await drop("inbox/caf\u00e9s/a.csv", latin1(text)))).toEqual([
      "failed",
    ]);
    expect(await importDropped(await drop("inbox/cafes/a.csv", latin1(text)))).toEqual([
      "finished",
    ]);
    const { counts, ...report } = (await reportOf("cafes"))!;
    expect(report).toMatchObject({
      format: "CSV with ;, windows-1252",
      columns: { name: ["Nom"], latitude: ["Latitude"], longitude: ["Longitude"] },
      ...{ rows: 4, skipped: 2 },
      rejected: [
        { line: 4, reason: "has no name" },
        { line: 5, reason: "has the latitude 95: at most 90 is possible" },
      ],
    });
    expect(counts.stored).toBe(2);
    const [first] = await idsNear(HERE, { text: "muller" });
    expect(await recordOf(`cafes:${first}`)).toMatchObject({
      ...{ name: "Café Müller", category: "amenity/cafe", latitude: 5, longitude: 5 },
    });
  });

  it("is GeoJSON, packed, with OpenStreetMap's tags", async () => {
    await teachKinds();
    const features = [
      feature("node/1", { amenity: "cafe", name: "A" }),
      feature("node/2", { amenity: "cafe", cuisine: "ice_cream" }, 5.1),
    ];
    const content = await gzipped(JSON.stringify({ type: "FeatureCollection", features }));
    expect(await importDropped(await drop("inbox/osm/export", content))).toEqual(["finished"]);
    expect((await reportOf("osm"))?.format).toBe("GeoJSON, gzip");
    expect(await idsNear(HERE)).toEqual(["node/1", "node/2"]);
    expect(await recordOf("osm:node/2")).toMatchObject({
      ...{ name: "Ice Cafe", category: "amenity/cafe/ice" },
    });
  });

  it("is read as its metadata says", async () => {
    await teachKinds();
    const metadata = {
      ...{ map: "lat=a,lon=b,name=c+d,id=c", category: "coffee shop", attribute: "stars:number" },
      ...{ title: "My cafés", license: "CC0", attribution: "me", url: "https://me.example" },
      "as-of": "2026-01",
    };
    const text = "a,b,c,d,stars\n5,5,Chez,Nous,4\n5,6,Chez,Vous,5\n5,6,Toi,Moi,5\n";
    await importDropped(await drop("inbox/cafes/a.csv", text, metadata));
    expect(await idsNear(HERE)).toEqual(["Chez", "Toi"]);
    expect((await reportOf("cafes"))?.rejected).toEqual([
      { line: 3, reason: "has the id of an earlier row, but says something else" },
    ]);
    const replacing = { ...metadata, mode: "replace", title: "Our cafés" };
    const cut = text.replace(/\n5,5,Chez.*/, "").replace(/\n5,6,Toi.*/, "");
    const guarded = await importDropped(await drop("inbox/cafes/b.csv", cut, replacing));
    expect(guarded).toEqual(["failed"]);
    expect((await reportOf("cafes"))?.reason).toContain("1 of 2 places would go");
    expect(await idsNear(HERE)).toEqual(["Chez", "Toi"]);
    await importDropped(await drop("inbox/cafes/b.csv", cut, { ...replacing, yes: "" }));
    expect(await recordOf("cafes:Chez")).toMatchObject({
      ...{ name: "Chez Vous", category: "amenity/cafe", attributes: { stars: 5 } },
    });
    expect((await store.collections())[0]).toMatchObject({
      ...{ id: "cafes", title: "Our cafés", license: "CC0", attribution: "me", asOf: "2026-01" },
      ...{ url: "https://me.example", places: 1 },
    });
    expect(await ask("/collections/cafes")).toMatchObject({
      body: { attributes: { stars: { type: "number" } } },
    });
    expect((await reportOf("cafes"))?.counts).toMatchObject({ removed: 1 });
  });

  it("goes by names and points where the ids turn out to be none", async () => {
    const row = (k: number) => `${k % 1_200},Shop ${k},${5 + k / 100_000},5\n`;
    const text = `store_id,name,lat,lon\n${Array.from({ length: 2_400 }, (_, k) => row(k)).join("")}`;
    expect(await importDropped(await drop("inbox/shops/a.csv", text))).toEqual(["finished"]);
    const report = (await reportOf("shops"))!;
    expect(report).toMatchObject({ rows: 2_400, skipped: 0, counts: { stored: 2_400 } });
    expect(report.columns).toMatchObject({ id: [] });
    expect(await placesOf("shops")).toBe(2_400);
    // The file says the same again, of another kind now.
    const again = await drop("inbox/shops/b.csv", text, { category: "shop/books" });
    expect(await importDropped(again)).toEqual(["finished"]);
    expect((await reportOf("shops"))?.counts).toMatchObject({ stored: 0, updated: 2_400 });
  });

  it("keeps the places whose rows cannot be read when it replaces", async () => {
    const text = (bad: number) =>
      `id,name,lat,lon\n${Array.from({ length: 20 }, (_, k) => `p${k},P${k},${k < bad ? "n/a" : 5 + k / 1_000},5\n`).join("")}`;
    await importDropped(await drop("inbox/shops/a.csv", text(0)));
    const half = await drop("inbox/shops/a.csv", text(9), { mode: "replace" });
    expect(await importDropped(half)).toEqual(["finished"]);
    expect(await reportOf("shops")).toMatchObject({
      ...{ rows: 20, skipped: 9, counts: { unchanged: 11, kept: 9, removed: 0 } },
    });
    expect(await placesOf("shops")).toBe(20);
  });

  it("is imported once, however often the event comes", async () => {
    const dropped = await drop(KEY, rows(3));
    const imports = await watchImports();
    expect(await deliver(dropped, dropped)).toEqual(["0", "1"]);
    await deliver(dropped);
    expect(await imports.ends()).toEqual(["finished"]);
    await deliver(dropped);
    expect(await imports.ends()).toEqual(["finished"]);
    expect(await placesOf("stops")).toBe(3);
  });

  it("may be several files for one collection: one waits for the other", async () => {
    const first = await drop("inbox/stops/1.csv", rows(3));
    const second = await drop("inbox/stops/2.csv", rows(4));
    expect(await importDropped(first, second)).toEqual(["finished", "finished"]);
    expect(await placesOf("stops")).toBe(4);
  });

  it.each([
    ["another folder", "records/stops/1.ndjson", "PutObject"],
    ["a folder itself", "inbox/stops/", "PutObject"],
    ["a deletion", KEY, "DeleteObject"],
  ])("is nothing else: %s", async (_, key, action) => {
    await drop(key, rows(1));
    expect(await importDropped(event(key, action))).toEqual([]);
    expect(await isThere(key)).toBe(true);
  });

  it("may be gone", async () => {
    expect(await importDropped(event("inbox/stops/gone.ndjson"))).toEqual([]);
  });
});

describe("what cannot be imported stays in the inbox, and a report tells why:", () => {
  const SHAPEFILE = Uint8Array.of(0, 0, 0x27, 0x0a, 0, 0, 0, 0);
  it.each<[string, string | Uint8Array, Record<string, string>, string]>([
    ["no coordinates", "name,phone\nA,1\nB,2\n", {}, 'the metadata "map"'],
    [
      "no place",
      "name,lat,lon,valid_from,valid_to\nA,5,5,2026-02-02,2026-01-01\n",
      {},
      "No row of the file is a place",
    ],
    ["nothing", "", {}, "The file has no rows"],
    ["a shapefile", SHAPEFILE, {}, "ogr2ogr"],
    ["Parquet", "PAR1\x15\x04\x15", {}, "npm run import"],
    ["OpenStreetMap PBF", "\0\0\0\r\n\tOSMHeader\x18", {}, "npm run import"],
    ["tags without kinds", '{"id":1,"lat":5,"lon":5,"tags":{"shop":"tea"}}\n', {}, "npm run load"],
    ["an unknown column", rows(1), { map: "name=Shop" }, "There is no column Shop"],
    ["an unknown word", rows(1), { map: "colour=red" }, "--map takes what=column"],
    ["an unknown mode", rows(1), { mode: "append" }, "merge or replace"],
    ["an unknown type", rows(1), { attribute: "stars:int" }, "--attribute takes name:type"],
    ["too long a title", rows(1), { title: "x".repeat(300) }, "The title is not valid"],
  ])("%s", async (_, content, metadata, reason) => {
    expect(await importDropped(await drop(KEY, content, metadata))).toEqual(["failed"]);
    expect(await isThere(KEY)).toBe(true);
    const { body } = await ask("/collections/stops/imports");
    const report = { object: KEY, state: "failed", reason: expect.stringContaining(reason) };
    expect(body).toMatchObject({ inbox: [report] });
    expect(await store.collections()).toEqual([]);
    expect(body).not.toHaveProperty("openImport");
    // With what was missing, it is another version.
    expect(await importDropped(await drop(KEY, rows(2)))).toEqual(["finished"]);
    expect(await reportOf("stops")).toMatchObject({ state: "finished", rows: 2 });
  });

  it.each(["inbox/stops.csv", "inbox/My Stops/a.csv"])("no collection, %s", async (key) => {
    expect(await importDropped(await drop(key, rows(1)))).toEqual(["failed"]);
    const report = await env.PLACES_BUCKET.get(`${key.replace("inbox", "inbox-reports")}.json`);
    expect(await report?.json()).toMatchObject({
      reason: expect.stringContaining("inbox/stores/"),
    });
  });

  it("attributes that a merge would change", async () => {
    await importAll("stops", [place("a", 5, 5)], { attributes: { stars: { type: "text" } } });
    const dropped = await drop(KEY, rows(1), { attribute: "stars:number" });
    expect(await importDropped(dropped)).toEqual(["failed"]);
    expect((await reportOf("stops"))?.reason).toContain("replacing import");
    expect(await placesOf("stops")).toBe(1);
  });

  it("another import that does not end within a day", async () => {
    await startImport(STORES, {
      mode: "merge",
      fingerprint: "by hand",
      metadata: metadata("stops"),
    });
    expect(await importDropped(await drop(KEY, rows(1)))).toEqual(["failed"]);
    expect((await reportOf("stops"))?.reason).toMatch(/a day.*Another import/s);
    const { body } = await ask("/collections/stops/imports");
    expect(body).toMatchObject({ openImport: { fingerprint: "by hand" } });
  });
});

it("forgets the reports with the collection", async () => {
  await importDropped(await drop(KEY, rows(1)));
  await importAll("other", [place("a", 5, 5)]);
  expect(await reportOf("stops")).toBeDefined();
  while (!(await deleteStep(STORES, "stops")).done);
  expect(await reportOf("stops")).toBeUndefined();
});

describe("opening hours in a file", () => {
  const header = "id,name,lat,lon,opening_hours\n";
  const attributesOf = async () =>
    JSON.parse(
      (await STORES.database.prepare("SELECT attributes FROM collections").first("attributes"))!,
    );

  it("need not be declared", async () => {
    const text = `${header}a,Alpha,5,5,Daily 9am-9pm\nb,Beta,5,5.001,closed\nc,Gamma,5,5.002,\n`;
    expect(await importDropped(await drop("inbox/bars/a.csv", text))).toEqual(["finished"]);
    expect(await attributesOf()).toEqual({ opening_hours: { type: "opening_hours" } });
    const at = { latitude: 5, longitude: 5, open_at: "2026-11-25T12:00" };
    const { body } = await modern("tools/call", { name: "get_nearby_data", arguments: at });
    expect(body.result).toMatchObject({
      structuredContent: {
        results: [{ name: "Alpha", opening: { summary: "open until 21:00" } }],
        hours: { looked_at: 3, unknown: 1, unknown_for_example: ["Gamma"] },
      },
    });
  });

  it("are declared by a replacing import where a collection declares none", async () => {
    await importAll("bars", [place("a", 5, 5)]);
    const text = `${header}a,Alpha,5,5,24/7\n`;
    expect(await importDropped(await drop("inbox/bars/a.csv", text))).toEqual(["finished"]);
    expect(await attributesOf()).toEqual({});
    const replacing = await drop("inbox/bars/b.csv", text, { mode: "replace" });
    expect(await importDropped(replacing)).toEqual(["finished"]);
    expect(await attributesOf()).toEqual({ opening_hours: { type: "opening_hours" } });
  });

  it("take the attribute that the collection has for them", async () => {
    const attributes = { times: { type: "opening_hours" } } as const;
    await importAll("bars", [place("a", 5, 5)], { attributes });
    expect(
      await importDropped(await drop("inbox/bars/a.csv", `${header}a,Alpha,5,5,24/7\n`)),
    ).toEqual(["finished"]);
    expect(await attributesOf()).toEqual(attributes);
    expect(await recordOf("bars:a")).toMatchObject({ attributes: { times: "24/7" } });
  });
});

it("what a file says to be closed for good is taken out of sight", async () => {
  const row = (id: string, date_closed: string | null) => ({
    ...{ fsq_place_id: id, name: `Bar ${id}`, latitude: 5, longitude: 5, date_closed },
  });
  const open = [row("a", null), row("b", null)].map((one) => JSON.stringify(one)).join("\n");
  expect(await importDropped(await drop("inbox/bars/a.ndjson", open))).toEqual(["finished"]);
  expect(await idsNear(HERE)).toEqual(["a", "b"]);
  const closed = [row("a", null), row("b", "2020-02-02")];
  const text = closed.map((one) => JSON.stringify(one)).join("\n");
  expect(await importDropped(await drop("inbox/bars/b.ndjson", text))).toEqual(["finished"]);
  expect(await idsNear(HERE)).toEqual(["a"]);
  expect(await reportOf("bars")).toMatchObject({
    notes: { "closed for good: stored, but not shown": 1 },
  });
});
