import { Hono } from "hono";
import type { Authorized } from "../../access/require-scope.ts";
import { storeBasemap, storedBasemap } from "../../basemap/storing.ts";
import { CallerError } from "../../errors.ts";
import type * as api from "../../imports/contract.ts";
import { atMost, brokenOff } from "../body-limit.ts";

/** The default map is to be smaller. One with streets goes into the bucket by Cloudflare's own ways. */
const MOST_BYTES = 16_000_000;

/** Which map there is, and another one in its place. */
export const adminBasemapRoutes = new Hono<Authorized>({ strict: false })
  .use(atMost(MOST_BYTES))
  .get("/", async (c) => {
    return c.json((await storedBasemap(c.env.stores.bucket)) satisfies api.BasemapState);
  })
  .put("/", async (c) => {
    const recipe = c.req.query("recipe") ?? "";
    if (!/^[\da-f]{64}$/.test(recipe)) {
      throw new CallerError("Name what the map was made of: ?recipe=, with a SHA-256 digest.");
    }
    const archive = await c.req.arrayBuffer().catch(() => Promise.reject(brokenOff()));
    await storeBasemap(c.env.stores.bucket, archive, recipe);
    return c.json({ isThere: true, recipe } satisfies api.BasemapState);
  });
