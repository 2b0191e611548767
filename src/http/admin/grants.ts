import { type Context, Hono } from "hono";
import { requireScope } from "../../access/require-scope.ts";
import { NotFound } from "../../errors.ts";
import type * as api from "../../oauth/contract.ts";
import type { Deployment } from "../../services.ts";

type App = { Bindings: Deployment };

/** What people have allowed their programs (src/oauth/contract.ts). */
export const grantRoutes = new Hono<App>({ strict: false })
  .use(requireScope("admin"))
  .get("/", async (c) => {
    const { grants, next } = await c.env.oauth.grants(c.req.query("after"));
    return c.json({ grants: [...grants], ...(next && { next }) } satisfies api.GrantsPage);
  })
  .delete("/:subject", end)
  .delete("/:subject/:id", end);

async function end(c: Context<App>) {
  const { subject = "", id } = c.req.param() as { subject?: string; id?: string };
  const [, userId] = /^oauth:(.+)$/.exec(subject) ?? [];
  const after = c.req.query("after");
  const { ended, next } =
    userId === undefined
      ? { ended: 0, next: undefined }
      : await c.env.oauth.endGrants(userId, id, after);
  if (ended > 0 || after !== undefined) {
    return c.json({ ended, ...(next && { next }) } satisfies api.EndedGrants);
  }
  throw new NotFound(`Nothing is granted to ${subject}${id === undefined ? "" : ` as ${id}`}.`);
}
