import { createMiddleware } from "hono/factory";

/**
 * Lets only who has the deployment's admin token change its data: `Authorization: Bearer …`. Without a token
 * configured nobody may.
 */
export const requireAdmin = createMiddleware<{ Bindings: Env & { ADMIN_TOKEN?: string } }>(
  async (c, next) => {
    const { ADMIN_TOKEN } = c.env;
    if (!ADMIN_TOKEN) {
      const error =
        "This server takes no imports: no ADMIN_TOKEN is set. Run npx wrangler secret put ADMIN_TOKEN, or npm start locally.";
      return c.json({ error }, 403);
    }
    const [, given = ""] = /^Bearer (.+)$/.exec(c.req.header("authorization") ?? "") ?? [];
    if (await isSame(given, ADMIN_TOKEN)) return next();
    const error = "The admin token is missing or wrong: send Authorization: Bearer <ADMIN_TOKEN>.";
    return c.json({ error }, 401, { "WWW-Authenticate": "Bearer" });
  },
);

/** Takes the same time whatever is given: digests of one length are compared, all of them. */
async function isSame(given: string, wanted: string): Promise<boolean> {
  const [a, b] = await Promise.all([given, wanted].map(digest));
  return crypto.subtle.timingSafeEqual(a!, b!);
}

function digest(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
}
