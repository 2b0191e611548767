import { cors } from "hono/cors";

/**
 * What browser clients of every protocol era need. `guardOrigin` has judged the origin before; the request's
 * headers are mirrored because their names are open-ended (`Mcp-Param-*`, trace headers).
 */
export const allowBrowsers = cors({
  origin: (origin) => origin,
  allowMethods: ["GET", "POST", "DELETE"],
  exposeHeaders: ["Mcp-Session-Id", "WWW-Authenticate", "Retry-After", "X-Request-Id", "ETag"],
  maxAge: 86_400,
});
