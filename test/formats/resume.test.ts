import fc from "fast-check";
import { expect, it } from "vitest";
import { openRows } from "../../src/formats/open-rows.ts";
import type { Checkpoint, Row } from "../../src/formats/readers/row.ts";
import { encode } from "../support/encode.ts";
import { gzipped, streamOf } from "../support/rows.ts";

type Content = string | Uint8Array;

/** The rows of a file from a checkpoint on, and the checkpoints that they give. */
async function readFrom(content: Content, chunk: number, start?: Checkpoint) {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const { rows, rowsFrom, withSource } = await openRows(streamOf(bytes, chunk));
  // As a task keeps it.
  const kept: Checkpoint | undefined = start && JSON.parse(JSON.stringify(start));
  const rest = kept
    ? rowsFrom(streamOf(bytes.subarray(kept.source?.offset ?? 0), chunk), kept)
    : rows;
  const found: Row[] = [];
  const checkpoints: (Checkpoint | undefined)[] = [];
  for await (const row of rest) {
    found.push(row);
    checkpoints.push(row.next && withSource(row.next));
  }
  return { rows: found, checkpoints };
}

/** From after any row, the others are read as they are read from the beginning, also where that was done twice. */
async function expectSameFromAnywhere(content: Content, chunk: number, least = 1) {
  const { rows, checkpoints } = await readFrom(content, chunk);
  expect(rows.length).toBeGreaterThanOrEqual(least);
  for (const [index, checkpoint] of checkpoints.entries()) {
    if (!checkpoint) continue;
    const rest = await readFrom(content, chunk, checkpoint);
    expect(rest.rows).toEqual(rows.slice(index + 1));
    const [again] = rest.checkpoints;
    if (!again) continue;
    expect((await readFrom(content, chunk, again)).rows).toEqual(rows.slice(index + 2));
  }
  return checkpoints.filter(Boolean).length;
}

const features = [1, 2, 3].map((x) => ({
  type: "Feature",
  id: `ü${x}`,
  properties: { name: 'A "]},{[' },
  geometry: { type: "Point", coordinates: [x, 1] },
}));
const CSV = 'name;lat;lon\nÄ;1;2\n\n"B\n;\r\n""x""";3;4\r\n\nC "D" E;5;6\n"F;7;8\nG;9;10';
const OVERPASS = {
  version: 0.6,
  elements: [
    { type: "node", id: 1, lat: 1, lon: 2, tags: { name: "A" } },
    { type: "node", id: 2, lat: 1, lon: 2 },
    { type: "node", id: 3, lat: 1, lon: 2, tags: { name: "B" } },
  ],
  note: "x",
};
const latin1 = (text: string) => Uint8Array.from(text, (sign) => sign.charCodeAt(0));
const utf16 = (text: string) =>
  new Uint8Array(Uint16Array.from(`\ufeff${text}`, (sign) => sign.charCodeAt(0)).buffer);
const swapped = (bytes: Uint8Array) => {
  const words = new DataView(bytes.slice().buffer);
  for (let at = 0; at < bytes.length; at += 2) words.setUint16(at, words.getUint16(at, true));
  return new Uint8Array(words.buffer);
};
const places = { a: { name: "A", lat: 1, lon: 2 }, b: { name: "B", lat: 3, lon: 4 } };
const ndjson = `\n${features.map((one) => JSON.stringify(one)).join("\r\n\n")}\n`;

it.each<[string, string | Uint8Array | Promise<Uint8Array>, number]>([
  ["CSV", CSV, 4],
  ["CSV with a byte order mark", `\ufeff${CSV}`, 4],
  ["CSV of Excel", `sep=;\n${CSV}`, 4],
  ["CSV in windows-1252", latin1(CSV), 4],
  ["CSV in UTF-16", utf16(CSV), 4],
  ["CSV in UTF-16, the other way round", swapped(utf16(CSV)), 4],
  ["CSV in UTF-16 with pairs, and marks within", utf16(CSV.replaceAll("A", "😀\ufeff")), 4],
  ["CSV in Shift_JIS", encode(CSV.replace("Ä", "").replaceAll("A", "喫茶ソ表"), "shift_jis"), 4],
  ["CSV in GB18030", encode(CSV.replace("Ä", "").replaceAll("A", "人民公园"), "gb18030"), 4],
  ["CSV whose encoding shows late", latin1(`${CSV}\n${"x;1;2\n".repeat(40)}\xe9;1;2\n`), 40],
  ["CSV, packed", gzipped(CSV), 4],
  ["CSV without a header", CSV.replace("name;lat;lon\n", ""), 4],
  ["lines of JSON", ndjson, 3],
  ["a sequence of JSON", features.map((one) => `\x1e${JSON.stringify(one)}\n`).join(""), 3],
  ["GeoJSON", JSON.stringify({ type: "FeatureCollection", features, more: [{ a: 1 }] }), 3],
  ["GeoJSON in lines", JSON.stringify({ type: "FeatureCollection", features }, null, 2), 3],
  ["Overpass", JSON.stringify(OVERPASS, null, 1), 2],
  ["documents", [1, 2].map(() => JSON.stringify({ more: [{}], features }, null, 1)).join("\n"), 6],
  ["features one after the other", features.map((one) => JSON.stringify(one, null, 1)).join(""), 3],
  ["places by key", JSON.stringify({ n: 1, places, more: places }, null, 1), 4],
  ["lists", JSON.stringify({ a: Object.values(places), n: [1], b: Object.values(places) }), 4],
  ["CSV with returns alone", 'name,lat,lon\rA,1,2\r"B\rC",3,4\rD,5,6\r', 3],
  ["CSV with backslashes", 'Title\n\nname,lat,lon\n"A\\", B",1,2\n"C",3,4\n', 2],
  ["a list, packed", gzipped(JSON.stringify(features)), 3],
])("goes on within %s", async (_, content, marks) => {
  for (const chunk of [1, 7, 10_000]) {
    expect(await expectSameFromAnywhere(await content, chunk, marks)).toBeGreaterThanOrEqual(marks);
  }
});

it("goes on within any table", async () => {
  const cell = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", " ", "é", "1") });
  const table = fc.array(fc.array(cell, { maxLength: 4 }), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(table, fc.integer({ min: 1, max: 20 }), async (rows, chunk) => {
      const text = rows.map((cells) => cells.join(",")).join("\n");
      await expectSameFromAnywhere(`name,lat,lon\n${text}\n`, chunk, 0);
    }),
    { seed: 110, numRuns: 200 },
  );
});
