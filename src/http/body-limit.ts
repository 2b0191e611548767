import { bodyLimit } from "hono/body-limit";

/** Refuses a request with more bytes. */
export const atMost = (bytes: number) =>
  bodyLimit({
    maxSize: bytes,
    onError: (c) => c.json({ error: `A request may have at most ${bytes} bytes.` }, 413),
  });
