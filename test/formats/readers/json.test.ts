import { expect, it } from "vitest";
import { MOST_ROW_BYTES } from "../../../src/formats/readers/row.ts";
import { gzipped, placesOf, readAll } from "../../support/rows.ts";

const point = (longitude: number, latitude: number) => ({
  type: "Point",
  coordinates: [longitude, latitude],
});
const feature = (name: string, geometry: unknown, id?: number) => ({
  type: "Feature",
  ...(id !== undefined && { id }),
  properties: { name },
  geometry,
});
const FEATURES = [feature("Ä {[", point(2.5, 48.5), 7), feature('B "quoted" \\ ]}', point(3, 49))];
const READ = [
  { fields: { id: 7, name: "Ä {[" }, point: { longitude: 2.5, latitude: 48.5 } },
  { fields: { name: 'B "quoted" \\ ]}' }, point: { longitude: 3, latitude: 49 } },
];
const collection = {
  type: "FeatureCollection",
  bbox: [1, 2, 3, 4],
  crs: { a: [1] },
  features: FEATURES,
};

it.each([
  ["GeoJSON", JSON.stringify(collection)],
  ["GeoJSON", JSON.stringify(collection, null, 2)],
  ["JSON", JSON.stringify(FEATURES)],
  ["line-delimited GeoJSON", FEATURES.map((one) => `${JSON.stringify(one)}\n`).join("")],
  ["line-delimited GeoJSON", FEATURES.map((one) => `\x1e${JSON.stringify(one)}\n`).join("")],
])("reads features from %s", async (format, text) => {
  for (const chunk of [1, 5, 10_000]) {
    const read = await readAll(text, chunk);
    expect(read.format).toBe(format);
    expect(read.rows).toMatchObject(READ);
  }
  expect((await readAll(await gzipped(text))).rows).toMatchObject(READ);
});

it("reads plain objects, by line or in a list", async () => {
  const objects = [
    { name: "A", lat: 1, lon: 2 },
    { name: "B", lat: 3, lon: 4 },
  ];
  const lines = objects.map((one) => JSON.stringify(one)).join("\n");
  for (const text of [lines, JSON.stringify(objects), JSON.stringify({ n: 2, places: objects })]) {
    const { rows } = await readAll(text);
    expect(rows.map(({ fields }) => ({ ...fields }))).toEqual(objects);
  }
});

it("reads the elements of Overpass that have tags, with their centres", async () => {
  const tags = { amenity: "cafe", name: "A" };
  const square = [
    [0, 0],
    [0, 2],
    [2, 2],
    [2, 0],
    [0, 0],
  ].map(([lat, lon]) => ({ lat, lon }));
  const answer = {
    osm3s: { timestamp_osm_base: "2026-01-01" },
    elements: [
      { type: "node", id: 1, lat: 48.5, lon: 2.5, tags },
      { type: "node", id: 2, lat: 48, lon: 2 },
      { type: "way", id: 3, center: { lat: 49, lon: 3 }, nodes: [2], tags },
      { type: "way", id: 4, geometry: square, tags },
      { type: "relation", id: 5, bounds: { minlat: 1, minlon: 1, maxlat: 3, maxlon: 5 }, tags },
      { type: "way", id: 6, nodes: [2], tags },
      {
        type: "relation",
        id: 7,
        bounds: { minlat: 1, minlon: 178, maxlat: 3, maxlon: -179 },
        tags,
      },
    ],
  };
  const { format, rows } = await readAll(JSON.stringify(answer));
  expect(format).toBe("Overpass JSON");
  expect(rows.map(({ fields, point, problem }) => [fields.id, problem ?? point])).toEqual([
    ["n1", { latitude: 48.5, longitude: 2.5 }],
    ["w3", { latitude: 49, longitude: 3 }],
    ["w4", { latitude: 1, longitude: 1 }],
    ["r5", { latitude: 2, longitude: 3 }],
    ["w6", "has no place: ask Overpass for `out center`"],
    ["r7", { latitude: 2, longitude: 179.5 }],
  ]);
});

it("loses broken things alone, and tells their line", async () => {
  const lines = '{"name":"A"}\n{"name":B}\n\n[1]\n7\n{"name":"C"}\n';
  const { rows } = await readAll(lines);
  expect(rows.map(({ line, fields, problem }) => [line, problem ?? fields.name])).toEqual([
    [1, "A"],
    [2, "is no valid JSON"],
    [4, "is no JSON object"],
    [5, "is no JSON object"],
    [6, "C"],
  ]);
  const list = `[\n{"name":"A"},\n{"name":B},\n{"name":"C"},\n7]`;
  expect((await readAll(list)).rows.map(({ line, problem }) => [line, problem])).toEqual([
    [2, undefined],
    [3, "is no valid JSON"],
    [4, undefined],
    [5, "is no JSON object"],
  ]);
});

