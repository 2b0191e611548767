import { AnswerTooLong, UpstreamDown } from "../errors.ts";
import type { UpstreamPolicy } from "./policy.ts";

/**
 * Waits for another server, but not for ever.
 *
 * @throws UpstreamDown if it stalls, or if what is waited for fails
 */
export async function heardFrom<T>(
  host: string,
  { stallMs }: Pick<UpstreamPolicy, "stallMs">,
  waiting: Promise<T>,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stalled = new Promise<never>((_, reject) => {
    const error = new UpstreamDown(`${host} has sent nothing for ${stallMs / 1_000} s.`);
    timer = setTimeout(() => reject(error), stallMs);
  });
  const heard = waiting.catch((error) => {
    throw new UpstreamDown(`${host} does not answer, or its answer broke off${codeOf(error)}.`);
  });
  try {
    return await Promise.race([heard, stalled]);
  } finally {
    clearTimeout(timer);
  }
}

/** Node's code of a network error; the message may quote the whole address. */
function codeOf(error: { readonly cause?: { readonly code?: unknown } }): string {
  const code = error.cause?.code;
  return typeof code === "string" && /^[A-Z_]+$/.test(code) ? ` (${code})` : "";
}

/**
 * The same answer, whose body fails if it stalls or grows too long. `fetch` has unpacked it, so what is counted is what
 * the reader gets. While the reader is slow no time runs.
 *
 * @throws AnswerTooLong for an answer that says itself that it is too long
 */
export function bounded(
  host: string,
  response: Response,
  policy: Pick<UpstreamPolicy, "stallMs" | "mostBytes">,
): Response {
  const headers = new Headers(response.headers);
  // Those are of the packed body.
  if (headers.has("content-encoding")) headers.delete("content-length");
  headers.delete("content-encoding");
  const { status, body } = response;
  if (!body) return new Response(null, { status, headers });

  const tooLong = () =>
    new AnswerTooLong(`The answer of ${host} has more than ${policy.mostBytes} bytes.`);
  if (Number(response.headers.get("content-length")) > policy.mostBytes) throw tooLong();
  const reader = body.getReader();
  let bytes = 0;
  const boundedBody = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await heardFrom(host, policy, reader.read());
        if (done) return controller.close();
        bytes += value.length;
        if (bytes > policy.mostBytes) throw tooLong();
        controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  return new Response(boundedBody, { status, headers });
}
