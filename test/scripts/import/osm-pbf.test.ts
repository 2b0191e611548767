import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openFile } from "../../../scripts/import/open-file.ts";
import { readOsmPbf } from "../../../scripts/import/osm/read-pbf.ts";
import { CallerError } from "../../../src/errors.ts";
import type { Row } from "../../../src/formats/readers/row.ts";
import { blob, osmPbf, type TestNode, type TestWay } from "../../support/osm-pbf.ts";

let file: string;
beforeAll(() => {
  file = join(mkdtempSync(join(tmpdir(), "hereabouts-")), "x.osm.pbf");
});
afterAll(() => rmSync(join(file, ".."), { recursive: true }));

async function read(bytes: Uint8Array, tableSize?: number): Promise<Row[]> {
  writeFileSync(file, bytes);
  const rows: Row[] = [];
  for await (const row of readOsmPbf(file, () => {}, tableSize)) rows.push(row);
  return rows;
}

const NODES: TestNode[] = [
  { id: 5, latitude: 48.5, longitude: 2.5, tags: { amenity: "cafe", name: "Café" } },
  { id: 7, latitude: -33, longitude: 151, tags: { highway: "crossing" } },
  { id: 8, latitude: 10, longitude: 20 },
  { id: 9, latitude: 10, longitude: 22 },
  { id: 9_000_000_000, latitude: 12, longitude: 22, tags: { natural: "tree" } },
  { id: 9_000_000_001, latitude: 12, longitude: 20, tags: { natural: "peak", name: "Top" } },
];
const CORNERS = [8, 9, 9_000_000_000, 9_000_000_001, 8];
const WAYS: TestWay[] = [
  { id: 1, nodes: CORNERS, tags: { leisure: "park", name: "Park" } },
  { id: 2, nodes: CORNERS, tags: { highway: "residential", name: "Street" } },
  { id: 3, nodes: CORNERS },
  { id: 4, nodes: [1_234], tags: { shop: "bakery" } },
];
const shown = ({ fields, point, problem }: Row) => [fields.id, problem ?? point];

it.each([true, false])("reads places of nodes and ways, dense: %s", async (isDense) => {
  const rows = await read(osmPbf({ nodes: NODES, isDense }, { ways: WAYS }));
  expect(rows.map(shown)).toEqual([
    ["n5", { latitude: 48.5, longitude: 2.5 }],
    ["n9000000001", { latitude: 12, longitude: 20 }],
    ["w1", { latitude: 11, longitude: 21 }],
    [undefined, expect.stringContaining("(w4) has no nodes")],
  ]);
  expect(rows[0]!.fields.tags).toEqual({ amenity: "cafe", name: "Café" });
});

it("finds the middle of a way across ±180°", async () => {
  const longitudes = [179.5, -179.9, -179.9, 179.5];
  const nodes = longitudes.map((longitude, k) => ({ id: k + 1, latitude: -17 + k, longitude }));
  for (const ids of [
    [1, 2, 3, 4, 1],
    [2, 3, 4, 1, 2],
  ]) {
    const ways = [{ id: 1, nodes: ids, tags: { leisure: "park" } }];
    const [row] = await read(osmPbf({ nodes }, { ways }));
    expect(row!.point!.latitude).toBeCloseTo(-15.5, 7);
    expect(row!.point!.longitude).toBeCloseTo(179.8, 7);
  }
});

it("is known by its content", async () => {
  writeFileSync(file, osmPbf({ nodes: NODES }));
  expect((await openFile(file)).format()).toBe("OpenStreetMap PBF");
});

it("reads the same in several rounds, if the table of nodes is small", async () => {
  const nodes = Array.from({ length: 300 }, (_, k) => ({
    id: k + 1,
    latitude: k / 10,
    longitude: -k / 10,
  }));
  const ways = Array.from({ length: 99 }, (_, k) => ({
    id: k + 1,
    nodes: [3 * k + 1, 3 * k + 2, 3 * k + 3],
    tags: { amenity: "school" },
  }));
  const bytes = osmPbf(
    { nodes: [...nodes, ...NODES.map((node) => ({ ...node, id: node.id + 1_000 }))] },
    { ways },
  );
  const whole = await read(bytes);
  expect(whole).toHaveLength(101);
  expect(whole[2]!.point!.latitude).toBeCloseTo(0.1, 7);
  for (const size of [1, 10, 64]) expect(await read(bytes, size)).toEqual(whole);
});

it("refuses what is damaged in our own words", async () => {
  const good = osmPbf({ nodes: NODES }, { ways: WAYS });
  await fc.assert(
    fc.asyncProperty(
      fc.nat(good.length - 1),
      fc.nat(255),
      fc.nat(good.length - 1),
      async (at, byte, end) => {
        const bytes = Uint8Array.from(good);
        bytes[at] = byte;
        await read(bytes.subarray(0, bytes.length - (end % 3 ? 0 : end))).catch((error) =>
          expect(error).toBeInstanceOf(CallerError),
        );
      },
    ),
    { seed: 121, numRuns: 300 },
  );
  // Blocks that unpack well and hold anything.
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (content) => {
      await read(Buffer.concat([osmPbf(), blob("OSMData", content)])).catch((error) =>
        expect(error).toBeInstanceOf(CallerError),
      );
    }),
    { seed: 122, numRuns: 300 },
  );
});

it("unpacks no block beyond the format's bound", async () => {
  const bomb = blob("OSMData", new Uint8Array(64 * 1024 * 1024));
  await expect(read(Buffer.concat([osmPbf(), bomb]))).rejects.toThrow("cannot be unpacked");
});
