import { type Context, Hono } from "hono";
import { createMiddleware } from "hono/factory";
import type { TileAddress } from "../basemap/archive.ts";
import { TILE_JSON_PATH, TILES_PATH } from "../basemap/basemap.ts";
import { CallerError } from "../errors.ts";
import { originOf } from "../oauth/resources.ts";
import type { Deployment } from "../services.ts";

/** PMTiles numbers the tiles of more zooms in numbers that JavaScript cannot tell apart. */
const MOST_ZOOM = 26;
const YEAR_SECONDS = 31_536_000;

type App = { Bindings: Pick<Deployment, "basemapArchive" | "config"> };

/** Pages of any origin may read the answer: a host shows the map on an origin of its own, or on none. */
const toAnyOrigin = createMiddleware(async (c, next) => {
  c.header("Access-Control-Allow-Origin", "*");
  c.header("Cross-Origin-Resource-Policy", "cross-origin");
  await next();
});

/** The map's tiles. Where somebody looks is in a tile's address, and in nothing that is kept. */
export const basemapRoutes = new Hono<App>({ strict: false })
  .get(TILE_JSON_PATH, toAnyOrigin, async (c) => {
    const origin = originOf(c.req.url, c.env.config);
    const tileJson = await c.env.basemapArchive.tileJson(`${origin}${TILES_PATH}`);
    // A new archive is to be seen at once.
    return c.json(tileJson, 200, { "Cache-Control": "no-cache" });
  })
  .get(`${TILES_PATH}/:z/:x/:y`, toAnyOrigin, async (c) => {
    const { data, isLasting } = await c.env.basemapArchive.tile(tileAddress(c), etagOf(c));
    c.header(
      "Cache-Control",
      isLasting ? `public, max-age=${YEAR_SECONDS}, immutable` : "no-cache",
    );
    if (!data) return c.body(null, 204);
    // Of the types that a vector tile may have, this is the one that Cloudflare compresses.
    return c.body(data, 200, { "Content-Type": "application/x-protobuf" });
  });

function tileAddress(c: Context): TileAddress {
  const [z = NaN, x = NaN, y = NaN] = ["z", "x", "y"].map((name) => {
    const text = c.req.param(name) ?? "";
    return /^\d{1,8}$/.test(text) ? Number(text) : NaN;
  });
  if (z <= MOST_ZOOM && x < 2 ** z && y < 2 ** z) return { z, x, y };
  throw new CallerError(
    `There can be no such tile: ${TILES_PATH}/{z}/{x}/{y} takes a zoom from 0 to ${MOST_ZOOM}, and numbers below 2^z.`,
  );
}

/** The archive that the address is of, if it names one. */
function etagOf(c: Context): string | undefined {
  const text = c.req.query("v");
  return text && /^[\w-]{1,64}$/.test(text) ? text : undefined;
}
