import { readdirSync } from "node:fs";
import { join } from "node:path";
import { VectorTile } from "@mapbox/vector-tile";
import fc from "fast-check";
import { PbfReader } from "pbf";
import { PMTiles, tileIdToZxy } from "pmtiles";
import { beforeAll, describe, expect, it } from "vitest";
import { makeBasemap } from "../../scripts/basemap/make.ts";
import { PmtilesWriter } from "../../scripts/basemap/pmtiles.ts";
import { OPTIONS, recipe } from "../../scripts/basemap/recipe.ts";
import { settlements } from "../../scripts/dataset/sources/geonames.ts";
import { knownPoints, layersAt, tileOf } from "../../scripts/smoke/land-or-sea.ts";
import { readWhole, sourceOf } from "../../scripts/smoke/whole-archive.ts";
import { bytesOf, SMALL_DIRECTORIES, tilesTo, WORLD } from "../support/basemap.ts";

const open = (archive: Buffer) => new PMTiles(sourceOf(archive));

async function textOf(archive: PMTiles, id: number): Promise<string | undefined> {
  const tile = await archive.getZxy(...tileIdToZxy(id));
  return tile && new TextDecoder().decode(tile.data);
}

describe("the writer of archives", () => {
  it("is read back by PMTiles' own reader, whatever tiles there are, in whatever order", async () => {
    const maxZoom = 3;
    const tiles = (4 ** (maxZoom + 1) - 1) / 3;
    const contents = fc.dictionary(
      fc.integer({ min: 0, max: tiles - 1 }).map(String),
      fc.constantFrom("sea", "land", "a coast", "another coast"),
      { minKeys: 1, maxKeys: tiles },
    );
    const shuffled = contents.chain((all) => {
      const entries = Object.entries(all);
      return fc.shuffledSubarray(entries, { minLength: entries.length });
    });
    const directories = fc.constantFrom(undefined, SMALL_DIRECTORIES);
    await fc.assert(
      fc.asyncProperty(shuffled, directories, async (entries, options) => {
        const writer = new PmtilesWriter(options);
        for (const [id, text] of entries) writer.add(...tileIdToZxy(Number(id)), bytesOf(text));
        const archive = open(writer.finish({ maxZoom, ...WORLD }, { name: "x" }));
        const known = new Map(entries);
        for (let id = 0; id < tiles; id++) {
          expect(await textOf(archive, id)).toBe(known.get(String(id)));
        }
        const header = await archive.getHeader();
        expect(header.numAddressedTiles).toBe(entries.length);
        expect(header.numTileContents).toBe(new Set(known.values()).size);
      }),
      { numRuns: 20 },
    );
  });

  it("tells in the header what there is, and where", async () => {
    const maxZoom = 4;
    const writer = new PmtilesWriter(SMALL_DIRECTORIES);
    const tiles = [...tilesTo(maxZoom)];
    for (const { z, x, y } of tiles) writer.add(z, x, y, bytesOf(`${z}/${x}/${y}`));
    const bytes = writer.finish({ maxZoom, ...WORLD }, { name: "Deep", attribution: "é" });
    const archive = open(bytes);
    const header = await archive.getHeader();
    expect(header).toMatchObject({
      specVersion: 3,
      clustered: true,
      minZoom: 0,
      maxZoom,
      minLon: -180,
      maxLat: 85,
      centerZoom: 1,
      numAddressedTiles: tiles.length,
      numTileEntries: tiles.length,
      numTileContents: tiles.length,
    });
    expect(header.rootDirectoryLength).toBeLessThanOrEqual(SMALL_DIRECTORIES.mostRootBytes);
    expect(header.leafDirectoryLength).toBeGreaterThan(SMALL_DIRECTORIES.mostRootBytes);
    expect(header.tileDataOffset + header.tileDataLength!).toBe(bytes.length);
    expect(await archive.getMetadata()).toEqual({ name: "Deep", attribution: "é" });
  });
});

describe("the recipe", () => {
  const folder = join(import.meta.dirname, "../../scripts/basemap");

  it("is another one as soon as what makes the map is another", () => {
    const files = readdirSync(folder).map((name) => join(folder, name));
    const known = recipe(files);
    for (const left of files) expect(recipe(files.filter((one) => one !== left))).not.toBe(known);
  });

  it("has all that makes the map in it", () => {
    const files = readdirSync(folder)
      .toSorted()
      .map((name) => join(folder, name));
    expect(recipe()).toBe(recipe([...files, join(folder, "../dataset/sources/geonames.ts")]));
  });
});