it("tells what is no JSON behind a document, and reads on", async () => {
  const place = (name: string) => ({ name, lat: 1, lon: 2 });
  const text = `${JSON.stringify([place("A")], null, 1)}\n];\noops\n${JSON.stringify([place("B")], null, 1)}`;
  for (const chunk of [1, 1000]) {
    const { rows } = await readAll(text, chunk);
    expect(rows.map(({ line, fields, problem }) => [line, problem ?? fields.name])).toEqual([
      [2, "A"],
      [8, "is no valid JSON"],
      [9, "is no valid JSON"],
      [11, "B"],
    ]);
  }
});

it("reads pretty objects one after the other", async () => {
  const text = FEATURES.map((one) => JSON.stringify(one, null, 2)).join("\n");
  expect((await readAll(text)).rows).toMatchObject(READ);
  const objects = [
    { name: "A", lat: 1, lon: 2 },
    { name: "B", lat: 3, lon: 4 },
  ];
  const { rows } = await readAll(objects.map((one) => JSON.stringify(one, null, 2)).join("\n"));
  expect(rows.map(({ fields }) => fields.name)).toEqual(["A", "B"]);
});

it("takes the first list where nothing looks like a place, so that columns can be named", async () => {
  const text = JSON.stringify({ n: 0, rows: [{ wo: "48.1/2.1", wer: "A" }], more: [{ x: 1 }] });
  expect((await readAll(text)).rows.map(({ fields }) => fields.wer)).toEqual(["A"]);
});

it("leaves out what is nested beyond all measure", async () => {
  const [lists, objects] = ["[".repeat(200_000) + "]".repeat(200_000), '{"a":'.repeat(100_000)];
  const lines = [lists, `${objects}1${"}".repeat(100_000)}`].map(
    (deep) => `{"name":"A","lat":1,"lon":2,"deep":${deep},"note":"x"}`,
  );
  const { rows } = await readAll([...lines, lines[0]].join("\n"), 64 * 1024);
  const { records, problems } = placesOf(rows);
  expect(problems).toEqual([]);
  expect(records.map(({ attributes }) => attributes)).toEqual(Array(3).fill({ note: "x" }));
});

it("passes over what is too long, and holds nothing of it", async () => {
  const long = "x".repeat(MOST_ROW_BYTES + 10);
  const objects = [{ name: "A" }, { name: long }, { name: "C" }].map((one) => JSON.stringify(one));
  for (const text of [objects.join("\n"), `[${objects.join(",")}]`]) {
    const { rows } = await readAll(text, 64 * 1024);
    expect(rows.map(({ fields, problem }) => problem ?? fields.name)).toEqual([
      "A",
      "longer than 4 MiB",
      "C",
    ]);
  }
});

it("takes an empty collection for what it is", async () => {
  expect((await readAll('{"type":"FeatureCollection","features":[]}')).rows).toEqual([]);
});

it.each([
  ["ends in the middle", JSON.stringify(collection).slice(0, -20)],
  ["no list of places", '{\n"type":"Topology","arcs":[[1,2]]}'],
  ["zip file", "PK\x03\x04\x00\x00"],
  ["XML", "<?xml version='1.0'?><gpx></gpx>"],
  ["GeoPackage", "SQLite format 3\0"],
  ["no format that we read", "\0\x01\x02\x03".repeat(50)],
  ["no rows", "\n\n\n"],
])("refuses a file that is something else: %s", async (reason, text) => {
  await expect(readAll(text)).rejects.toThrow(reason);
});

it("refuses a gzip file that is cut off or packed twice", async () => {
  const packed = await gzipped("name,lat,lon\nA,1,2\n".repeat(1_000));
  await expect(readAll(packed.subarray(0, packed.length - 20))).rejects.toThrow("damaged");
  await expect(readAll(await gzipped(packed))).rejects.toThrow("twice");
});

it("reads from a bomb no more than is asked for", async () => {
  const bomb = await gzipped(new Uint8Array(16 * 1024 * 1024).fill(120));
  const { rows } = await readAll(bomb, 4096);
  expect(rows.length).toBeLessThanOrEqual(1);
});
