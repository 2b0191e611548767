import { isJsonContentType } from "@modelcontextprotocol/server";
import { bodyLimit } from "hono/body-limit";
import { createMiddleware } from "hono/factory";

export const MAX_BODY_BYTES = 1024 * 1024;

/** The protocol library asks for the same, but late, and of old clients only after other complaints. */
export const requireJson = createMiddleware(async (c, next) => {
  if (isJsonContentType(c.req.header("content-type"))) return next();
  return c.json({ error: "Send the request with Content-Type: application/json." }, 415);
});

export const limitBody = bodyLimit({
  maxSize: MAX_BODY_BYTES,
  onError: (c) => c.json({ error: `A request may have at most ${MAX_BODY_BYTES} bytes.` }, 413),
});