describe("the default map, to a low zoom", () => {
  const MAX_ZOOM = 4;
  let bytes: Buffer;
  let archive: PMTiles;

  beforeAll(async () => {
    bytes = makeBasemap({ ...OPTIONS, maxZoom: MAX_ZOOM });
    archive = open(bytes);
  });

  async function tile(z: number, x: number, y: number) {
    const { data } = (await archive.getZxy(z, x, y))!;
    return { bytes: new Uint8Array(data), layers: new VectorTile(new PbfReader(data)).layers };
  }

  it('is whole, as "npm run smoke" looks at all of it', async () => {
    const { numTileContents } = await archive.getHeader();
    expect(await readWhole(bytes)).toEqual({ tiles: 341, contents: numTileContents });
    const numbers = { counts: 72, tilesLength: 64, minZoom: 100, maxZoom: 101 };
    for (const [name, at] of Object.entries(numbers)) {
      const other = Buffer.from(bytes);
      other[at]! += 1;
      await expect(readWhole(other), name).rejects.toThrow();
    }
    await expect(readWhole(bytes.subarray(0, -1))).rejects.toThrow();
    const damaged = Buffer.from(bytes);
    damaged.subarray(-40).fill(0);
    await expect(readWhole(damaged)).rejects.toThrow();
  });

  it("is not whole if a tile is missing, or one is none", async () => {
    const sea = (await tile(2, 0, 1)).bytes;
    const made = (contentOf: (id: number) => Uint8Array | undefined) => {
      const writer = new PmtilesWriter(SMALL_DIRECTORIES);
      for (let id = 0; id < 21; id++) {
        const content = contentOf(id);
        if (content) writer.add(...tileIdToZxy(id), content);
      }
      return writer.finish({ maxZoom: 2, ...WORLD }, {});
    };
    expect(await readWhole(made(() => sea))).toEqual({ tiles: 21, contents: 1 });
    for (const missing of [0, 7, 20]) {
      const holed = made((id) => (id === missing ? undefined : sea));
      await expect(readWhole(holed), String(missing)).rejects.toThrow();
    }
    for (const none of [bytesOf("no tile"), new Uint8Array()]) {
      await expect(readWhole(made((id) => (id === 7 ? none : sea)))).rejects.toThrow();
    }
  });

  it("has every tile, each of land or sea", async () => {
    const { layers: whole } = await tile(0, 0, 0);
    expect(Object.keys(whole)).toEqual(["earth", "water", "boundaries"]);
    const { layers: europe } = await tile(2, 2, 1);
    expect(Object.keys(europe)).toEqual(["earth", "water", "boundaries", "places"]);
    for (const { z, x, y } of tilesTo(MAX_ZOOM)) {
      const { layers } = await tile(z, x, y);
      expect(layers.earth ?? layers.water, `${z}/${x}/${y}`).toBeDefined();
      for (const layer of Object.values(layers)) expect(layer).toMatchObject({ version: 2 });
    }
  });

  it("says of each known point what Natural Earth says", async () => {
    const points = knownPoints();
    expect(points).toHaveLength(200);
    expect(new Set(points.map(({ isLand }) => isLand)).size).toBe(2);
    for (const point of points) {
      const { z, x, y, column, row } = tileOf(point, MAX_ZOOM);
      const { bytes } = await tile(z, x, y);
      const expected = point.isLand ? ["earth"] : ["water"];
      expect(layersAt(bytes, column, row), point.name).toEqual(expected);
    }
  });

  it("paints neither sea nor land twice, nor leaves a gap", async () => {
    for (const { z, x, y } of tilesTo(MAX_ZOOM)) {
      const { bytes } = await tile(z, x, y);
      for (const [column, row] of [
        [0.013, 0.517],
        [0.5, 0.5],
        [0.83, 0.91],
      ] as const) {
        expect(layersAt(bytes, column, row), `${z}/${x}/${y}`).toHaveLength(1);
      }
    }
  });

  it("names what lies in a tile, and in the last zoom everything", async () => {
    const names: string[] = [];
    for (const { z, x, y } of tilesTo(MAX_ZOOM)) {
      const { places } = (await tile(z, x, y)).layers;
      if (!places) continue;
      if (z < MAX_ZOOM) expect(places.length).toBeLessThanOrEqual(60);
      for (let at = 0; at < places.length; at++) {
        const { properties } = places.feature(at);
        if (z === MAX_ZOOM) names.push(String(properties.name));
      }
    }
    const all = [...settlements()].filter(({ latitude }) => Math.abs(latitude) < 85);
    expect(names.sort()).toEqual(all.map(({ name }) => name).sort());
  });

  it("tells how important a name is", async () => {
    const { places } = (await tile(4, 8, 5)).layers;
    const found = Array.from({ length: places!.length }, (_, at) => places!.feature(at));
    const paris = found.find(({ properties }) => properties.name === "Paris")!;
    expect(paris.properties).toEqual({
      kind: "locality",
      name: "Paris",
      min_zoom: 3,
      population_rank: 12,
    });
    const { column, row } = tileOf(
      { name: "", latitude: 48.8534, longitude: 2.3488, isLand: true },
      4,
    );
    const point = paris.loadGeometry()[0]![0]!;
    expect(Math.abs(point.x - column * 4_096)).toBeLessThan(2);
    expect(Math.abs(point.y - row * 4_096)).toBeLessThan(2);
    const kinds = new Set(found.map(({ properties }) => properties.kind));
    expect([...kinds].sort()).toEqual(["locality", "neighbourhood"]);
  });
});
