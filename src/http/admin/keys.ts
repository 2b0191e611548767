import { Hono } from "hono";
import { requireScope } from "../../access/require-scope.ts";
import * as api from "../../credentials/contract.ts";
import type { Deployment } from "../../services.ts";
import { atMost } from "../body-limit.ts";
import { json } from "./body.ts";
import { issuedView, MOST_BYTES, neverStored } from "./issued-view.ts";

/** Keys (src/credentials/contract.ts). Whoever may make one may give it any scope. */
export const keyRoutes = new Hono<{ Bindings: Deployment }>({ strict: false })
  .use(requireScope("admin"), neverStored, atMost(MOST_BYTES))
  .get("/", async (c) => {
    const keys = await c.env.credentials.keys();
    return c.json({ keys: keys.map(issuedView) } satisfies api.Keys);
  })
  .post("/", async (c) => {
    const request = await json(c, api.KeyRequest);
    const { key, text } = await c.env.credentials.addKey(request);
    return c.json({ ...issuedView(key), key: text } satisfies api.NewKey, 201);
  })
  .delete("/:name", async (c) => {
    const name = c.req.param("name");
    await c.env.credentials.revokeKey(name);
    return c.json({ name } satisfies api.Revoked);
  });
