import { createMiddleware } from "hono/factory";

const LINE_ENDS = /[\u2028\u2029]/g;

/**
 * Has U+2028 and U+2029 go out escaped. JSON may have them as they are, and only texts in it do; but they break
 * the events of clients that split a stream into lines in the way of Unicode.
 */
export const escapeLineEnds = createMiddleware(async (c, next) => {
  await next();
  if (!c.res.body) return;
  const escaped = c.res.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(
      new TransformStream<string, string>({
        transform(text, controller) {
          controller.enqueue(
            text.replace(LINE_ENDS, (sign) => (sign === "\u2028" ? "\\u2028" : "\\u2029")),
          );
        },
      }),
    )
    .pipeThrough(new TextEncoderStream());
  c.res = new Response(escaped, c.res);
  c.res.headers.delete("Content-Length");
});
