import assert from "node:assert/strict";
import * as z from "zod/v4";
import { knownPoints, layersAt, tileOf } from "./land-or-sea.ts";
import type { Check } from "./own-data.ts";

const TileJson = z.object({
  tiles: z.tuple([z.string()]),
  maxzoom: z.int(),
  attribution: z.string(),
});

/** The map that `npm start` has made, as a map in a browser asks for it. */
export async function defaultMap(server: URL, check: Check): Promise<void> {
  const response = await fetch(new URL("/basemap.json", server));
  const { tiles, maxzoom, attribution } = TileJson.parse(await response.json());
  await check("the map credits whose it is", async () => {
    assert.match(attribution, /Natural Earth.*GeoNames/);
    assert.equal(maxzoom, 8);
  });
  const points = knownPoints();
  await check(`the map says of ${points.length} points whether they are land or sea`, async () => {
    const wrong = await Promise.all(
      points.map(async (point) => {
        const { z, x, y, column, row } = tileOf(point, maxzoom);
        const address = tiles[0]
          .replace("{z}", String(z))
          .replace("{x}", String(x))
          .replace("{y}", String(y));
        const tile = new Uint8Array(await (await fetch(address)).arrayBuffer());
        const layers = layersAt(tile, column, row).join();
        return layers === (point.isLand ? "earth" : "water") ? [] : [`${point.name}: ${layers}`];
      }),
    );
    assert.deepEqual(wrong.flat(), []);
  });
}
