import { bodyLimit } from "hono/body-limit";
import { createMiddleware } from "hono/factory";
import { BROKEN_OFF } from "../access/facts.ts";
import { CallerError } from "../errors.ts";

/** Refuses a request with more bytes, and one whose body breaks off while it is read. */
export function atMost(bytes: number) {
  const limit = bodyLimit({
    maxSize: bytes,
    onError: (c) => c.json({ error: `A request may have at most ${bytes} bytes.` }, 413),
  });
  return createMiddleware(async (c, next) => {
    let isRead = false;
    try {
      return await limit(c, () => {
        isRead = true;
        return next();
      });
    } catch (error) {
      if (isRead) throw error;
      throw brokenOff();
    }
  });
}

/** A client that has gone away is no failure of ours. */
export function brokenOff(): CallerError {
  return new CallerError(BROKEN_OFF);
}
