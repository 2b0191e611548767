import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import * as z from "zod/v4";
import { basemapFile } from "../basemap/basemap-file.ts";
import { knownPoints, layersAt, tileOf } from "./land-or-sea.ts";
import type { Check } from "./own-data.ts";
import { readWhole } from "./whole-archive.ts";

const TileJson = z.object({
  tiles: z.tuple([z.string()]),
  maxzoom: z.int(),
  attribution: z.string(),
});

/** Time to hear of connections that were closed. */
const SETTLING_MS = 200;
/** As many requests as a browser has open at a server. */
const AT_ONCE = 6;

/** The map that `npm start` has made, as a map in a browser asks for it. */
export async function defaultMap(server: URL, check: Check): Promise<void> {
  await check("the map's archive is whole, by PMTiles' own reader", async () => {
    const { signal } = new AbortController();
    const { tiles } = await readWhole(await basemapFile(signal, () => {}));
    assert.equal(tiles, 87_381);
  });
  const points = knownPoints();
  // That took seconds, in which the server has closed connections: this is to be known before one of them is used again.
  await wait(SETTLING_MS);
  const response = await fetch(new URL("/basemap.json", server));
  const { tiles, maxzoom, attribution } = TileJson.parse(await response.json());
  await check("the map credits whose it is", async () => {
    assert.match(attribution, /Natural Earth.*GeoNames/);
    assert.equal(maxzoom, 8);
  });
  await check(`the map says of ${points.length} points whether they are land or sea`, async () => {
    const wrong: string[] = [];
    const left = points.values();
    const askOn = async () => {
      for (const point of left) {
        const { z, x, y, column, row } = tileOf(point, maxzoom);
        const address = tiles[0]
          .replace("{z}", String(z))
          .replace("{x}", String(x))
          .replace("{y}", String(y));
        const tile = new Uint8Array(await (await fetch(address)).arrayBuffer());
        const layers = layersAt(tile, column, row).join();
        if (layers !== (point.isLand ? "earth" : "water")) wrong.push(`${point.name}: ${layers}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, askOn));
    assert.deepEqual(wrong, []);
  });
}
